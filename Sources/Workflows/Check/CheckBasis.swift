internal import Datasets
internal import Preprocessing
internal import Words

/// What a split is held against: statistics that were given, or those of the training rows.
struct CheckBasis {
    /// What training rows are like; nil where that is not asked for, or cannot be known.
    private(set) var reference: (transform: FittedTransform, drift: DriftReference)?
    /// Where the components come from.
    private(set) var transform: FittedTransform?
    /// Where rows are compared; nil where only equal rows are found.
    private(set) var space: SearchSpace?
    /// Whether the components are those of training rows, so that drift shows in them.
    private(set) var knowsTrainingComponents = true
    /// How the split and the training rows are read.
    private(set) var reading: InputOptions
    /// The training rows, not yet read, or to be read again.
    let training: Inputs?

    var wantsLeaks: Bool { training != nil }

    /// Where drift along components shows; nil where there are none of training rows.
    var comparedSpace: SearchSpace? { knowsTrainingComponents ? space : nil }

    init(_ split: [String], _ options: CheckOptions, _ run: Run) throws {
        let statistics = try options.statistics.map { try readStatistics($0) }
        reading = options.reading.agreeing(with: statistics)
        let wantsDrift = options.only != .leaks
        let wantsLeaks = options.only != .drift && !options.train.isEmpty
        var fitted = statistics?.transform
        if wantsDrift, let fitted { reference = (fitted, DriftReference(fitted)) }

        let needsFit = wantsLeaks ? fitted?.principal == nil : fitted == nil
        var train: TrainingInputs?
        if !options.train.isEmpty, wantsLeaks || needsFit {
            let inputs = try TrainingInputs(options.train, options: reading)
            if wantsLeaks, let moments = inputs.moments.first {
                throw Refusal(
                    "\(displayName(moments)): holds moments, and leaks are found among rows",
                    hint: "give --train the data, and fit --stats to the moments")
            }
            train = inputs
        }
        if needsFit, let train {
            if wantsLeaks, !train.canReadAgain {
                // The rows that pass by only once cannot be fitted first; those of the split are like them, or nearly.
                knowsTrainingComponents = false
                fitted = try Self.fit(TrainingInputs(split, options: reading), like: fitted, wantsComponents: true, run)
                if wantsDrift, reference == nil {
                    run.warn(
                        "the training rows can be read only once, so drift is not looked for: fit statistics to them, and "
                            + "give --stats")
                }
            } else {
                fitted = try Self.fit(train, like: fitted, wantsComponents: wantsLeaks, run)
                if wantsDrift, reference == nil { reference = fitted.map { ($0, DriftReference($0)) } }
            }
        }
        transform = fitted
        space = fitted.flatMap { SearchSpace($0) }
        if let fitted, reading.expected == nil {
            reading.expected = .init(fitted.input, from: displayName(options.train.first ?? split[0]))
            reading.knownLabels = fitted.input.labelNames
        }
        training = wantsLeaks ? try train?.rows(reading: reading) : nil
    }

    /// Components of the rows' moments, as many as there are; none where the rows do not vary.
    /// - Parameter statistics: those whose row step is wanted.
    private static func fit(
        _ inputs: TrainingInputs, like statistics: FittedTransform?, wantsComponents: Bool, _ run: Run
    ) throws -> FittedTransform {
        guard inputs.canReadAgain else {
            throw Refusal(
                "neither the split nor the training rows can be read twice",
                hint: "name a file for one of them, or give --stats with components")
        }
        let step = statistics?.recipe.step
        let wanted = Recipe.ComponentCount.count(SearchSpace.mostComponents)
        var planned = Recipe()
        planned.components = wantsComponents ? wanted : nil
        let data = try inputs.read(
            .init(
                perSample: step?.perSample, divideBy: step?.divideBy, products: wantsComponents,
                recipe: wantsComponents ? planned : nil), in: run)
        let moments = data.moments
        let limit = min(moments.moments.count - 1, moments.moments.features)
        var recipe = SearchSpace.recipe(for: moments.input, limit: limit)
        recipe.perSample = moments.moments.step.perSample
        recipe.divideBy = recipe.perSample == .none ? 1 : moments.moments.step.divideBy
        let sources = moments.sources.map { FittedTransform.Source(name: $0.name, samples: $0.samples) }
        if wantsComponents, limit > 0 {
            do {
                return try run.computing("finding the principal components of \(moments.input.features) features ...") {
                    try recipe.fit(
                        moments.moments, rows: data.rows?.components, input: moments.input, sources: sources
                    ).0
                }
            } catch FitError.noVariance {
                // Rows that are all the same have no components; equal rows are found all the same.
            } catch let error as FitError {
                if case .passes(let passes)? = data.rows, let failure = passes.failure { throw failure }
                throw FitFailure(error, of: inputs.name)
            }
        }
        recipe.components = nil
        do {
            return try recipe.fit(moments.moments, input: moments.input, sources: sources).0
        } catch {
            throw FitFailure(error, of: inputs.name)
        }
    }
}
