package import Preprocessing

/// Makes models ready to be trained on the rows of `train`, transformed by statistics where there are some: one for each seed,
/// when its turn comes.
package func train(
    _ options: ProbeOptions, statistics: (transform: FittedTransform, name: String)?, in run: Run,
    _ body: (ProbeSession) throws -> Void
) throws {
    let data = try ProbeData(options, statistics, run)
    for number in 0..<UInt64(options.seeds) {
        try body(
            try run.computing("making ready ...") {
                try ProbeSession(
                    options, data, ModelRows(statistics?.transform), seed: options.seed &+ number)
            })
    }
}

/// Trains the same model, with the same seeds, on the same rows, transformed by one recipe after the other: each is fitted to
/// the training rows only, and its rows are divided by their root mean square, since initial weights are made for inputs of
/// that size: what a recipe does to the scale alone is no merit.
package func compare(_ recipes: [NamedRecipe], _ options: ProbeOptions, in run: Run) throws -> Comparison {
    try Comparison(recipes, options, try ProbeData(options, nil, run), run)
}
