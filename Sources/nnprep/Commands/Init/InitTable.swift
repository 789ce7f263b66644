import Flags
import Models

extension Init {
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
            ) { $0.initializer.distribution = $1 }.unless(zeros),
            Flag(
                "connections", metavar: "N", group: "Weights",
                help: "how many inputs each unit has with --scheme sparse", default: "10"
            ) { $0.initializer.connections = try $1.positiveInteger() }.unless {
                $0.initializer.scheme == .sparse ? nil : "is for --scheme sparse"
            },
            Flag("bias", metavar: "X", group: "Weights", help: "what every bias is", default: "0") {
                $0.initializer.bias = try $1.number("a number that float32 holds") { Float($0).isFinite }
            },
            Flag("seed", metavar: "N", group: "Weights", help: "another number draws other weights", default: "1") {
                $0.seed = try $1.integer(in: 0...UInt64.max)
            }.unless(zeros),
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
        ] + Flag.input(unless: { $0.data == nil ? "is for rows: pass --data" : nil }) + Flag.common,
        examples: [
            Example("nnprep init --layers 3072,100,10", "write weights.safetensors, by He's scheme"),
            Example(
                "nnprep init --layers 784,500,500,10 --data train.idx --stats stats.json",
                "the same, and what becomes of a batch"),
        ])

    @Sendable private static func zeros(_ arguments: Arguments) -> String? {
        arguments.initializer.scheme == .zeros ? "has no effect with --scheme zeros" : nil
    }
}
