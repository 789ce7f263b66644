import Datasets
import Flags
import LinearAlgebra
import Preprocessing

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
            "Give it the training split only: statistics that have seen validation or test data are a leak.",
        ],
        operands: .inputs,
        flags: [
            Flag(
                "output", short: "o", metavar: "FILE", group: "Output", help: "where to write; - is standard output",
                default: "stats.json", completion: .file(extensions: ["json"])
            ) { (arguments, text) throws(FlagError) in arguments.output = try text.path() }
        ] + Flag.recipe + Flag.input + Flag.common,
        examples: [
            Example("nnprep fit train.bin", "center and scale every feature; write stats.json"),
            Example(
                "nnprep fit --pca 144 --whiten pca data_batch_*.bin -o white.json",
                "whiten by the first 144 principal components"),
            Example(
                "nnprep fit --scale minmax --range 0,1 --label-column species iris.csv",
                "map a table's columns to 0...1"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) throws(Failure) {
        let recipe: Recipe
        do throws(Conflict) {
            recipe = try arguments.recipe.recipe()
        } catch {
            throw .usage(table.page.misuse(error.words))
        }
        // The output is there before the work, so that a path that cannot be written fails at once.
        let sink = try dataset { () throws(DatasetError) in try ByteSink(path: arguments.output) }
        let inputs = try dataset { () throws(DatasetError) in
            try Inputs(arguments.inputs, options: arguments.input)
        }
        for path in inputs.paths { warnOfHeldOutData(path, console) }
        var pipeline = Pipeline(arguments.common, fingerprints: inputs.paths.count > 1)
        let accumulated = try pipeline.accumulate(inputs, for: recipe, arguments.common)
        console.skippedRows(pipeline.skipped)
        warnOfRepeatedData(inputs.paths, pipeline.fingerprints ?? [], console)

        let sources = zip(inputs.paths, accumulated.counts).map {
            FittedTransform.Source(name: baseName($0), samples: $1)
        }
        let fitted: FittedTransform
        let warnings: [FitWarning]
        do throws(FitError) {
            let words = "finding the principal components of \(inputs.description.features) features ..."
            (fitted, warnings) = try Progress.showing(words, arguments.common) { () throws(FitError) in
                try recipe.fit(
                    accumulated.moments, rows: accumulated.rows, input: inputs.description, sources: sources)
            }
        } catch {
            if let failure = accumulated.passes?.failure { throw failure }
            throw .fit(
                error, files: inputs.paths.count == 1 ? displayName(inputs.paths[0]) : "\(inputs.paths.count) files")
        }
        for warning in warnings { console.warn("\(warning)") }
        try dataset(consuming: sink) { (sink) throws(DatasetError) in
            try StatisticsFile.write(fitted, by: "\(programName) \(programVersion)", to: sink)
            try sink.finish()
        }
    }
}
