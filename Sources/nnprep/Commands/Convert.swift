import Datasets
import Flags
import Workflows

/// `nnprep convert`: read any format, write any other.
enum Convert {
    struct Arguments: HasCommonOptions, HasInputs, HasInputOptions, HasOutputOptions, Sendable {
        var common = CommonOptions(writesRows: true)
        var input = InputOptions()
        var output = OutputOptions()
        var inputs: [String] = []
    }

    static let table = CommandTable<Arguments>(
        "convert",
        summary: "read any format, write any other",
        description: [
            "Values stay what they are: arrays keep their type, and tables the text of their numbers. A value that the "
                + "output's type does not hold is an error, unless --dtype asks for that type. Several inputs become "
                + "one output."
        ],
        operands: .inputs,
        flags: Flag.output(dtype: dtype) + Flag.input(fillsMissing: false) + Flag.common,
        examples: [
            Example("nnprep convert data_batch_*.bin -o train.npy --labels labels.npy", "CIFAR-10 for numpy"),
            Example("nnprep convert val.bin --output-format csv | head -2", "look at the first image's numbers"),
        ])

    private static let dtype = Flag<Arguments>(
        "dtype", metavar: "uint8|float32|float64", group: "Output", help: "the type of the values written",
        default: "that of the input", choices: Choice.all(of: WorkingScalar.self)
    ) { (arguments, text) throws(FlagError) in
        arguments.output.scalar = try text.choice(of: WorkingScalar.self)
    }

    static func run(_ arguments: Arguments, in run: Run) throws {
        try convert(arguments.inputs, reading: arguments.reading, writing: arguments.destination, in: run)
    }
}
