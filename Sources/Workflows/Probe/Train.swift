package import Preprocessing

/// Makes a model ready to be trained on the rows of `train`, transformed by statistics where there are some.
package func train(
    _ options: ProbeOptions, statistics: (transform: FittedTransform, name: String)?, in run: Run
) throws -> ProbeSession {
    let data = try ProbeData(options, statistics, run)
    return try run.computing("making ready ...") { try ProbeSession(options, data, ModelRows(statistics?.transform)) }
}

/// Trains the same model, with the same seed, on the same rows, transformed by one recipe after the other: each is fitted to
/// the training rows only.
package func compare(_ recipes: [NamedRecipe], _ options: ProbeOptions, in run: Run) throws -> Comparison {
    try Comparison(recipes, options, try ProbeData(options, nil, run), run)
}
