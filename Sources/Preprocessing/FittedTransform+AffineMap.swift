internal import Datasets
internal import LinearAlgebra

extension FittedTransform {
    /// What a row's width is after the transform.
    /// - Parameter components: how many of the fitted components are used; nil for all.
    public func outputs(components: Int? = nil) -> Int {
        guard let principal, recipe.whiten != .zca else { return input.features }
        return components ?? principal.count
    }

    /// The constant that is folded into the map; the row step has divided already where there is one.
    public var constant: Double { recipe.perSample == .none ? recipe.divideBy : 1 }

    /// What missing values take, in the units of the rows; nil where they are refused.
    public var fill: [Double]? { statistics.missing.map { _ in statistics.mean.map { $0 * constant } } }

    /// The first feature for which what is subtracted from the stored value, or what divides it, is not a finite number, or
    /// is a divisor of 0.
    var firstOutOfRange: Int? {
        subtract.indices.first { j in
            !(subtract[j] * constant).isFinite || !(divide[j] * constant).isFinite || divide[j] * constant == 0
        }
    }

    /// The transform of rows that went through the row step.
    ///
    ///     y = (x / divideBy - subtract) / divide
    ///     y = y · Uᵀ             with U the components as rows
    ///     y = y / √(S + epsilon) if whitened; ZCA: y · U after that
    ///
    /// - Parameter components: how many of the fitted components are used; nil for all.
    public func forward(components: Int? = nil) -> AffineMap {
        let origin = subtract.map { $0 * constant }
        let divisors = divide.map { $0 * constant }
        guard let principal else {
            return AffineMap(
                inputs: input.features, outputs: input.features,
                form: .standardize(subtract: origin, divide: divisors))
        }
        let count = components ?? principal.count
        let deviations = statistics.std.map { $0 * constant }
        let unit = zip(deviations, divisors).map { powerOfTwo(below: $0 > 0 && $0.isFinite ? $0 : $1) }
        let factors = recipe.whiten == .none ? nil : whitening(principal, count).map { 1 / $0 }
        let matrix = rotation(principal, count, factors: factors, inputFactors: zip(unit, divisors).map(/))
        return AffineMap(
            inputs: input.features, outputs: matrix.columns,
            form: .rotate(
                AffineMap.Rotation(
                    origin: origin, unit: unit, matrix: matrix, bias: Array(repeating: 0, count: matrix.columns),
                    deviations: deviations)))
    }

    /// The way back, up to the row step, which cannot be undone. Rows of fewer components than were fitted give the
    /// reconstruction from those.
    /// - Parameter width: the width of the transformed rows.
    public func inverse(width: Int) -> AffineMap {
        let divisors = divide.map { $0 * constant }
        let bias = subtract.map { $0 * constant }
        guard let principal else {
            return AffineMap(inputs: width, outputs: width, form: .restore(multiply: divisors, add: bias))
        }
        let isZCA = recipe.whiten == .zca
        let count = isZCA ? principal.count : width
        let factors = recipe.whiten == .none ? nil : whitening(principal, count)
        // Whitened rows are near 1; others are as large as the components' deviations.
        let unit =
            recipe.whiten == .none
            ? principal.explainedVariance.prefix(width).map { powerOfTwo(below: $0.squareRoot()) }
            : [Double](repeating: 1, count: width)
        var matrix: Matrix<Double>
        if isZCA {
            matrix = rotation(principal, count, factors: factors, inputFactors: nil)
        } else {
            matrix = Matrix(
                rows: count, columns: input.features,
                elements: Array(principal.components.elements.prefix(count * input.features)))
        }
        scale(&matrix.elements, rowFactors: isZCA ? unit : factors ?? unit, columnFactors: divisors)
        return AffineMap(
            inputs: width, outputs: input.features,
            form: .rotate(
                AffineMap.Rotation(
                    origin: Array(repeating: 0, count: width), unit: unit, matrix: matrix, bias: bias,
                    deviations: nil)))
    }

    /// √(S + epsilon), by component.
    private func whitening(_ principal: PrincipalComponents, _ count: Int) -> [Double] {
        principal.explainedVariance.prefix(count).map(recipe.whiteningDivisor)
    }

    /// diag(inputFactors) · Uᵀ · diag(factors), D x K; for ZCA, that times U, D x D.
    private func rotation(
        _ principal: PrincipalComponents, _ count: Int, factors: [Double]?, inputFactors: [Double]?
    ) -> Matrix<Double> {
        let features = input.features
        let matrix = Matrix(
            rows: features, columns: count,
            elements: transposed(
                principal.components.elements, rows: count, columns: features,
                factors: factors ?? Array(repeating: 1, count: count),
                columnFactors: inputFactors ?? Array(repeating: 1, count: features)))
        guard recipe.whiten == .zca else { return matrix }
        return product(
            matrix,
            Matrix(
                rows: count, columns: features,
                elements: Array(principal.components.elements.prefix(count * features))))
    }
}

extension Recipe {
    /// √(S + epsilon), which is in range where the sum is not.
    func whiteningDivisor(_ variance: Double) -> Double {
        let sum = variance + epsilon
        return sum.isFinite ? sum.squareRoot() : 2 * (variance / 4 + epsilon / 4).squareRoot()
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
private func scale(_ elements: inout [Double], rowFactors: [Double], columnFactors: [Double]) {
    let columns = columnFactors.count
    var elements = elements.mutableSpan
    for i in 0..<elements.count / max(1, columns) {
        let factor = rowFactors[i]
        for j in 0..<columns {
            elements[i * columns + j] = elements[i * columns + j] * factor * columnFactors[j]
        }
    }
}
