import Datasets
import Flags
import Workflows

/// `nnprep inverse`: map transformed rows back to the original space.
enum Inverse {
    struct Arguments: HasCommonOptions, HasInputs, HasInputOptions, HasOutputOptions, HasStatistics, Sendable {
        var common = CommonOptions(writesRows: true)
        var input = InputOptions()
        var output = OutputOptions()
        var statistics = ""
        var inputs: [String] = []
    }

    static let table = CommandTable<Arguments>(
        "inverse",
        summary: "map transformed rows back to the original space",
        description: [
            "Un-whitens, rotates back, un-scales and adds what was subtracted. Rows of fewer components than were "
                + "fitted give the PCA reconstruction. Bytes are rounded and clamped to 0...255."
        ],
        operands: .inputs,
        flags: [.statistics]
            + Flag.output(
                dtype: .floatType, labels: "the labels of the rows, where records need some: npy, idx or csv")
            + Flag.input(fillsMissing: false) + Flag.common,
        misplaced: RecipeOptions.misplaced("inverse does what the statistics say"),
        examples: [
            Example("nnprep inverse --stats stats.json val.npy -o back.npy", "undo apply"),
            Example(
                "nnprep inverse --stats pca.json --output-format cifar10 pcs.csv > back.bin",
                "images from a table of components, with their labels"),
        ])

    static func run(_ arguments: Arguments, in run: Run) throws {
        let transform = try readStatistics(arguments.statistics).transform
        try invert(
            transform, from: .file(arguments.statistics), of: arguments.inputs, reading: arguments.reading,
            writing: arguments.destination, in: run)
    }
}
