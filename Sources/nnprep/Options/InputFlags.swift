import Datasets
import Flags

protocol HasInputOptions: SendableMetatype {
    var input: InputOptions { get set }
}

extension Flag where Arguments: HasInputOptions {
    /// How inputs are read, for a command without which rows may be read: an error where it reads none.
    /// - Parameter reason: why it reads none; nil where it reads some.
    static func input(unless reason: @escaping @Sendable (Arguments) -> String?) -> [Flag] {
        input().map { $0.unless(reason) }
    }

    /// How inputs are read.
    /// - Parameter means: whether missing values can be filled with the training means.
    static func input(fillsMissing means: Bool = true) -> [Flag] {
        let group = "Input"
        return [
            Flag(
                "input-format", oneOf: Format.self, metavar: "FORMAT", group: group,
                help: "the format of the inputs; otherwise the name and the first bytes tell"
            ) { $0.input.format = $1 },
            Flag(
                "header", oneOf: InputOptions.Header.self, group: group,
                help: "whether a table's first line names its columns", default: .auto
            ) { $0.input.header = $1 },
            Flag(
                "delimiter", metavar: "CHAR", group: group, help: "the character between a table's fields",
                default: "as the first lines show it"
            ) { (arguments, text) throws(FlagError) in arguments.input.delimiter = try delimiter(text) },
            Flag(
                "label-column", metavar: "NAME|INDEX", group: group,
                help: "a column of a table that is a label, by name or by number from 1: it is passed through as text",
                repeatable: true
            ) { (arguments, text) throws(FlagError) in arguments.input.labelColumns.append(text) },
            Flag(
                switch: "channels-last", group: group,
                help:
                    "images in npy, idx and raw are, and pictures become, height x width x channels, not channels first"
            ) { $0.input.channelsLast = true },
            Flag(
                "array", metavar: "NAME", group: group, help: "the array to read of an npz file that has several"
            ) { $0.input.array = $1 },
            Flag(
                "shape", metavar: "CxHxW|D", group: group,
                help: "the shape of one row of raw records, such as 3x32x32 or 784"
            ) {
                $0.input.raw = $0.input.raw ?? .init()
                $0.input.raw!.shape = try $1.list(separatedBy: "x") { try $0.positiveInteger(atMost: Int(Int32.max)) }
            },
            Flag(
                "label-bytes", metavar: "N", group: group, help: "how many label bytes a raw record begins with",
                default: "0"
            ) {
                $0.input.raw = $0.input.raw ?? .init()
                $0.input.raw!.labelBytes = try $1.integer(in: 0...1024)
            },
            Flag(
                "dtype-in", oneOf: RawScalar.self, group: group, help: "the type of raw records' values",
                default: .uint8
            ) {
                $0.input.raw = $0.input.raw ?? .init()
                $0.input.raw!.scalar = $1.stored
            },
            missing(means),
            Flag(
                "missing-values", metavar: "TEXT,...", group: group,
                help: "what stands for a missing value in a table, beside the empty field",
                default: "NA,N/A,NaN,null"
            ) { $0.input.missingValues = $1.split(separator: ",").map(String.init) },
            Flag(
                "decimal", oneOf: Decimal.self, group: group, help: "what is before the decimals of a table's numbers",
                default: .point
            ) { $0.input.decimal = UInt8(ascii: $1 == .point ? "." : ",") },
            Flag(
                "columns", metavar: "LIST", group: group,
                help:
                    "the columns of a table that are features, by name, number, range or pattern: age,3,x1..x9,2-5,pixel*",
                repeatable: true
            ) { (arguments, text) throws(FlagError) in arguments.input.columns.append(ColumnChoice(text)) },
            Flag(
                "drop", metavar: "LIST", group: group, help: "columns of a table to leave out, named as for --columns",
                repeatable: true
            ) { (arguments, text) throws(FlagError) in arguments.input.drop.append(ColumnChoice(text)) },
            Flag(
                "keep", metavar: "LIST", group: group,
                help: "columns of a table to pass through as text, named as for --columns", repeatable: true
            ) { (arguments, text) throws(FlagError) in arguments.input.keep.append(ColumnChoice(text)) },
        ] + pictures
    }

    private static func missing(_ means: Bool) -> Flag {
        let help = "what to do where a value is missing"
        let choices = InputOptions.Missing.allCases.filter { means || $0 != .mean }
        return Flag(
            "missing", metavar: choices.map(\.rawValue).joined(separator: "|"), group: "Input",
            help: means
                ? help + "; mean: fit learns from what is there, and the training mean is filled in from then on"
                : help,
            default: "error",
            choices: choices.map {
                switch $0 {
                case .error: Choice($0.rawValue, help: "refuse the row")
                case .skip: Choice($0.rawValue, help: "leave the row out")
                case .mean: Choice($0.rawValue, help: "fill in the training mean")
                }
            }
        ) { (arguments, text) throws(FlagError) in
            arguments.input.missing = try text.choice(among: choices)
        }
    }

    /// What becomes of pictures before they are rows.
    private static var pictures: [Flag] {
        let group = "Pictures"
        return [
            Flag(
                "resize", metavar: "N|WxH", group: group,
                help:
                    "resize each picture as Pillow's bilinear filter does: its shorter side to N, or all of it to W x H"
            ) { (arguments, text) throws(FlagError) in
                let sides = try pictureSides(text)
                arguments.input.change {
                    $0.resize =
                        sides.height.map { .stretch(PictureSize(width: sides.width, height: $0)) }
                        ?? .shorterSide(sides.width)
                }
            },
            Flag(
                "crop", metavar: "N|WxH", group: group,
                help: "keep N x N, or W x H, of the middle of each picture, after --resize"
            ) { (arguments, text) throws(FlagError) in
                let sides = try pictureSides(text)
                arguments.input.change {
                    $0.crop = PictureSize(width: sides.width, height: sides.height ?? sides.width)
                }
            },
            Flag(switch: "grey", group: group, help: "read pictures as grey, not as red, green and blue") {
                $0.input.change { $0.isGrey = true }
            },
            Flag(
                "rows", oneOf: PictureOptions.Rows.self, group: group,
                help: "what a row is: a picture, or a pixel, of which pictures of any sizes give means and deviations",
                default: .pictures
            ) { arguments, rows in arguments.input.change { $0.rows = rows } },
            Flag(
                switch: "skip-broken", group: group,
                help: "leave pictures out that cannot be read, and tell which they are"
            ) { $0.input.skipsBroken = true },
        ]
    }
}

extension InputOptions {
    fileprivate mutating func change(_ body: (inout PictureOptions) -> Void) {
        var pictures = pictures ?? PictureOptions()
        body(&pictures)
        self.pictures = pictures
    }
}

/// `N` or `WxH`
private func pictureSides(_ text: String) throws(FlagError) -> (width: Int, height: Int?) {
    let most = 1 << 16
    let sides = try text.list(separatedBy: "x") { (side) throws(FlagError) in try side.positiveInteger(atMost: most) }
    guard sides.count <= 2 else { throw FlagError("expected N or WxH, such as 256 or 32x32") }
    return (sides[0], sides.count == 2 ? sides[1] : nil)
}

private enum Decimal: String, CaseIterable, Sendable {
    case point, comma
}

/// The types that raw records' values can have.
private enum RawScalar: String, CaseIterable, Sendable {
    case uint8, float32, float64

    var stored: ScalarType {
        switch self {
        case .uint8: .uint8
        case .float32: .float32
        case .float64: .float64
        }
    }
}

/// A delimiter cannot be part of a number, nor quote a field.
private func delimiter(_ text: String) throws(FlagError) -> UInt8 {
    if text == "\\t" || text == "tab" { return UInt8(ascii: "\t") }
    let bytes = Array(text.utf8)
    guard bytes.count == 1, (0x20..<0x7F).contains(bytes[0]) || bytes[0] == UInt8(ascii: "\t"),
        bytes[0] != UInt8(ascii: "\""), !DecimalText.canBePart(bytes[0])
    else { throw FlagError("expected one character that cannot be part of a number, such as ; or tab") }
    return bytes[0]
}
