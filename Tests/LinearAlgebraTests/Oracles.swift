import Testing

@testable import LinearAlgebra

extension KernelSet: CustomTestStringConvertible {
    public var testDescription: String { name }
}

/// a · b by the definition: what the products are held against.
func naiveProduct<Scalar: BLASScalar>(_ a: Matrix<Scalar>, _ b: Matrix<Scalar>) -> Matrix<Scalar> {
    var product = Matrix<Scalar>(repeating: 0, rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
        for k in 0..<a.columns {
            for j in 0..<b.columns { product[i, j] += a[i, k] * b[k, j] }
        }
    }
    return product
}

extension Matrix where Scalar: BLASScalar {
    /// Integers from -8 to 8, so that products of a few hundred are exact in single precision.
    static func smallIntegers(rows: Int, columns: Int, seed: UInt64) -> Matrix {
        var generator = SplitMix64(seed: seed)
        return Matrix(
            rows: rows, columns: columns,
            elements: (0..<rows * columns).map { _ in Scalar(Int.random(in: -8...8, using: &generator)) })
    }

    func transposedCopy() -> Matrix {
        var copy = Matrix(repeating: 0, rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { copy[column, row] = self[row, column] }
        }
        return copy
    }
}

extension Matrix where Scalar == Double {
    static func diagonal(_ values: [Double]) -> Matrix {
        var matrix = Matrix(repeating: 0, rows: values.count, columns: values.count)
        for (index, value) in values.enumerated() { matrix[index, index] = value }
        return matrix
    }

    /// Q diag(spectrum) Qᵀ, where Q is the product of `reflections` Householder reflections I - 2 v vᵀ with random v: a
    /// matrix that has exactly this spectrum, up to rounding, and no zeros.
    static func withSpectrum(_ spectrum: [Double], seed: UInt64 = 1, reflections: Int = 3) -> Matrix {
        let size = spectrum.count
        var matrix = diagonal(spectrum)
        var generator = SplitMix64(seed: seed)
        for _ in 0..<reflections {
            var v = (0..<size).map { _ in generator.nextSigned() }
            let norm = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for index in v.indices { v[index] /= norm }
            // H A H = A - v wᵀ - w vᵀ, with p = A v and w = 2 p - 2 (vᵀp) v.
            var p = [Double](repeating: 0, count: size)
            for row in 0..<size {
                var sum = 0.0
                for column in 0..<size { sum += matrix.elements[row * size + column] * v[column] }
                p[row] = sum
            }
            let vp = zip(v, p).reduce(0) { $0 + $1.0 * $1.1 }
            let w = (0..<size).map { 2 * p[$0] - 2 * vp * v[$0] }
            for row in 0..<size {
                for column in 0..<size {
                    matrix.elements[row * size + column] -= v[row] * w[column] + w[row] * v[column]
                }
            }
        }
        return matrix
    }

    /// The largest |A - B|.
    func distance(to other: Matrix) -> Double {
        zip(elements, other.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
}

extension PrincipalAxes {
    /// The largest entry of |V Vᵀ - I|.
    func orthonormalityError() throws -> Double {
        var gram = [Double](repeating: 0, count: axes.rows * axes.rows)
        try multiply(axes.view, axes.view.transposed, into: &gram)
        for index in 0..<axes.rows { gram[index * axes.rows + index] -= 1 }
        return gram.reduce(0) { max($0, abs($1)) }
    }

    /// The largest ‖C v - λ v‖.
    func residual(in covariance: Matrix<Double>) throws -> Double {
        let dimension = axes.columns
        var products = axes.elements
        try multiply(axes.view, covariance.view, into: &products)
        return variances.indices.reduce(0) { largest, index in
            let row = index * dimension..<(index + 1) * dimension
            let square = row.reduce(0) { sum, entry in
                let error = products[entry] - variances[index] * axes.elements[entry]
                return sum + error * error
            }
            return max(largest, square.squareRoot())
        }
    }

    /// Whether each axis has a positive entry where it first attains its largest magnitude.
    var followsSignRule: Bool {
        (0..<axes.rows).allSatisfy { row in
            let axis = axes.elements[row * axes.columns..<(row + 1) * axes.columns]
            let largest = axis.map(\.magnitude).max()!
            return axis.first { $0.magnitude == largest }! > 0
        }
    }
}

extension Solver {
    /// Those that take a covariance.
    static let ofCovariances = allCases.filter { $0 != .dual }
}
