/// The members of `InputOptions` that a person chooses, one by one.
public enum InputOption: String, Sendable, CaseIterable {
    case format, header, delimiter, decimal, labelColumns, columns, drop, keep, missing, missingValues
    case channelsLast, array, shape, labelBytes, scalar
    case resize, crop, grey, rows, skipsBroken

    /// The formats that it is for. The one table of options and formats: an option that is given and is for none of the inputs
    /// is an error.
    public var formats: [Format] {
        switch self {
        case .format: Format.allCases
        case .header, .delimiter, .decimal, .labelColumns, .columns, .drop, .keep, .missingValues: [.csv, .tsv]
        case .missing: [.csv, .tsv, .npy, .npz, .raw]
        case .channelsLast: [.npy, .npz, .idx, .raw, .pictures]
        case .array: [.npz]
        case .shape, .labelBytes, .scalar: [.raw]
        case .resize, .crop, .grey, .rows, .skipsBroken: [.pictures]
        }
    }

    /// Whether a warning is enough: it only describes how the file is written, and what it describes is not there.
    public var isHarmless: Bool { self == .header || self == .delimiter || self == .decimal }
}

/// What an input turned out to be.
public struct FoundInput: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case data(Format)
        case moments, statistics
    }

    /// The file as the user named it, or "standard input".
    public let file: String
    public let kind: Kind

    public init(_ file: String, _ kind: Kind) {
        self.file = file
        self.kind = kind
    }
}

extension InputOptions {
    /// The options that were given: those that differ from what holds without them, but for the assumed ones.
    public var given: Set<InputOption> {
        let pictures = pictures ?? PictureOptions()
        let raw = raw ?? RawLayout()
        let all: [(InputOption, Bool)] = [
            (.format, format != nil), (.header, header != .auto), (.delimiter, delimiter != nil),
            (.decimal, decimal != UInt8(ascii: ".")), (.labelColumns, !labelColumns.isEmpty),
            (.columns, !columns.isEmpty), (.drop, !drop.isEmpty), (.keep, !keep.isEmpty), (.missing, missing != nil),
            (.missingValues, missingValues != nil), (.channelsLast, channelsLast), (.array, array != nil),
            (.shape, !raw.shape.isEmpty), (.labelBytes, raw.labelBytes != 0), (.scalar, raw.scalar != .uint8),
            (.resize, pictures.resize != nil), (.crop, pictures.crop != nil), (.grey, pictures.isGrey),
            (.rows, pictures.rows != .pictures), (.skipsBroken, skipsBroken),
        ]
        return Set(all.filter(\.1).map(\.0)).subtracting(assumed)
    }
}

extension RowReader {
    /// Whether an option that was given had an effect.
    package func uses(_ option: InputOption, of options: InputOptions) -> Bool {
        switch option {
        case .format: options.format == fileFormat
        case .channelsLast: description.channelsLast
        default: option.formats.contains(fileFormat)
        }
    }
}
