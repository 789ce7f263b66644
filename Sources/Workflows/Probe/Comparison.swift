internal import Datasets
internal import LinearAlgebra
internal import Preprocessing
internal import Words

/// What came of the same model on the same rows, by recipe; the best first.
package struct Comparison {
    package let entries: [Entry]
    /// For the moments of the training rows, from which all recipes are fitted.
    package let momentSeconds: Double

    /// A recipe and what came of it.
    package struct Entry {
        package let name: String
        /// One for each seed.
        package let outcomes: [ProbeOutcome]
        /// For the fit, and for the rows that are made at once.
        package let fitSeconds: Double
        /// The most memory that the process has held since the entry began, in bytes.
        package let memory: Int?

        /// The outcome of the first seed.
        package var outcome: ProbeOutcome { outcomes[0] }

        /// Whether every model has learnt something.
        package var isTrained: Bool { outcomes.allSatisfy(\.isTrained) }

        /// The mean over the seeds, and the deviation of one of them from it (divisor N - 1); nil where a model has diverged.
        package var merit: (mean: Double, deviation: Double)? {
            let merits = outcomes.compactMap { $0.best?.merit }
            guard merits.count == outcomes.count else { return nil }
            let mean = merits.reduce(0, +) / Double(merits.count)
            let square = merits.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return (mean, (square / Double(max(1, merits.count - 1))).squareRoot())
        }

        /// Who has learnt nothing comes last, whatever chance has given it.
        fileprivate static func isBetter(_ a: Entry, _ b: Entry) -> Bool {
            let (one, other) = (a.merit?.mean ?? -.infinity, b.merit?.mean ?? -.infinity)
            return a.isTrained == b.isTrained ? one > other : a.isTrained
        }
    }

    init(_ recipes: [NamedRecipe], _ options: ProbeOptions, _ data: ProbeData, _ run: Run) throws {
        for path in options.train { warnOfHeldOutData(path, run) }
        let begin = ContinuousClock.now
        let moments = try Self.moments(of: data.train, for: recipes)
        momentSeconds = (ContinuousClock.now - begin) / .seconds(1)
        entries = try recipes.map { try Self.entry($0, moments, options, data, run) }.sorted(by: Entry.isBetter)
    }

    /// None of these recipes has a step of its own for each row, so one reading serves them all.
    private static func moments(of train: RowStore, for recipes: [NamedRecipe]) throws -> Moments {
        let needsProducts = recipes.contains { $0.recipe?.needsProducts ?? false }
        if needsProducts { try checkMemory(forProductsOf: train.description.features, for: Recipe()) }
        var moments = Moments(of: train.description, step: RowStep(.none, divideBy: 1), products: needsProducts)
        guard recipes.contains(where: { $0.recipe != nil }) else { return moments }
        for start in stride(from: 0, to: train.count, by: rowsAtOnce) {
            try moments.add(train.block(start..<min(start + rowsAtOnce, train.count)))
        }
        try moments.finish()
        return moments
    }

    private static let rowsAtOnce = 1000

    private static func entry(
        _ named: NamedRecipe, _ moments: Moments, _ options: ProbeOptions, _ data: ProbeData, _ run: Run
    ) throws -> Entry {
        resetPeakMemory()
        let start = ContinuousClock.now
        let fitted = try named.recipe.map { try fit($0, named.name, moments, data.train, run) }
        return try run.computing("training on \(named.name) ...") {
            var outcomes: [ProbeOutcome] = []
            var fitSeconds = 0.0
            for number in 0..<UInt64(options.seeds) {
                let session = try ProbeSession(
                    options, data, ModelRows(fitted), seed: options.seed &+ number, scales: true)
                if number == 0 { fitSeconds = (ContinuousClock.now - start) / .seconds(1) }
                outcomes.append(try session.run { _ in })
            }
            return Entry(name: named.name, outcomes: outcomes, fitSeconds: fitSeconds, memory: peakMemory())
        }
    }

    private static func fit(
        _ recipe: Recipe, _ name: String, _ moments: Moments, _ train: RowStore, _ run: Run
    ) throws -> FittedTransform {
        do {
            let (fitted, warnings) = try recipe.fit(moments, input: train.description, sources: [])
            for warning in warnings { run.warn("\(name): \(warning)") }
            return fitted
        } catch {
            throw FitFailure(error, of: "\(train.name), for \(name)")
        }
    }
}
