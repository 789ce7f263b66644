import Datasets
import Flags
import LinearAlgebra
import Models
import Preprocessing

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

    static func run(_ arguments: Arguments, _ console: Console) throws(Failure) {
        guard arguments.statistics == nil || arguments.data != nil else {
            throw .usage(table.page.misuse("--stats needs --data, whose rows it transforms"))
        }
        try checkMemory(forLayers: arguments.widths, rows: arguments.data == nil ? 0 : rowsShown)
        let batch = try arguments.data.map { (path) throws(Failure) in try firstRows(path, arguments, console) }

        var random = RandomNumbers(seed: arguments.seed)
        var layers: [InitialLayer<Float>] = []
        for (inputs, units) in zip(arguments.widths, arguments.widths.dropFirst()) {
            let layer: InitialLayer<Float> = try model { () throws(ModelError) in
                try InitialLayer(inputs: inputs, units: units, arguments.initializer, from: &random)
            }
            layers.append(layer)
        }
        if arguments.initializer.scheme == .zeros {
            console.warn(
                "with all weights 0 the units of a layer stay the same for ever: there is no symmetry breaking")
        }
        try WeightFiles.write(layers, arguments)

        var rows = [["layer", "units x inputs", "std"]]
        for (i, layer) in layers.enumerated() {
            rows.append([
                "layer\(i + 1)", "\(layer.units) x \(layer.inputs)", Report.short(layer.standardDeviation),
            ])
        }
        if let batch {
            let spreads = try numerics { () throws(LinearAlgebraError) in try outputSpreads(of: batch, through: layers)
            }
            rows[0] += ["output mean", "output std", "zeros"]
            for (i, spread) in spreads.enumerated() {
                rows[i + 1] += [
                    Report.short(spread.mean), Report.short(spread.standardDeviation), percent(spread.zeros),
                ]
            }
        }
        // Where the weights go to standard output, nothing else does.
        if arguments.output != "-" { try printOut(Report.aligned(rows)) }
    }

    private static let rowsShown = 1000

    /// The first rows of a file, as wide as the first layer, row-major.
    private static func firstRows(
        _ path: String, _ arguments: Arguments, _ console: Console
    ) throws(Failure) -> [Float] {
        let statistics = try arguments.statistics.map { (path) throws(Failure) in try readStatistics(path) }
        let store = try RowStore(
            [path], arguments.input.agreeing(with: statistics), most: rowsShown, arguments.common, console)
        let rows = ModelRows(statistics?.0)
        let width = rows.width ?? store.description.features
        guard width == arguments.widths[0] else {
            throw .refused(
                "--layers begins with \(arguments.widths[0]) inputs, but the rows of \(store.name) have \(width) "
                    + "\(statistics == nil ? "features" : "values after the transform")",
                hint: "pass --layers "
                    + ([width] + arguments.widths.dropFirst()).map(String.init).joined(separator: ","))
        }
        guard store.count > 0 else { throw .refused("\(store.name): has no rows", hint: nil) }
        return try model { () throws(ModelError) in try rows.floats(0..<store.count, of: store) }
    }
}

/// `12.3 %`
func percent(_ share: Double) -> String {
    guard share.isFinite else { return "-" }
    let tenths = Int((share * 1000).rounded())
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) %"
}
