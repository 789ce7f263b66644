import Datasets
import Flags
import LinearAlgebra
import Models
import Words
import Workflows

/// `nnprep init`: draw initial weights.
enum Init {
    struct Arguments: HasCommonOptions, HasInputOptions, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        /// The inputs, then the units of each layer.
        var widths: [Int] = []
        var initializer = Initializer()
        var seed: UInt64 = 1
        var output = "weights.safetensors"
        var data: String?
        var statistics: String?
    }

    static let table = CommandTable<Arguments>(
        "init",
        summary: "draw initial weights by a scheme, and see what they do to a batch",
        description: [
            "Draws the weights and biases of fully connected layers and writes them as float32: layer1.weight, units x "
                + "inputs, layer1.bias and so on, as PyTorch keeps them. Prints a line for each layer.",
            "With --data, the first 1000 rows of a file are passed through the layers, with rectified linear units in "
                + "all but the last: a good start keeps the deviation of the outputs alike from layer to layer.",
        ],
        flags: [
            Flag(
                "layers", metavar: "D,A,B", group: "Weights", help: "the inputs, then the units of each layer",
                required: true
            ) {
                let widths = try $1.list { (text) throws(FlagError) in
                    try text.positiveInteger(atMost: Int(Int32.max))
                }
                guard widths.count > 1 else { throw FlagError("expected at least two widths, such as 3072,100,10") }
                $0.widths = widths
            },
            Flag(
                "scheme", oneOf: InitialScheme.self, group: "Weights", help: "the variance of the weights",
                choiceHelp: [
                    "zeros": "all 0", "small": "a deviation of 0.01", "lecun": "1 / inputs",
                    "glorot": "2 / (inputs + units)", "he": "2 / inputs",
                    "sparse": "a few random inputs to each unit, all other weights 0",
                ], default: .he
            ) { $0.initializer.scheme = $1 },
            Flag(
                "distribution", oneOf: Initializer.Distribution.self, group: "Weights",
                help: "the distribution that has this variance", default: .normal
            ) { $0.initializer.distribution = $1 },
            Flag(
                "connections", metavar: "N", group: "Weights",
                help: "how many inputs each unit has with --scheme sparse", default: "10"
            ) { $0.initializer.connections = try $1.positiveInteger() },
            Flag("bias", metavar: "X", group: "Weights", help: "what every bias is", default: "0") {
                $0.initializer.bias = try $1.number()
            },
            Flag("seed", metavar: "N", group: "Weights", help: "another number draws other weights", default: "1") {
                $0.seed = try $1.integer(in: 0...UInt64.max)
            },
            Flag(
                "output", short: "o", metavar: "FILE", group: "Weights",
                help: "where to write; - is standard output; a name that ends in / is a folder for npy files",
                default: "weights.safetensors", completion: .file(extensions: ["safetensors"])
            ) { $0.output = try $1.path() },
            Flag(
                "data", metavar: "FILE", group: "Batch", help: "show what the layers make of the first 1000 rows",
                completion: .file
            ) { $0.data = try $1.path() },
            Flag(
                "stats", metavar: "FILE", group: "Batch", help: "transform these rows by what fit has written",
                completion: .file(extensions: ["json"])
            ) { $0.statistics = try $1.path() },
        ] + Flag.input + Flag.common,
        examples: [
            Example("nnprep init --layers 3072,100,10", "write weights.safetensors, by He's scheme"),
            Example(
                "nnprep init --layers 784,500,500,10 --data train.idx --stats stats.json",
                "the same, and what becomes of a batch"),
        ])

    static func run(_ arguments: Arguments, in run: Run) throws {
        guard arguments.statistics == nil || arguments.data != nil else {
            throw table.page.misuse("--stats needs --data, whose rows it transforms")
        }
        let batch = try arguments.data.map { path in
            try firstRows(
                rowsShown, of: path, reading: arguments.input,
                statistics: try arguments.statistics.map { try readStatistics($0) }, widths: arguments.widths, in: run)
        }
        let layers = try drawWeights(
            arguments.widths, by: arguments.initializer, seed: arguments.seed, forRows: batch == nil ? 0 : rowsShown)
        if arguments.initializer.scheme == .zeros {
            run.onWarning(
                "with all weights 0 the units of a layer stay the same for ever: there is no symmetry breaking")
        }
        try writeWeights(
            layers, to: arguments.output,
            metadata: [
                ("format", "pt"), ("created_by", programNameAndVersion),
                ("scheme", arguments.initializer.scheme.rawValue),
                ("distribution", arguments.initializer.distribution.rawValue), ("seed", "\(arguments.seed)"),
            ], reading: [arguments.data, arguments.statistics].compactMap(\.self))
        // Where the weights go to standard output, nothing else does.
        if arguments.output != "-" { try printOut(Report.aligned(try table(of: layers, batch))) }
    }

    private static let rowsShown = 1000

    /// A line for each layer: its weights, and what it makes of the batch.
    private static func table(of layers: [InitialLayer<Float>], _ batch: [Float]?) throws -> [[String]] {
        var rows = [["layer", "units x inputs", "std"]]
        for (i, layer) in layers.enumerated() {
            rows.append(["layer\(i + 1)", "\(layer.units) x \(layer.inputs)", short(layer.standardDeviation)])
        }
        guard let batch else { return rows }
        rows[0] += ["output mean", "output std", "zeros"]
        for (i, spread) in try outputSpreads(of: batch, through: layers).enumerated() {
            rows[i + 1] += [short(spread.mean), short(spread.standardDeviation), percent(spread.zeros)]
        }
        return rows
    }
}
