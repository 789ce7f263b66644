import Datasets
import Flags
import LinearAlgebra
import Preprocessing

/// `nnprep inverse`: map transformed rows back to the original space.
enum Inverse {
    struct Arguments: HasCommonOptions, HasInputs, HasInputOptions, HasOutputOptions, HasStatistics, Sendable {
        var common = CommonOptions()
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
            + Flag.input + Flag.common,
        misplaced: RecipeOptions.misplaced("inverse does what the statistics say"),
        examples: [
            Example("nnprep inverse --stats stats.json val.npy -o back.npy", "undo apply"),
            Example(
                "nnprep inverse --stats pca.json --output-format cifar10 pcs.csv > back.bin",
                "images from a table of components, with their labels"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) throws(Failure) {
        let (transform, name) = try readStatistics(arguments.statistics)
        var options = arguments.input
        options.knownLabels = transform.input.labelNames
        let inputs = try dataset { () throws(DatasetError) in try Inputs(arguments.inputs, options: options) }
        let width = inputs.description.features
        let widest = transform.outputs()
        guard width == widest || width < widest && transform.principal != nil && transform.recipe.whiten != .zca else {
            throw .refused(
                "\(displayName(arguments.inputs[0])): has \(width) features where \(name) makes \(widest)", hint: nil)
        }

        let format = arguments.output.format(for: inputs.description.format)
        let isBytes = format.holdsBytes
        if transform.recipe.perSample != .none {
            guard !isBytes else {
                throw .refused(
                    "\(name): the per-sample step cannot be undone, so the rows are no bytes", hint: "write npy or csv")
            }
            console.warn("the per-sample step cannot be undone: the rows come back as they were after it")
        }
        let scalar = arguments.output.dtype ?? .float32
        let rows = RowTransform(
            transform.inverse(width: width), after: RowStep(.none, divideBy: 1), scalar: scalar)
        var labels = try arguments.output.labels.map { (path) throws(Failure) in
            guard !format.recordLabels.isEmpty else {
                throw .refused("--labels \(path): \(format.rawValue) has no place for labels", hint: nil)
            }
            let labels = try SuppliedLabels(path, width: format.recordLabels.count)
            guard inputs.rowCount ?? labels.count == labels.count else {
                throw .refused(
                    "--labels \(path): has labels for \(labels.count) rows, and there are \(inputs.rowCount!)",
                    hint: nil)
            }
            return labels
        }
        var destination = arguments.output
        destination.labels = nil
        var output = OutputDescription(
            file: displayName(arguments.output.path, output: true), format: format,
            shape: isBytes ? transform.input.shape : [transform.input.features],
            scalar: isBytes ? .uint8 : scalar,
            featureNames: (0..<transform.input.features).map(transform.input.name(ofFeature:)),
            labelNames: labels == nil ? inputs.description.labelNames : format.recordLabels)
        output.channels = transform.input.channels
        try transformRows(
            inputs, destination,
            output,
            delimiter: arguments.input.delimiter,
            reading: inputs.paths + [arguments.statistics] + [arguments.output.labels].compactMap(\.self),
            arguments.common, console, through: rows
        ) { (block, origin) throws(Failure) in
            var back = block
            if isBytes {
                try dataset { () throws(DatasetError) in try back.checkFinite(from: origin, for: output) }
            }
            if let supplied = try labels?.next(block.count) { back.labels = supplied }
            return isBytes ? back.roundedToBytes() : back
        }
        if let left = labels?.left, left > 0 { console.warn("\(left) labels are left over: were there fewer rows?") }
    }
}
