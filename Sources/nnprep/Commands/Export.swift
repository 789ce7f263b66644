import Datasets
import Flags
import LinearAlgebra
import Preprocessing

/// `nnprep export`: write fitted statistics for other tools.
enum Export {
    enum Target: String, CaseIterable, Sendable {
        case torchvision, python, safetensors
    }

    struct Arguments: HasCommonOptions, Sendable {
        var common = CommonOptions()
        var statistics = ""
        var target = Target.python
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
                "to", oneOf: Target.self, group: "Output", help: "what to write",
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

    static func run(_ arguments: Arguments, _ console: Console) throws(Failure) {
        let (transform, name) = try readStatistics(arguments.statistics)
        let text: String? =
            switch arguments.target {
            case .torchvision: try TorchvisionExport.line(transform, name)
            case .python: PythonExport.module(transform)
            case .safetensors: nil
            }
        let sink = try openOutput(arguments.output, reading: [arguments.statistics])
        guard text != nil || !sink.isTerminal else {
            throw .refused(
                "standard output is a terminal, and safetensors is binary", hint: "write to a file with -o FILE")
        }
        try dataset(consuming: sink) { (sink) throws(DatasetError) in
            if let text {
                try sink.write(Array(text.utf8))
            } else {
                try safetensors(transform).write(to: sink)
            }
            try sink.finish()
        }
    }

    private static func safetensors(_ transform: FittedTransform) -> SafetensorsWriter {
        let recipe = transform.recipe
        var writer = SafetensorsWriter(metadata: [
            ("format", "nnprep.stats"), ("created_by", "\(programName) \(programVersion)"),
            ("samples", "\(transform.fittedOn.samples)"), ("input_format", transform.input.format.rawValue),
            ("input_shape", transform.input.shape.map(String.init).joined(separator: "x")),
            ("divide_by", PythonExport.number(recipe.divideBy)), ("per_sample", recipe.perSample.rawValue),
            ("center", recipe.center.rawValue), ("scale", recipe.scale.rawValue),
            ("scale_per", recipe.scalePer.rawValue), ("ddof", "\(recipe.ddof)"), ("whiten", recipe.whiten.rawValue),
            ("epsilon", PythonExport.number(recipe.epsilon)),
        ])
        let statistics = transform.statistics
        let perFeature = [
            ("subtract", transform.subtract), ("divide", transform.divide), ("mean", statistics.mean),
            ("std", statistics.std), ("min", statistics.min), ("max", statistics.max),
        ]
        for (name, values) in perFeature { writer.add(name, shape: [values.count], values) }
        writer.add("global_mean", shape: [], [statistics.globalMean])
        writer.add("global_std", shape: [], [statistics.globalStd])
        for (name, values) in [("channel_mean", statistics.channelMean), ("channel_std", statistics.channelStd)] {
            if let values { writer.add(name, shape: [values.count], values) }
        }
        if let principal = transform.principal {
            let components = principal.components
            writer.add("explained_variance", shape: [principal.count], principal.explainedVariance)
            writer.add("explained_variance_ratio", shape: [principal.count], principal.explainedVarianceRatio)
            writer.add("components", shape: [components.rows, components.columns], components.elements)
        }
        return writer
    }
}
