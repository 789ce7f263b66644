package import Datasets
internal import LinearAlgebra
package import Models
package import Preprocessing
internal import Words

/// Draws the weights and biases of fully connected layers.
/// - Parameters:
///   - widths: the inputs, then the units of each layer.
///   - rows: how many rows will go through them at once.
/// - Throws: `Refusal` where they do not fit in memory.
package func drawWeights(
    _ widths: [Int], by initializer: Initializer, seed: UInt64, forRows rows: Int
) throws -> [InitialLayer<Float>] {
    try checkMemory(forLayers: widths, rows: rows)
    var random = RandomNumbers(seed: seed)
    return try zip(widths, widths.dropFirst()).map { inputs, units in
        try InitialLayer(inputs: inputs, units: units, initializer, from: &random)
    }
}

/// The first rows of a file, as wide as the first layer, row-major: for a look at what layers make of them.
/// - Parameter statistics: what the rows are transformed by, and its file's name.
package func firstRows(
    _ count: Int, of path: String, reading options: InputOptions,
    statistics: (transform: FittedTransform, name: String)?, widths: [Int], in run: Run
) throws -> [Float] {
    let store = try RowStore([path], options.agreeing(with: statistics), most: count, in: run)
    let rows = ModelRows(statistics?.transform)
    let width = rows.width ?? store.description.features
    guard width == widths[0] else {
        throw Refusal(
            "--layers begins with \(widths[0]) inputs, but the rows of \(store.name) have \(width) "
                + "\(statistics == nil ? "features" : "values after the transform")",
            hint: "pass --layers " + ([width] + widths.dropFirst()).map(String.init).joined(separator: ","))
    }
    guard store.count > 0 else { throw Refusal("\(store.name): has no rows") }
    return try rows.floats(0..<store.count, of: store)
}
