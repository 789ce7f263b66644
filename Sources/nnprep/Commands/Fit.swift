import Datasets
import Flags
import Preprocessing
import Workflows

/// `nnprep fit`: learn statistics from the training split.
enum Fit {
    struct Arguments: HasCommonOptions, HasInputs, HasInputOptions, HasRecipeOptions, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        var recipe = RecipeOptions()
        var inputs: [String] = []
        var output = "stats.json"
    }

    static let table = CommandTable<Arguments>(
        "fit",
        summary: "learn statistics from the training split, write JSON",
        description: [
            "Reads the training data once, in memory that does not grow with the number of rows, and writes all that "
                + "is needed to transform any other split in exactly the same way. Several inputs count as one.",
            "Moments files, which nnprep moments writes, are inputs too: no row of theirs is read again.",
            "Give it the training split only: statistics that have seen validation or test data are a leak.",
        ],
        operands: .inputs,
        flags: [
            Flag(
                "output", short: "o", metavar: "FILE", group: "Output", help: "where to write; - is standard output",
                default: "stats.json", completion: .file(extensions: ["json"])
            ) { (arguments, text) throws(FlagError) in arguments.output = try text.path() }
        ] + Flag.recipe + Flag.input() + Flag.common,
        examples: [
            Example("nnprep fit train.bin", "center and scale every feature; write stats.json"),
            Example(
                "nnprep fit --pca 144 --whiten pca data_batch_*.bin -o white.json",
                "whiten by the first 144 principal components"),
            Example(
                "nnprep fit --scale minmax --range 0,1 --label-column species iris.csv",
                "map a table's columns to 0...1"),
        ])

    static func run(_ arguments: Arguments, in run: Run) throws {
        let recipe = try arguments.recipe.recipe(for: table.page)
        let sink = try openOutput(arguments.output, reading: arguments.inputs)
        let fitted = try fit(
            recipe, to: TrainingInputs(arguments.inputs, options: arguments.input),
            perSample: arguments.recipe.perSample, divideBy: arguments.recipe.divideBy, in: run)
        try StatisticsFile.write(fitted, by: programNameAndVersion, to: sink)
        try sink.finish()
    }
}
