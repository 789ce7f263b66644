internal import Datasets
public import Preprocessing
internal import Threads
internal import Words

/// Sums up rows, and merges moments that were made before: all that a fit needs to know of the rows.
/// - Parameters:
///   - perSample, divideBy: the row step; nil for that of the moments that are merged, or none.
///   - products: whether sums of products are kept, which PCA and whitening need: D x D values.
/// - Returns: finished moments with the rows' fingerprints.
public func accumulateMoments(
    of inputs: TrainingInputs, perSample: PerSample? = nil, divideBy: Double? = nil, products: Bool = true,
    in run: Run = Run()
) throws -> SourcedMoments {
    let threads = try run.startThreads()
    defer { threads.end() }
    if inputs.options.missing == .mean {
        throw Refusal(
            "moments of rows that were filled with their own means cannot be merged",
            hint: "fit on all data at once with --missing mean, or pass --missing skip")
    }
    let moments = try inputs.read(
        .init(
            perSample: perSample, divideBy: divideBy, products: products, mayLackProducts: true, fingerprints: true),
        in: run
    ).moments
    if let problem = moments.moments.overflow {
        throw Refusal(
            "the \(problem.statistic) of feature \(moments.input.name(ofFeature: problem.feature)) is too large for a double",
            hint: "bring the values to a smaller scale")
    }
    return moments
}
