import Datasets
import Flags
import Preprocessing
import Workflows

/// `nnprep export`: write fitted statistics for other tools.
enum Export {
    struct Arguments: HasCommonOptions, Sendable {
        var common = CommonOptions()
        var statistics = ""
        var target = ExportTarget.python
        var output = "-"
    }

    static let table = CommandTable<Arguments>(
        "export",
        summary: "write fitted statistics for other tools",
        description: [
            "torchvision gives a line for a pipeline of transforms, where the statistics are global or per channel. "
                + "python gives a function that needs numpy alone and returns what apply writes. safetensors gives the "
                + "arrays in double precision, for any language."
        ],
        operands: Operands(
            "STATS", maximum: 1, help: "what fit has written; - is standard input",
            completion: .file(extensions: ["json"])
        ) { $0.statistics = try $1.path() },
        flags: [
            Flag(
                "to", oneOf: ExportTarget.self, group: "Output", help: "what to write",
                choiceHelp: [
                    "torchvision": "a line transforms.Normalize(...)", "python": "a function transform(x)",
                    "safetensors": "the arrays",
                ], required: true
            ) { $0.target = $1 },
            Flag(
                "output", short: "o", metavar: "FILE", group: "Output", help: "where to write; - is standard output",
                default: "-", completion: .file
            ) { (arguments, text) throws(FlagError) in arguments.output = try text.path() },
        ] + Flag.common,
        examples: [
            Example("nnprep export stats.json --to torchvision", "a line to paste into a training script"),
            Example("nnprep export stats.json --to python -o preprocess.py", "from preprocess import transform"),
        ])

    static func run(_ arguments: Arguments, in run: Run) throws {
        let (transform, name) = try readStatistics(arguments.statistics)
        let text = try transform.exported(to: arguments.target, name: name, by: programNameAndVersion)
        let sink = try openOutput(
            arguments.output, reading: [arguments.statistics], binary: text == nil ? "safetensors" : nil)
        if let text {
            try sink.write(Array(text.utf8))
        } else {
            try transform.tensors(by: programNameAndVersion).write(to: sink)
        }
        try sink.finish()
    }
}
