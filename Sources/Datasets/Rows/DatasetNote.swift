/// A decision that a reader made by itself, which could be wrong: no error, but the user should know.
public struct DatasetNote: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// The first line, all of whose fields but perhaps the first count up, was taken for a header.
        case countingHeader([String])
        /// The folders of training and held-out rows were taken for classes.
        case splitsAsClasses(train: String, heldOut: String)
        /// Options that describe what none of the inputs has.
        case unusedOptions([InputOption], found: [FoundInput])
    }

    /// The file as the user named it, or "standard input".
    public let file: String
    public let kind: Kind

    public init(_ file: String, _ kind: Kind) {
        self.file = file
        self.kind = kind
    }
}

extension DatasetNote: CustomStringConvertible {
    /// A sentence without a full stop.
    public var description: String {
        switch kind {
        case .countingHeader(let names):
            "\(file): the first line counts up (\(names.prefix(4).joined(separator: ", "))"
                + "\(names.count > 4 ? ", ..." : "")), so it is taken for a header"
        case .splitsAsClasses(let train, let heldOut):
            "\(file): the folders \(shown(train)) and \(shown(heldOut)) look like splits, and are taken for classes"
        case .unusedOptions(let options, let found): unusedWords(options, found) { $0.rawValue }
        }
    }
}

/// What options are for, and what the inputs are: "labelColumns is for tables (csv, tsv), and x.npy is npy".
/// - Parameter name: what to call an option.
package func unusedWords(
    _ options: [InputOption], _ found: [FoundInput], name: (InputOption) -> String
) -> String {
    // Options of one purpose share a clause; inputs of one kind are told by the first of them.
    var purposes: [(formats: [Format], names: [String])] = []
    for option in options {
        if let index = purposes.firstIndex(where: { $0.formats == option.formats }) {
            purposes[index].names.append(name(option))
        } else {
            purposes.append((option.formats, [name(option)]))
        }
    }
    var kinds: Set<FoundInput.Kind> = []
    let inputs = found.filter { kinds.insert($0.kind).inserted }
    return purposes.map { "\(joined($0.names)) \($0.names.count == 1 ? "is" : "are") for \(purpose($0.formats))" }
        .joined(separator: "; ") + ", and " + joined(inputs.map(\.words))
}

private func purpose(_ formats: [Format]) -> String {
    switch formats {
    case Format.allCases: "files of rows"
    case [.csv, .tsv]: "tables (csv, tsv)"
    case [.raw]: "raw records"
    case InputOption.channelsLast.formats: "images in npy, npz, idx and raw, and for pictures"
    default: joined(formats.map(\.rawValue))
    }
}

private func joined(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words.last!
}

extension FoundInput {
    fileprivate var words: String {
        switch kind {
        case .data(.pictures): "\(file) holds pictures"
        case .data(let format): "\(file) is \(format.rawValue)"
        case .moments: "\(file) holds moments"
        case .statistics: "\(file) holds statistics"
        }
    }
}
