import Datasets
import Flags
import Workflows

/// `nnprep apply`: transform any split with fitted statistics.
enum Apply {
    struct Arguments: HasCommonOptions, HasInputs, HasInputOptions, HasOutputOptions, HasStatistics, Sendable {
        var common = CommonOptions(writesRows: true)
        var input = InputOptions()
        var output = OutputOptions()
        var statistics = ""
        var components: Int?
        var inputs: [String] = []
    }

    static let table = CommandTable<Arguments>(
        "apply",
        summary: "transform any split with fitted statistics",
        description: [
            "Applies exactly the transform that fit has learnt: y = (x / divide_by - subtract) / divide, then the "
                + "projection on the components and the whitening. Nothing is learnt from these rows.",
            "Tables are matched by column name. Their labels come first in the output; where an output has no place "
                + "for labels, --labels keeps them.",
        ],
        operands: .inputs,
        flags: [
            .statistics,
            Flag(
                "components", metavar: "K", group: "Transform", help: "use only the first K of the fitted components"
            ) { (arguments, text) throws(FlagError) in arguments.components = try text.positiveInteger() },
        ]
            + Flag.output(
                dtype: .floatType, formats: Format.allCases.filter { $0.hasRecords && !$0.holdsBytes }) + Flag.input()
            + Flag.common,
        misplaced: RecipeOptions.misplaced("apply never refits, it does what the statistics say"),
        examples: [
            Example("nnprep apply --stats stats.json val.bin > val.npy", "transform the validation split"),
            Example(
                "nnprep fit train.csv -o - | nnprep apply --stats - test.csv",
                "a table in, a table out, nothing in between"),
        ])

    static func run(_ arguments: Arguments, in run: Run) throws {
        let transform = try readStatistics(arguments.statistics).transform
        try apply(
            transform, from: .file(arguments.statistics), components: arguments.components, to: arguments.inputs,
            reading: arguments.reading, writing: arguments.destination, in: run)
    }
}
