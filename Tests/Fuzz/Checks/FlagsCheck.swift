import Flags

/// A command with an option of every kind.
private struct Arguments: Equatable, Sendable {
    var epsilon: Double?
    var threads: Int?
    var range: [Double] = []
    var center: Center?
    var labels: [String] = []
    var output: String?
    var isQuiet = false
    var inputs: [String] = []

    enum Center: String, CaseIterable, Sendable { case none, global, channel, feature }

    static let table = CommandTable<Arguments>(
        "fit", summary: "learn",
        operands: Operands("INPUT", help: "data") { $0.inputs.append($1) },
        flags: [
            Flag("epsilon", metavar: "NUMBER", group: "", help: "", set: { $0.epsilon = try $1.nonNegativeNumber() }),
            Flag("threads", metavar: "N", group: "", help: "", set: { $0.threads = try $1.positiveInteger() }),
            Flag(
                "range", metavar: "LO,HI", group: "", help: "",
                set: {
                    let (low, high) = try $1.pair()
                    $0.range = [low, high]
                }),
            Flag("center", oneOf: Center.self, group: "", help: "", default: .feature, set: { $0.center = $1 }),
            Flag("label-column", metavar: "NAME", group: "", help: "", repeatable: true, set: { $0.labels.append($1) }),
            Flag("output", short: "o", metavar: "FILE", group: "", help: "", set: { $0.output = try $1.path() }),
            Flag(switch: "quiet", group: "", help: "", set: { $0.isQuiet = true }),
        ])

    /// The same, written in one fixed way.
    var words: [String] {
        var words = labels.map { "--label-column=\($0)" }
        if let epsilon { words += ["--epsilon", "\(epsilon)"] }
        if let threads { words.append("--threads=\(threads)") }
        if !range.isEmpty { words.append("--range=\(range[0]),\(range[1])") }
        if let center { words += ["--center", center.rawValue] }
        if let output { words += ["--output=\(output)"] }
        if isQuiet { words.append("--quiet") }
        return words + ["--"] + inputs
    }
}

/// Command lines: what is accepted means the same when it is written out, and every refusal has words.
func checkFlags(_ input: [UInt8]) throws(Finding) {
    let words = input.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    let parsed: Parsed<Arguments>
    do throws(UsageError) {
        parsed = try Arguments.table.parse(words, into: Arguments())
    } catch {
        try expect(!error.description.isEmpty && error.hint != nil, "a refusal without words")
        return
    }
    guard case .run(let arguments) = parsed else { return }
    guard case .run(let again)? = try? Arguments.table.parse(arguments.words, into: Arguments()) else {
        throw Finding(words: "\(words) is accepted, and \(arguments.words) is not")
    }
    try expect(again == arguments, "\(words) gives \(arguments); written out, \(again)")
}
