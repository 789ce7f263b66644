internal import Datasets
package import LinearAlgebra

/// y = L(x - origin) + bias, the one map that a whole recipe comes to.
package struct AffineMap: Sendable {
    package let inputs: Int
    package let outputs: Int
    /// Subtracted first, so that large offsets cancel before they can drown small differences. D values.
    let origin: [Double]
    let linear: Linear
    /// Added last.
    let bias: [Double]
    /// How far the training rows stray from the origin, by feature, as standard deviations; empty on the way back.
    let deviations: [Double]

    enum Linear: Sendable {
        case divide([Double])
        case multiply([Double])
        /// inputs x outputs
        case matrix(Matrix<Double>)
    }
}

extension FittedTransform {
    /// What a row's width is after the transform.
    /// - Parameter components: how many of the fitted components are used; nil for all.
    package func outputs(components: Int? = nil) -> Int {
        guard let principal, recipe.whiten != .zca else { return input.features }
        return components ?? principal.count
    }

    /// The constant that is folded into the map; the row step has divided already where there is one.
    package var constant: Double { recipe.perSample == .none ? recipe.divideBy : 1 }

    /// The transform of rows that went through the row step.
    ///
    ///     y = (x / divideBy - subtract) / divide
    ///     y = y · Uᵀ             with U the components as rows
    ///     y = y / √(S + epsilon) if whitened; ZCA: y · U after that
    ///
    /// - Parameter components: how many of the fitted components are used; nil for all.
    package func forward(components: Int? = nil) throws(LinearAlgebraError) -> AffineMap {
        let divisors = divide.map { $0 * constant }
        let origin = subtract.map { $0 * constant }
        let deviations = statistics.std.map { $0 * constant }
        guard let principal else {
            return AffineMap(
                inputs: input.features, outputs: input.features, origin: origin, linear: .divide(divisors), bias: [],
                deviations: deviations)
        }
        let count = components ?? principal.count
        let factors = recipe.whiten == .none ? nil : whitening(principal, count).map { 1 / $0 }
        let matrix = try rotation(principal, count, factors: factors, inputFactors: divisors.map { 1 / $0 })
        return AffineMap(
            inputs: input.features, outputs: matrix.columns, origin: origin, linear: .matrix(matrix), bias: [],
            deviations: deviations)
    }

    /// The way back, up to the row step, which cannot be undone. Rows of fewer components than were fitted give the
    /// reconstruction from those.
    /// - Parameter width: the width of the transformed rows.
    package func inverse(width: Int) throws(LinearAlgebraError) -> AffineMap {
        let divisors = divide.map { $0 * constant }
        let bias = subtract.map { $0 * constant }
        guard let principal else {
            return AffineMap(
                inputs: width, outputs: width, origin: [], linear: .multiply(divisors), bias: bias,
                deviations: [])
        }
        let count = recipe.whiten == .zca ? principal.count : width
        let factors = recipe.whiten == .none ? nil : whitening(principal, count)
        var matrix: Matrix<Double>
        if recipe.whiten == .zca {
            matrix = try rotation(principal, count, factors: factors, inputFactors: nil)
        } else {
            matrix = Matrix(
                rows: count, columns: input.features,
                elements: Array(principal.components.elements.prefix(count * input.features)))
        }
        scale(
            &matrix.elements, rowFactors: recipe.whiten == .zca ? nil : factors, columnFactors: divisors)
        return AffineMap(
            inputs: width, outputs: input.features, origin: [], linear: .matrix(matrix), bias: bias,
            deviations: [])
    }

    /// √(S + epsilon), by component.
    private func whitening(_ principal: PrincipalComponents, _ count: Int) -> [Double] {
        principal.explainedVariance.prefix(count).map { ($0 + recipe.epsilon).squareRoot() }
    }

    /// diag(inputFactors) · Uᵀ · diag(factors), D x K; for ZCA, that times U, D x D.
    private func rotation(
        _ principal: PrincipalComponents, _ count: Int, factors: [Double]?, inputFactors: [Double]?
    ) throws(LinearAlgebraError) -> Matrix<Double> {
        let features = input.features
        let matrix = Matrix(
            rows: features, columns: count,
            elements: transposed(
                principal.components.elements, rows: count, columns: features,
                factors: factors ?? Array(repeating: 1, count: count),
                columnFactors: inputFactors ?? Array(repeating: 1, count: features)))
        guard recipe.whiten == .zca else { return matrix }
        var square = Matrix(
            rows: features, columns: features, elements: [Double](repeating: 0, count: features * features))
        let back = MatrixView(
            principal.components.elements.span.extracting(first: count * features), rows: count, columns: features)
        try multiply(matrix.view, back, into: &square.elements)
        return square
    }
}

/// (factors · M · columnFactors)ᵀ for the first `rows` of M: columns x rows. Goes along the columns of the result in
/// strips, so that what is written stays in the cache.
private func transposed(
    _ elements: [Double], rows: Int, columns: Int, factors: [Double], columnFactors: [Double]
) -> [Double] {
    var result = [Double](repeating: 0, count: columns * rows)
    var out = result.mutableSpan
    for first in stride(from: 0, to: rows, by: 8) {
        for j in 0..<columns {
            for i in first..<min(first + 8, rows) {
                out[j * rows + i] = elements[i * columns + j] * factors[i] * columnFactors[j]
            }
        }
    }
    return result
}

/// Multiplies the rows and the columns of a matrix.
private func scale(_ elements: inout [Double], rowFactors: [Double]?, columnFactors: [Double]) {
    let columns = columnFactors.count
    var elements = elements.mutableSpan
    for i in 0..<elements.count / max(1, columns) {
        let factor = rowFactors?[i] ?? 1
        for j in 0..<columns {
            elements[i * columns + j] = elements[i * columns + j] * factor * columnFactors[j]
        }
    }
}
