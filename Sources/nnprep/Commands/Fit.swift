import Datasets
import Flags
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
            "Moments files, which nnprep moments writes, are inputs too: no row of theirs is read again.",
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
        var recipe: Recipe
        do throws(Conflict) {
            recipe = try arguments.recipe.recipe()
        } catch {
            throw .usage(table.page.misuse(error.words))
        }
        let sink = try openOutput(arguments.output, reading: arguments.inputs)
        let inputs = try TrainingInputs(arguments.inputs, options: arguments.input)
        for path in inputs.data { warnOfHeldOutData(path, console) }
        let gathered = try inputs.gather(
            .init(
                perSample: arguments.recipe.perSample, divideBy: arguments.recipe.divideBy,
                products: recipe.needsProducts, recipe: recipe), arguments.common, console)
        let rows = gathered.shard
        if !inputs.moments.isEmpty {
            for name in Set(rows.sources.map(\.name)).subtracting(inputs.data.map(baseName)).sorted() {
                warnOfHeldOutData(name, console)
            }
        }
        // What was not given follows from moments that were made before.
        recipe.perSample = rows.moments.step.perSample
        if recipe.perSample != .none { recipe.divideBy = rows.moments.step.divideBy }

        let sources = rows.sources.map { FittedTransform.Source(name: $0.name, samples: $0.samples) }
        let fitted: FittedTransform
        let warnings: [FitWarning]
        do throws(FitError) {
            let words = "finding the principal components of \(rows.input.features) features ..."
            (fitted, warnings) = try Progress.showing(words, arguments.common) { () throws(FitError) in
                try recipe.fit(rows.moments, rows: gathered.rows, input: rows.input, sources: sources)
            }
        } catch {
            if let failure = gathered.passes?.failure { throw failure }
            throw .fit(
                error,
                files: arguments.inputs.count == 1
                    ? displayName(arguments.inputs[0]) : "\(arguments.inputs.count) files")
        }
        for warning in warnings { console.warn("\(warning)") }
        try dataset(consuming: sink) { (sink) throws(DatasetError) in
            try StatisticsFile.write(fitted, by: "\(programName) \(programVersion)", to: sink)
            try sink.finish()
        }
    }
}
