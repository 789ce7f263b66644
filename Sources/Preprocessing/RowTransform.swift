package import Datasets
package import LinearAlgebra

/// Carries out a row step and an affine map on blocks of rows: one product a block at the most.
///
/// A row's result does not depend on the rows beside it: products always have a whole number of tiles of rows.
package struct RowTransform: Sendable {
    private let step: RowStep
    private let kernel: Kernel
    // In place of BLAS.
    private var multiplier: RowMultiplier?
    private var byteMultiplier: ByteRowMultiplier?

    private enum Kernel: Sendable {
        case single(AffineKernel<Float>)
        case double(AffineKernel<Double>)
    }

    /// - Parameters:
    ///   - scalar: what to compute in and what comes out, `float32` or `float64`.
    ///   - sideBySide: what several threads will apply it to at once: then each computes on its own, where that is faster.
    package init(_ map: AffineMap, after step: RowStep, scalar: WorkingScalar, sideBySide rows: ScalarType? = nil) {
        self.step = step
        kernel = scalar == .float64 ? .double(AffineKernel(map)) : .single(AffineKernel(map))
        guard let rows, scalar == .float32, case .matrix(let matrix) = map.linear else { return }
        if rows == .uint8, step.keepsBytes, !map.deviations.isEmpty {
            byteMultiplier = ByteRowMultiplier(matrix, origin: map.origin, deviations: map.deviations)
        }
        if byteMultiplier == nil, RowMultiplier.isAvailable {
            multiplier = RowMultiplier(
                Matrix(rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { Float($0) }))
        }
    }

    package func apply(_ block: consuming RowBlock) throws(LinearAlgebraError) -> RowBlock {
        block = step.applied(to: block)
        let outputs: Int
        switch kernel {
        case .single(let kernel):
            let values =
                if let byteMultiplier, case .bytes(let bytes) = block.values {
                    byteMultiplier.multiply(bytes, count: block.count)
                } else if let multiplier {
                    kernel.apply(block.values, rows: block.count, multiplier)
                } else {
                    try kernel.apply(block.values, rows: block.count)
                }
            block.values = .floats(values)
            outputs = kernel.outputs
        case .double(let kernel):
            block.values = .doubles(try kernel.apply(block.values, rows: block.count))
            outputs = kernel.outputs
        }
        block.features = outputs
        return block
    }
}

/// An affine map with its numbers in the scalar type that it computes in.
struct AffineKernel<Scalar: BLASScalar>: Sendable {
    let inputs: Int
    let outputs: Int
    /// The origin in double precision, for rows that hold doubles.
    private let origin: [Double]
    /// The origin as a whole number and the rest: a byte less a whole number is exact in any scalar type.
    private let wholeOrigin: [Scalar]
    private let restOfOrigin: [Scalar]
    private let linear: Linear
    private let bias: [Scalar]

    private enum Linear: Sendable {
        case divide([Scalar])
        case multiply([Scalar])
        case matrix(Matrix<Scalar>)
    }

    /// Rows per tile of a product.
    private static var tile: Int { 64 }

    init(_ map: AffineMap) {
        inputs = map.inputs
        outputs = map.outputs
        origin = map.origin.isEmpty ? Array(repeating: 0, count: map.inputs) : map.origin
        let whole = origin.map { Scalar($0.rounded()) }
        let rest = zip(origin, whole).map { $0 - Double($1) }
        wholeOrigin = whole
        restOfOrigin = rest.map { Scalar($0) }
        bias = map.bias.isEmpty ? Array(repeating: 0, count: map.outputs) : map.bias.map { Scalar($0) }
        switch map.linear {
        case .divide(let factors): linear = .divide(factors.map { Scalar($0) })
        case .multiply(let factors): linear = .multiply(factors.map { Scalar($0) })
        case .matrix(let matrix):
            linear = .matrix(
                Matrix(rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { Scalar($0) }))
        }
    }

    func apply(_ values: RowBlock.Values, rows: Int) throws(LinearAlgebraError) -> [Scalar] {
        switch linear {
        case .divide(let factors):
            return centered(values, rows: rows) { (value, j) in value / factors[j] + bias[j] }
        case .multiply(let factors):
            return centered(values, rows: rows) { (value, j) in value * factors[j] + bias[j] }
        case .matrix(let matrix):
            let tiled = (rows + Self.tile - 1) / Self.tile * Self.tile
            let centered = centered(values, rows: rows, padded: tiled)
            var result = [Scalar](repeating: 0, count: tiled * outputs)
            try LinearAlgebra.multiply(
                MatrixView(centered.span, rows: tiled, columns: inputs), matrix.view, into: &result)
            var span = result.mutableSpan
            for row in 0..<rows {
                for j in 0..<outputs { span[row * outputs + j] += bias[j] }
            }
            result.removeLast((tiled - rows) * outputs)
            return result
        }
    }

    /// What `finish` makes of x - origin and the feature's number, and rows of zeros up to `padded`. Doubles are subtracted
    /// before they are rounded.
    @inline(__always)
    private func centered(
        _ values: RowBlock.Values, rows: Int, padded: Int? = nil,
        _ finish: (Scalar, Int) -> Scalar = { (value, _) in value }
    ) -> [Scalar] {
        let count = max(rows, padded ?? 0) * inputs
        return [Scalar](capacity: count) { out in
            switch values {
            case .bytes(let bytes):
                for row in 0..<rows {
                    for j in 0..<inputs {
                        out.append(finish((Scalar(bytes[row * inputs + j]) - wholeOrigin[j]) - restOfOrigin[j], j))
                    }
                }
            case .floats(let floats):
                for row in 0..<rows {
                    for j in 0..<inputs {
                        out.append(finish(Scalar(Double(floats[row * inputs + j]) - origin[j]), j))
                    }
                }
            case .doubles(let doubles):
                for row in 0..<rows {
                    for j in 0..<inputs { out.append(finish(Scalar(doubles[row * inputs + j] - origin[j]), j)) }
                }
            }
            out.append(repeating: 0, count: count - rows * inputs)
        }
    }
}

extension AffineKernel<Float> {
    /// The product on this thread alone.
    /// - Parameter multiplier: has this map's matrix.
    func apply(_ values: RowBlock.Values, rows: Int, _ multiplier: RowMultiplier) -> [Float] {
        var result = multiplier.multiply(centered(values, rows: rows), count: rows)
        var span = result.mutableSpan
        for row in 0..<rows {
            for j in 0..<outputs { span[row * outputs + j] += bias[j] }
        }
        return result
    }
}
