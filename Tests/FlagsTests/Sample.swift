@testable import Flags

/// A small command with one option of every kind.
struct Sample: Equatable {
    var epsilon = 1e-5
    var pca = "none"
    var center = Center.feature
    var range: [Double] = []
    var labels: [String] = []
    var output = "stats.json"
    var folder = ""
    var threads = 0
    var isQuiet = false
    var inputs: [String] = []

    enum Center: String, CaseIterable { case none, global, channel, feature }

    static let table = CommandTable<Sample>(
        "fit", summary: "learn statistics from the training split",
        description: [
            "Reads each INPUT once. The statistics are those of all of them together, whatever their order; "
                + "a back\\slash and a 'quote' are kept."
        ],
        operands: Operands(
            "INPUT", help: "data, or '-' for standard input", completion: .file(extensions: ["bin", "npy"])
        ) {
            $0.inputs.append($1)
        },
        flags: [
            Flag(
                "center", oneOf: Center.self, group: "Recipe", help: "subtract a mean",
                choiceHelp: [
                    "none": "nothing", "global": "one for all values", "channel": "one per channel",
                    "feature": "one per feature",
                ], default: .feature, set: { $0.center = $1 }),
            Flag(
                "pca", metavar: "K|F|all", group: "Recipe",
                help: "keep K components, or the fewest that explain the fraction F of the variance", choices: ["all"],
                set: { $0.pca = $1 }),
            Flag(
                "epsilon", metavar: "NUMBER", group: "Recipe",
                help: "add this to each variance before dividing; larger values smooth", default: "1e-5",
                set: { $0.epsilon = try $1.nonNegativeNumber() }),
            Flag(
                "range", metavar: "LO,HI", group: "Recipe", help: "map to this range", default: "-1,1",
                set: {
                    let (low, high) = try $1.pair()
                    $0.range = [low, high]
                }),
            Flag(
                "label-column", metavar: "NAME", group: "Input", help: "pass this column through",
                repeatable: true, set: { $0.labels.append($1) }),
            Flag(
                "output", short: "o", metavar: "FILE", group: "Output", help: "write the statistics to FILE",
                default: "stats.json", completion: .file(extensions: ["json"]),
                set: { $0.output = try $1.path() }),
            Flag(
                "folder", metavar: "DIR", group: "Output",
                help: "write pictures: [a-z] \"quoted\", 50% `off`, $HOME: 'x'",
                completion: .folder, set: { $0.folder = $1 }),
            Flag(
                "threads", metavar: "N", group: "Common", help: "use N threads", default: "all cores",
                set: { $0.threads = try $1.positiveInteger(atMost: 1024) }),
            Flag(switch: "quiet", group: "Common", help: "print errors only", set: { $0.isQuiet = true }),
        ],
        examples: [
            Example("nnprep fit train.bin", "learn the mean and the deviation of each feature"),
            Example("nnprep fit --pca 144 train.bin -o -", "keep 144 components, and write to standard output"),
        ])
}

/// A command with a required option and one operand with choices.
struct Shown: Equatable {
    var stats = ""
    var shell = ""

    enum Shell: String, CaseIterable { case bash, zsh, fish }

    static let table = CommandTable<Shown>(
        "show", summary: "show something",
        operands: Operands("SHELL", maximum: 1, help: "a shell", choices: Choice.all(of: Shell.self)) {
            $0.shell = try $1.choice(of: Shell.self).rawValue
        },
        flags: [
            Flag(
                "stats", metavar: "FILE", group: "Input", help: "fitted statistics",
                completion: .file(extensions: ["json"]), required: true, set: { $0.stats = try $1.path() })
        ])
}

let sampleProgram = Program(
    version: "1.2.3", date: "2025-01-31", summary: "a sample",
    description: ["Learns from the training split only."], pages: [Sample.table.page, Shown.table.page],
    examples: [Example("nnprep fit train.bin", "learn statistics")])
