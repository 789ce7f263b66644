import Datasets
import Foundation
import LinearAlgebra
import Preprocessing

func description(features: Int, scalar: ScalarType = .float64) -> DatasetDescription {
    DatasetDescription(format: .csv, shape: [features], scalar: scalar)
}

func block(_ values: [Double], features: Int) -> RowBlock {
    RowBlock(count: values.count / features, features: features, values: .doubles(values))
}

func block(_ values: [UInt8], features: Int) -> RowBlock {
    RowBlock(count: values.count / features, features: features, values: .bytes(values))
}

/// Finished moments of rows, added in blocks of the given numbers of rows.
func moments(
    _ rows: RowBlock, products: Bool = true, blocks: [Int] = [], step: RowStep = RowStep(.none, divideBy: 1),
    shape: [Int]? = nil
) throws -> Moments {
    var input = description(features: rows.features)
    if case .bytes = rows.values { input.scalar = .uint8 }
    if let shape { input.shape = shape }
    var moments = Moments(of: input, step: step, products: products)
    moments.mayLackValues = true
    var start = 0
    for length in blocks + [rows.count - blocks.reduce(0, +)] {
        try moments.add(rows.rows(start..<start + length))
        start += length
    }
    try moments.finish()
    return moments
}

extension RowBlock {
    func rows(_ range: Range<Int>) -> RowBlock {
        let elements = range.lowerBound * features..<range.upperBound * features
        let part: Values =
            switch values {
            case .bytes(let all): .bytes(Array(all[elements]))
            case .floats(let all): .floats(Array(all[elements]))
            case .doubles(let all): .doubles(Array(all[elements]))
            }
        return RowBlock(count: range.count, features: features, values: part)
    }

    var doubles: [Double] { values.asDoubles() }
}

/// XᵀX / n of rows, both triangles, computed the plain way.
func plainCovariance(_ x: [Double], features: Int, ddof: Int = 0) -> [Double] {
    let n = x.count / features
    var mean = [Double](repeating: 0, count: features)
    for i in 0..<n { for j in 0..<features { mean[j] += x[i * features + j] / Double(n) } }
    var covariance = [Double](repeating: 0, count: features * features)
    for i in 0..<n {
        for j in 0..<features {
            for k in 0..<features {
                covariance[j * features + k] +=
                    (x[i * features + j] - mean[j]) * (x[i * features + k] - mean[k]) / Double(n - ddof)
            }
        }
    }
    return covariance
}

/// What a recipe learns from these rows.
func fitted(_ recipe: Recipe, _ rows: RowBlock) throws -> FittedTransform {
    let moments = try moments(rows, products: recipe.needsProducts, step: recipe.step)
    return try recipe.fit(moments, input: description(features: rows.features), sources: []).0
}

func fitted(_ recipe: Recipe, _ values: [Double], features: Int) throws -> FittedTransform {
    try fitted(recipe, block(values, features: features))
}

func transformed(_ transform: FittedTransform, _ rows: RowBlock) throws -> [Double] {
    RowTransform(transform.forward(), after: transform.recipe.step, scalar: .float64).apply(rows).doubles
}

func transformed(_ transform: FittedTransform, _ values: [Double]) throws -> [Double] {
    try transformed(transform, block(values, features: transform.input.features))
}

func restored(_ transform: FittedTransform, _ values: [Double], width: Int) throws -> [Double] {
    let map = transform.inverse(width: width)
    return RowTransform(map, after: RowStep(.none, divideBy: 1), scalar: .float64)
        .apply(block(values, features: width)).doubles
}

/// The statistics file's text.
func written(_ transform: FittedTransform) throws -> [UInt8] {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: url) }
    let sink = try ByteSink(path: url.path)
    try StatisticsFile.write(transform, by: "test", to: sink)
    try sink.finish()
    return [UInt8](try Data(contentsOf: url))
}
