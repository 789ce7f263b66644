import Datasets
import Flags
import LinearAlgebra
import Preprocessing

/// `nnprep apply`: transform any split with fitted statistics.
enum Apply {
    struct Arguments: HasCommonOptions, HasInputs, HasInputOptions, HasOutputOptions, HasStatistics, Sendable {
        var common = CommonOptions()
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
        ] + Flag.output(dtype: .floatType) + Flag.input + Flag.common,
        misplaced: RecipeOptions.misplaced("apply never refits, it does what the statistics say"),
        examples: [
            Example("nnprep apply --stats stats.json val.bin > val.npy", "transform the validation split"),
            Example(
                "nnprep fit train.csv -o - | nnprep apply --stats - test.csv",
                "a table in, a table out, nothing in between"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) throws(Failure) {
        let (transform, name) = try readStatistics(arguments.statistics)
        if let components = arguments.components {
            guard let principal = transform.principal else {
                throw .refused("\(name): --components needs principal components, and none were fitted", hint: nil)
            }
            guard components <= principal.count else {
                throw .refused(
                    "\(name): --components \(components) is more than the \(principal.count) that were fitted",
                    hint: nil)
            }
        }
        var options = arguments.input
        options.expected = .init(transform.input, from: name)
        options.knownLabels = transform.input.labelNames
        let inputs = try dataset { () throws(DatasetError) in try Inputs(arguments.inputs, options: options) }

        let format = arguments.output.format(for: inputs.description.format)
        guard !format.holdsBytes else {
            throw .refused(
                "\(format.rawValue) holds bytes, and transformed values are not", hint: "write npy, csv or tsv")
        }
        let outputs = transform.outputs(components: arguments.components)
        let isRotated = transform.principal != nil && transform.recipe.whiten != .zca
        let names = (0..<outputs).map { isRotated ? "pc\($0 + 1)" : transform.input.name(ofFeature: $0) }
        let scalar = arguments.output.dtype ?? .float32
        let rows = RowTransform(
            transform.forward(components: arguments.components), after: transform.recipe.step, scalar: scalar)
        try transformRows(
            inputs, arguments.output,
            OutputDescription(
                file: displayName(arguments.output.path, output: true), format: format, shape: [outputs],
                scalar: scalar, featureNames: names, labelNames: inputs.description.labelNames),
            delimiter: arguments.input.delimiter,
            reading: inputs.paths + [arguments.statistics], arguments.common, console, through: rows
        ) { (block, _) in block }
    }
}
