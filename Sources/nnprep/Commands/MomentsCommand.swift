import Datasets
import Flags
import Preprocessing
import Workflows

/// `nnprep moments`: accumulate one shard's mergeable moments.
enum MomentsCommand {
    struct Arguments: HasCommonOptions, HasInputs, HasInputOptions, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        var inputs: [String] = []
        var output = ""
        var products = true
        var perSample: PerSample?
        var divideBy: Double?
    }

    static let table = CommandTable<Arguments>(
        "moments",
        summary: "accumulate one shard's mergeable moments",
        description: [
            "Reads rows once and writes all that fit needs to know of them: their count, sums, sums of products, minima "
                + "and maxima, as a safetensors file. Moments files are inputs as data files are: their rows are merged. "
                + "fit takes them too, and needs no data then, whatever is asked for.",
            "Moments of bytes are whole numbers: however the rows are sharded and in whatever order the shards are "
                + "merged, fit gives the same bits.",
        ],
        operands: .inputs,
        flags: [
            Flag(
                "output", short: "o", metavar: "FILE", group: "Output", help: "where to write; - is standard output",
                completion: .file(extensions: ["safetensors"]), required: true
            ) { (arguments, text) throws(FlagError) in arguments.output = try text.path() },
            Flag(
                switch: "no-products", group: "Output",
                help: "leave the sums of products out, which PCA and whitening need: D values instead of D x D"
            ) { $0.products = false },
            Flag(
                "per-sample", oneOf: PerSample.self, group: "Rows",
                help: "subtract each row's own mean; standardize also divides by the row's standard deviation",
                default: PerSample.none
            ) { $0.perSample = $1 },
            Flag(
                "divide-by", metavar: "X", group: "Rows",
                help: "divide every value by X before the per-sample step; without one, leave that to fit", default: "1"
            ) { (arguments, text) throws(FlagError) in arguments.divideBy = try text.positiveNumber() },
        ] + Flag.input(fillsMissing: false) + Flag.common,
        misplaced: RecipeOptions.misplaced("moments answer for all of its recipes").filter {
            $0.key != "per-sample" && $0.key != "divide-by"
        },
        examples: [
            Example("nnprep moments data_batch_1.bin -o 1.safetensors", "one shard"),
            Example("nnprep moments [1-5].safetensors -o train.safetensors", "merge shards"),
            Example(
                "nnprep moments 6.safetensors data_batch_7.bin -o 67.safetensors", "add rows to what was seen before"),
        ])

    static func run(_ arguments: Arguments, in run: Run) throws {
        if arguments.divideBy != nil, arguments.perSample ?? PerSample.none == .none {
            throw table.page.misuse("--divide-by needs --per-sample center or standardize; without, fit divides")
        }
        let inputs = try TrainingInputs(arguments.inputs, options: arguments.input)
        // Moments may replace moments that they hold.
        let sink = try openOutput(arguments.output, reading: inputs.data, binary: "safetensors")
        let moments = try accumulateMoments(
            of: inputs, perSample: arguments.perSample, divideBy: arguments.divideBy, products: arguments.products,
            in: run)
        try MomentsFile.write(moments, by: programNameAndVersion, to: sink)
        try sink.finish()
    }
}
