import Datasets
import Flags
import Preprocessing

/// `nnprep inspect`: describe a data, statistics or moments file.
enum Inspect {
    struct Arguments: HasCommonOptions, HasInputOptions, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        var json = false
        var file = ""
    }

    static let table = CommandTable<Arguments>(
        "inspect",
        summary: "describe a data, statistics or moments file",
        description: [
            "Of data: the format, the rows and features, how often each label occurs, and mean, deviation and range of "
                + "each channel or column. Of statistics: the recipe, the rows that it was fitted on, and what the "
                + "components explain. Of moments: what rows they are of, where those come from, and what fit can make of "
                + "them."
        ],
        operands: Operands("FILE", maximum: 1, help: "the file; - is standard input", completion: .file) {
            $0.file = try $1.path()
        },
        flags: [Flag(switch: "json", group: "Output", help: "print JSON instead of text") { $0.json = true }]
            + Flag.input + Flag.common,
        examples: [
            Example("nnprep inspect stats.json", "what a transform does and where it comes from"),
            Example("nnprep inspect train.bin --json", "the same of data, for a program"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) throws(Failure) {
        let source = try dataset { () throws(DatasetError) in try ByteSource(path: arguments.file) }
        let report = try dataset(consuming: source) { (source) throws(DatasetError) -> Result<Report, Failure> in
            var source = source
            let name = source.name
            if arguments.input.format == nil, isLikelyJSON(try source.peek(256)) {
                let text = try source.readAll()
                return Result { () throws(Failure) in StatisticsReport.report(try statistics(text, name: name), name) }
            }
            if arguments.input.format == nil, MomentsFile.isLikely(try source.peek(256)) {
                return momentsReport(source)
            }
            var options = arguments.input
            options.textIsLabel = true
            let reader = try RowReader(source, path: arguments.file, options: options)
            let inputs = Inputs(reader, path: arguments.file, options: options)
            return Result { () throws(Failure) in try DataReport.report(inputs, name, arguments.common, console) }
        }
        try printOut(try report.get().rendered(asJSON: arguments.json))
    }

    private static func momentsReport(_ source: consuming ByteSource) -> Result<Report, Failure> {
        let name = source.name
        do throws(TensorFileError) {
            let (shard, hasProducts) = try MomentsFile.read(source, .left)
            return .success(MomentsReport.report(shard, hasProducts: hasProducts, name))
        } catch {
            return .failure(.tensors(error))
        }
    }

    /// Whether a file that begins like this is an object in JSON. Records may begin with a tab and a brace as well, and
    /// tables with a brace; hardly with a key after it, and nothing but text.
    private static func isLikelyJSON(_ start: [UInt8]) -> Bool {
        let words = start.filter { !isSpace($0) }
        return words.first == UInt8(ascii: "{")
            && (words.count == 1 || words[1] == UInt8(ascii: "\"") || words[1] == UInt8(ascii: "}"))
            && start.allSatisfy { $0 >= 0x20 || isSpace($0) }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

/// What `inspect` says, as text for people and as JSON for programs.
struct Report {
    var name: String
    /// A name and a value a line, aligned.
    var lines: [(name: String, value: String)] = []
    /// Ready lines under those, such as a chart.
    var chart: [String] = []
    /// A table under all of that, the head first.
    var table: [[String]] = []
    var json: [JSONMember] = []

    func rendered(asJSON: Bool) -> String {
        if asJSON { return String(decoding: JSONValue.object(json).formatted(), as: UTF8.self) }
        let width = (lines.map(\.name.count).max() ?? 0) + 2
        var text = name + "\n"
        for line in lines { text += "  " + padded(line.name, width) + line.value + "\n" }
        if !chart.isEmpty { text += "\n" + chart.map { "  \($0)\n" }.joined() }
        return table.isEmpty ? text : text + "\n" + Self.aligned(table, indent: "  ")
    }

    /// A table as lines; its first row is the head. Names are aligned to the left, numbers to the right.
    static func aligned(_ table: [[String]], indent: String = "") -> String {
        let widths = table[0].indices.map { column in table.map { $0[column].count }.max()! }
        return table.map { row in
            let cells = row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + space : space + row[column]
            }
            return indent + cells.joined(separator: "  ") + "\n"
        }.joined()
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// A number for people: five significant digits.
    static func short(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
        var digits = 0
        // Between 1 and 10, but for rounding where the number is very small or large.
        var leading = value
        while leading.magnitude >= 10 { (leading, digits) = (leading / 10, digits + 1) }
        while leading.magnitude < 1 { (leading, digits) = (leading * 10, digits - 1) }
        guard (-5...14).contains(digits) else { return plain((leading * 1e4).rounded() / 1e4) + "e\(digits)" }
        var scale = 1.0
        for _ in 0..<max(0, 4 - digits) { scale *= 10 }
        return plain((value * scale).rounded() / scale)
    }

    /// A whole number goes without a point.
    private static func plain(_ value: Double) -> String {
        var text = "\(value)"
        if text.hasSuffix(".0") { text.removeLast(2) }
        return text
    }
}
