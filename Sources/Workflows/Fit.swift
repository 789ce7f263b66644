internal import Datasets
internal import LinearAlgebra
public import Preprocessing
internal import Threads
internal import Words

/// Learns what a recipe asks for from training rows.
///
/// Rows are read once and memory does not grow with them, but where components of very wide rows are asked for; what does not
/// fit in memory is refused before it is tried.
///
/// - Parameters:
///   - perSample, divideBy: as they were asked for; nil for what the recipe says or, where moments were made before, for what
///     those are of.
/// - Returns: the transform, with the names of the files that it was fitted on.
/// - Throws: errors of files, `FitFailure` where the recipe cannot be fitted to the rows, `Refusal` where files do not go
///   together or memory does not suffice.
public func fit(
    _ recipe: Recipe, to inputs: TrainingInputs, perSample: PerSample? = nil, divideBy: Double? = nil,
    in run: Run = Run()
) throws -> FittedTransform {
    let threads = try run.startThreads()
    defer { threads.end() }
    for path in inputs.data { warnOfHeldOutData(path, run) }
    let fillsMissing = inputs.options.missing == .mean
    if fillsMissing, perSample ?? recipe.perSample != .none {
        throw Refusal(
            "--missing mean fills in means of features, and --per-sample makes of each row what it is by itself")
    }
    if fillsMissing, !inputs.moments.isEmpty {
        throw Refusal(
            "\(displayName(inputs.moments[0])): moments are of whole rows, and --missing mean is for rows with holes",
            hint: "fit on the data itself")
    }
    let data = try inputs.read(
        .init(
            perSample: perSample ?? (recipe.perSample == .none ? nil : recipe.perSample),
            divideBy: divideBy ?? (recipe.divideBy == 1 ? nil : recipe.divideBy),
            products: recipe.needsProducts, recipe: recipe), in: run)
    let moments = data.moments
    if !inputs.moments.isEmpty {
        for name in Set(moments.sources.map(\.name)).subtracting(inputs.data.map(baseName)).sorted() {
            warnOfHeldOutData(name, run)
        }
    }
    // What was not given follows from moments that were made before.
    var recipe = recipe
    recipe.perSample = moments.moments.step.perSample
    if recipe.perSample != .none { recipe.divideBy = moments.moments.step.divideBy }

    let sources = moments.sources.map { FittedTransform.Source(name: $0.name, samples: $0.samples) }
    do throws(FitError) {
        let words = "finding the principal components of \(moments.input.features) features ..."
        var (fitted, warnings) = try run.computing(words) { () throws(FitError) in
            try recipe.fit(moments.moments, rows: data.rows?.components, input: moments.input, sources: sources)
        }
        for warning in warnings { run.warn("\(warning)") }
        if fillsMissing, let unknown = fitted.statistics.mean.firstIndex(where: { !$0.isFinite }) {
            throw FitError.noMean(feature: fitted.input.name(ofFeature: unknown))
        }
        if fillsMissing, fitted.statistics.missing == nil {
            fitted.statistics.missing = Array(repeating: 0, count: fitted.input.features)
        }
        return fitted
    } catch {
        if case .passes(let passes)? = data.rows, let failure = passes.failure { throw failure }
        throw FitFailure(error, of: inputs.name)
    }
}

extension TrainingData.Rows {
    var components: ComponentRows {
        switch self {
        case .kept(let blocks): .kept(blocks)
        case .passes(let passes): .streamed(passes.pass)
        }
    }
}
