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
        package let outcome: ProbeOutcome
        /// For the fit, and for the rows that are made at once.
        package let fitSeconds: Double
        /// The most memory that the process has held since the entry began, in bytes.
        package let memory: Int?

        fileprivate var merit: Double { outcome.best?.merit ?? -.infinity }
    }

    init(_ recipes: [NamedRecipe], _ options: ProbeOptions, _ data: ProbeData, _ run: Run) throws {
        for path in options.train { warnOfHeldOutData(path, run) }
        let begin = ContinuousClock.now
        let moments = try Self.moments(of: data.train, for: recipes)
        momentSeconds = (ContinuousClock.now - begin) / .seconds(1)
        entries = try recipes.map { try Self.entry($0, moments, options, data, run) }.sorted { $0.merit > $1.merit }
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
            let session = try ProbeSession(options, data, ModelRows(fitted))
            let fitSeconds = (ContinuousClock.now - start) / .seconds(1)
            return Entry(
                name: named.name, outcome: try session.run { _ in }, fitSeconds: fitSeconds, memory: peakMemory())
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
