import Datasets
import Flags

/// `nnprep convert`: read any format, write any other.
enum Convert {
    struct Arguments: HasCommonOptions, HasInputs, HasInputOptions, HasOutputOptions, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        var output = OutputOptions()
        var inputs: [String] = []
    }

    static let table = CommandTable<Arguments>(
        "convert",
        summary: "read any format, write any other",
        description: [
            "Values stay what they are: bytes stay bytes, and a number of a table is written so that it reads back to "
                + "the same bits. Several inputs become one output."
        ],
        operands: .inputs,
        flags: Flag.output(dtype: dtype) + Flag.input + Flag.common,
        examples: [
            Example("nnprep convert data_batch_*.bin -o train.npy --labels labels.npy", "CIFAR-10 for numpy"),
            Example("nnprep convert val.bin --output-format csv | head -2", "look at the first image's numbers"),
        ])

    private static let dtype = Flag<Arguments>(
        "dtype", metavar: "uint8|float32|float64", group: "Output", help: "the type of the values written",
        default: "that of the input", choices: Choice.all(of: WorkingScalar.self)
    ) { (arguments, text) throws(FlagError) in
        arguments.output.dtype = try text.choice(of: WorkingScalar.self)
    }

    static func run(_ arguments: Arguments, _ console: Console) throws(Failure) {
        let inputs = try dataset { () throws(DatasetError) in try Inputs(arguments.inputs, options: arguments.input) }
        let input = inputs.description
        let format = arguments.output.format(for: input.format)
        let scalar: WorkingScalar
        if !format.holdsBytes {
            scalar = arguments.output.dtype ?? input.scalar.working
        } else {
            guard arguments.output.dtype ?? .uint8 == .uint8 else {
                throw .refused("\(format.rawValue) holds bytes", hint: "leave --dtype out")
            }
            scalar = .uint8
        }
        var output = OutputDescription(
            file: displayName(arguments.output.path, output: true), format: format, shape: input.shape, scalar: scalar,
            featureNames: (0..<input.features).map(input.name(ofFeature:)), labelNames: input.labelNames)
        output.channels = input.channels
        let description = output
        try transformRows(
            inputs, arguments.output, description, delimiter: arguments.input.delimiter,
            reading: inputs.paths, arguments.common, console
        ) { (block, origin) throws(Failure) in
            try dataset { () throws(DatasetError) in
                try block.converted(to: scalar, from: origin, for: description)
            }
        }
    }
}
