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
        var rows: ONNXModel.Rows?
    }

    static let table = CommandTable<Arguments>(
        "export",
        summary: "write fitted statistics for other tools",
        description: [
            "torchvision gives a line for a pipeline of transforms, where the statistics are global or per channel. "
                + "python gives a function that needs numpy alone and returns what apply writes. safetensors gives the "
                + "arrays in double precision, for any language. onnx gives a model (operators of version 17) that takes "
                + "any number of rows, bytes or floats, and returns what apply writes."
        ],
        operands: Operands(
            "STATS", maximum: 1, help: "what fit has written; - is standard input",
            completion: .file(extensions: ["json"]), fallback: impliedInput
        ) { $0.statistics = try $1.path() },
        flags: [
            Flag(
                "to", oneOf: ExportTarget.self, group: "Output", help: "what to write",
                choiceHelp: [
                    "torchvision": "a line transforms.Normalize(...)", "python": "a function transform(x)",
                    "safetensors": "the arrays", "onnx": "a model",
                ], required: true
            ) { $0.target = $1 },
            Flag(
                "input-shape", oneOf: ONNXModel.Rows.self, group: "Output",
                help: "what an ONNX model takes: images as the statistics know them, or rows of D values",
                default: .images
            ) { $0.rows = $1 },
            Flag(
                "output", short: "o", metavar: "FILE", group: "Output", help: "where to write; - is standard output",
                default: "-", completion: .file
            ) { (arguments, text) throws(FlagError) in arguments.output = try text.path() },
        ] + Flag.common,
        examples: [
            Example("nnprep export stats.json --to torchvision", "a line to paste into a training script"),
            Example("nnprep export stats.json --to onnx -o preprocess.onnx", "a model to put before a network"),
            Example("nnprep export stats.json --to python -o preprocess.py", "from preprocess import transform"),
        ])

    static func run(_ arguments: Arguments, in run: Run) throws {
        let (transform, name) = try readStatistics(arguments.statistics)
        if arguments.rows != nil, arguments.target != .onnx {
            throw table.page.misuse("--input-shape is of --to onnx")
        }
        let text = try transform.exported(to: arguments.target, name: name, by: programNameAndVersion)
        let sink = try openOutput(
            arguments.output, reading: [arguments.statistics], binary: text == nil ? arguments.target.rawValue : nil)
        switch arguments.target {
        case .torchvision, .python: try sink.write(Array(text!.utf8))
        case .safetensors: try transform.tensors(by: programNameAndVersion).write(to: sink)
        case .onnx:
            try transform.model(rows: arguments.rows ?? .images, name: name, by: programNameAndVersion, in: run)
                .write(to: sink)
        }
        try sink.finish()
    }
}
