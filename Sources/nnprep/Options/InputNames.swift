import Datasets

extension InputOption {
    /// The name of the option on the command line. `InputOption.formats` is the table of what it is for.
    var flag: String {
        switch self {
        case .format: "input-format"
        case .labelColumns: "label-column"
        case .missingValues: "missing-values"
        case .channelsLast: "channels-last"
        case .labelBytes: "label-bytes"
        case .scalar: "dtype-in"
        case .skipsBroken: "skip-broken"
        case .header, .delimiter, .decimal, .columns, .drop, .keep, .missing, .array, .shape, .resize, .crop, .grey,
            .rows:
            rawValue
        }
    }
}

extension DatasetNote {
    /// What the user should know, with the option that decides otherwise.
    var sentence: String {
        switch kind {
        case .countingHeader: "\(self); --header no reads it as values, --header yes says no more"
        case .splitsAsClasses(let train, _): "\(self); name \(file)/\(train) to read one of them"
        case .unusedOptions(let options, let found): unusedWords(options, found) { "--\($0.flag)" }
        }
    }
}
