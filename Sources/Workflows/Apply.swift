public import Datasets
public import Preprocessing
internal import Threads
internal import Words

/// Transforms rows of any split, and writes them.
///
/// A row's result depends on that row and the statistics alone, bit for bit.
///
/// - Parameters:
///   - statistics: where the transform comes from, for messages; the output must not replace that file.
///   - components: only the first so many of the fitted components; nil for all.
/// - Throws: what cannot be represented in the output's type is a `DatasetError` that names row and feature.
public func apply(
    _ transform: FittedTransform, from statistics: StatisticsSource = .memory, components: Int? = nil,
    to paths: [String], reading options: InputOptions = InputOptions(), writing output: OutputOptions,
    in run: Run = Run()
) throws {
    let threads = try run.startThreads()
    defer { threads.end() }
    try checkComponents(components, of: transform, statistics.name)
    var options = options
    options.agree(with: transform, statistics.name)
    let inputs = try Inputs(paths, options: options, in: run)

    let format = try output.format(for: inputs.description.format)
    guard !format.holdsBytes else {
        throw Refusal(
            "\(format.rawValue) holds bytes, and transformed values are not", hint: "write npy, csv or tsv",
            kind: .usage)
    }
    let outputs = transform.outputs(components: components)
    let scalar = output.scalar ?? .float32
    let rows = RowTransform(
        transform.forward(components: components), after: transform.recipe.step, scalar: scalar)
    try transformRows(
        inputs, output,
        OutputDescription(
            file: output.name, format: format, shape: [outputs], scalar: scalar,
            featureNames: (0..<outputs).map(transform.name(ofOutput:)), labelNames: inputs.description.labelNames),
        reading: inputs.paths + statistics.paths, through: rows, in: run
    ) { block, _ in block }
}

private func checkComponents(_ components: Int?, of transform: FittedTransform, _ name: String) throws {
    guard let components else { return }
    guard let principal = transform.principal else {
        throw Refusal("\(name): --components needs principal components, and none were fitted", kind: .usage)
    }
    guard components <= principal.count else {
        throw Refusal("\(name): --components \(components) is more than the \(principal.count) that were fitted")
    }
}

extension FittedTransform {
    /// `pc1...` along principal components, else as the features are called.
    fileprivate func name(ofOutput index: Int) -> String {
        principal != nil && recipe.whiten != .zca ? "pc\(index + 1)" : input.name(ofFeature: index)
    }
}
