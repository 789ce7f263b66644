public import Datasets
public import Preprocessing
internal import Threads
internal import Words

/// Maps transformed rows back to the original space, and writes them. Rows of fewer components than were fitted give the
/// reconstruction from those; where the output holds bytes, values are rounded and clamped to 0...255.
///
/// - Parameters:
///   - statistics: where the transform comes from, for messages; the output must not replace that file.
///   - output: its `labels` name a file of labels for the rows, where records need some.
public func invert(
    _ transform: FittedTransform, from statistics: StatisticsSource = .memory, of paths: [String],
    reading options: InputOptions = InputOptions(), writing output: OutputOptions, in run: Run = Run()
) throws {
    let threads = try run.startThreads()
    defer { threads.end() }
    var options = options
    options.knownLabels = transform.input.labelNames
    let inputs = try Inputs(paths, options: options, in: run)
    let width = inputs.description.features
    try checkWidth(width, of: paths[0], transform, statistics.name)

    let format = try output.format(for: inputs.description.format)
    let isBytes = format.holdsBytes
    if transform.recipe.perSample != .none {
        guard !isBytes else {
            throw Refusal(
                "\(statistics.name): the per-sample step cannot be undone, so the rows are no bytes",
                hint: "write npy or csv")
        }
        run.warn("the per-sample step cannot be undone: the rows come back as they were after it")
    }
    let scalar = output.scalar ?? .float32
    let rows = RowTransform(transform.inverse(width: width), after: RowStep(.none, divideBy: 1), scalar: scalar)
    var labels = try output.labels.map { try suppliedLabels($0, for: inputs, format) }
    var destination = output
    destination.labels = nil
    var written = OutputDescription(
        file: output.name, format: format,
        shape: isBytes ? transform.input.shape : [transform.input.features],
        scalar: isBytes ? .uint8 : scalar,
        featureNames: (0..<transform.input.features).map(transform.input.name(ofFeature:)),
        labelNames: labels == nil ? inputs.description.labelNames : format.recordLabels)
    written.channels = transform.input.channels
    let read = inputs.paths + statistics.paths + [output.labels].compactMap(\.self)
    try transformRows(inputs, destination, written, reading: read, through: rows, in: run) { block, origin in
        var back = block
        if isBytes { try back.checkFinite(from: origin, for: written) }
        if let supplied = try labels?.next(block.count) { back.labels = supplied }
        return isBytes ? back.roundedToBytes() : back
    }
    if let left = labels?.left, left > 0 { run.warn("\(left) labels are left over: were there fewer rows?") }
}

private func checkWidth(_ width: Int, of path: String, _ transform: FittedTransform, _ name: String) throws {
    let widest = transform.outputs()
    guard width == widest || width < widest && transform.principal != nil && transform.recipe.whiten != .zca else {
        throw Refusal("\(displayName(path)): has \(width) features where \(name) makes \(widest)")
    }
}

private func suppliedLabels(_ path: String, for inputs: Inputs, _ format: Format) throws -> SuppliedLabels {
    guard !format.recordLabels.isEmpty else {
        throw Refusal("--labels \(path): \(format.rawValue) has no place for labels", kind: .usage)
    }
    let labels = try SuppliedLabels(path, width: format.recordLabels.count)
    guard inputs.rowCount ?? labels.count == labels.count else {
        throw Refusal("--labels \(path): has labels for \(labels.count) rows, and there are \(inputs.rowCount!)")
    }
    return labels
}
