internal import Datasets
internal import Preprocessing
internal import Words

/// Statistics of rows with the components that near-duplicates are looked for along, as many as there are; with none where
/// the rows do not vary.
/// - Parameters:
///   - statistics: those whose row step is wanted; nil for none.
///   - wantsComponents: whether there are to be any.
func searchTransform(
    of inputs: TrainingInputs, like statistics: FittedTransform?, wantsComponents: Bool = true, _ run: Run
) throws -> FittedTransform {
    let step = statistics?.recipe.step
    var planned = Recipe()
    planned.components = .count(SearchSpace.mostComponents)
    let data = try inputs.read(
        .init(
            perSample: step?.perSample, divideBy: step?.divideBy, products: wantsComponents,
            recipe: wantsComponents ? planned : nil), in: run)
    let moments = data.moments
    let limit = min(moments.moments.count - 1, moments.moments.features)
    var recipe = SearchSpace.recipe(for: moments.input, limit: limit)
    recipe.perSample = moments.moments.step.perSample
    if recipe.perSample != .none { recipe.divideBy = moments.moments.step.divideBy }
    let sources = moments.sources.map { FittedTransform.Source(name: $0.name, samples: $0.samples) }
    func fit(_ rows: ComponentRows?) throws(FitError) -> FittedTransform {
        try recipe.fit(moments.moments, rows: rows, input: moments.input, sources: sources).0
    }
    do {
        if wantsComponents, limit > 0 {
            let words = "finding the principal components of \(moments.input.features) features ..."
            do {
                return try run.computing(words) { () throws(FitError) in try fit(data.rows?.components) }
            } catch .noVariance {
                // Equal rows are found all the same.
            }
        }
        recipe.components = nil
        return try fit(nil)
    } catch {
        if case .passes(let passes)? = data.rows, let failure = passes.failure { throw failure }
        throw FitFailure(error, of: inputs.name)
    }
}
