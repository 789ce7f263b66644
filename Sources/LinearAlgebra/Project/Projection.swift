internal import Kernels
internal import Threads

/// x ↦ ((x - origin) / unit) · W + bias, on the caller's thread alone.
///
/// The differences are taken in double precision, and rounded once. Sums are of the scalar type, in runs of 256 terms with
/// one accumulator each, k ascending; runs are added and the bias is added in double precision. So a row's result depends
/// on that row and the map alone, not on the rows beside it, and is the same with every kernel set that fuses products with
/// sums. Units and the scales of W's columns are powers of two: they cost no bit, and keep what is in between in range.
package struct Projection<Scalar: ProjectionScalar>: Sendable {
    /// D and K.
    package let depth: Int
    package let columns: Int
    private let centering: FeatureMap
    /// W as the kernels take it.
    private let packed: [Scalar]
    /// Of the columns, up to whole vectors.
    private let scales: [Double]
    private let offsets: [Double]
    private let kernels: KernelSet

    /// - Parameters:
    ///   - matrix: W, D x K.
    ///   - origin: D values.
    ///   - unit: D powers of two, near what the differences from the origin are like.
    ///   - bias: K values.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    package init(
        _ matrix: Matrix<Double>, origin: [Double], unit: [Double], bias: [Double], kernels: KernelSet = .current
    ) {
        precondition(matrix.rows == origin.count && matrix.rows == unit.count && matrix.columns == bias.count)
        depth = matrix.rows
        columns = matrix.columns
        self.kernels = kernels
        centering = FeatureMap(.subtractMultiply, origin, unit.map { 1 / $0 }, kernels: kernels)
        let lanes = kernels.floatLanes * MemoryLayout<Float>.size / MemoryLayout<Scalar>.size
        let padded = (columns + lanes - 1) / lanes * lanes
        let panel = kernels.panelVectors * lanes

        let scales = Self.scales(of: matrix)
        let inverses = scales.map { 1 / $0 }
        packed = [Scalar](capacity: matrix.rows * padded) { packed in
            for first in stride(from: 0, to: matrix.columns, by: panel) {
                let width = min(panel, padded - first)
                for k in 0..<matrix.rows {
                    for column in first..<min(first + width, matrix.columns) {
                        packed.append(
                            Scalar(matrix.elements[k * matrix.columns + column] * inverses[column]))
                    }
                    packed.append(repeating: 0, count: max(0, first + width - matrix.columns))
                }
            }
        }
        self.scales = scales + Array(repeating: 1, count: padded - columns)
        offsets = bias + Array(repeating: 0, count: padded - columns)
    }

    /// The power of two at or below the largest magnitude of each column.
    private static func scales(of matrix: Matrix<Double>) -> [Double] {
        var largest = [Double](repeating: 0, count: matrix.columns)
        for k in 0..<matrix.rows {
            for column in 0..<matrix.columns {
                largest[column] = max(largest[column], matrix.elements[k * matrix.columns + column].magnitude)
            }
        }
        return largest.map(powerOfTwo(below:))
    }

    /// N x K. What leaves the range of the scalar type is infinite in the result, or not a number.
    /// - Parameter rows: N x D.
    package func apply<In: RowScalar>(_ rows: [In], count: Int) -> [Scalar] {
        // Rows a little apart do not meet in the same lines of the cache.
        let stride = depth <= 256 ? depth : (depth + 63) / 128 * 128 + 64
        let centered = centering.apply(rows, count: count, stride: stride, to: Scalar.self)
        // The kernel reads `count` rows of `depth` values, the matrix, scales and offsets, and writes count x K values.
        return unsafe [Scalar](unsafeUninitializedCapacity: count * columns) { result, initialized in
            guard count > 0 else { return }
            unsafe centered.withUnsafeBufferPointer { rows in
                unsafe packed.withUnsafeBufferPointer { packed in
                    unsafe Scalar.project(
                        kernels, rows.baseAddress!, count, depth, stride, packed.baseAddress!, columns, scales, offsets,
                        result.baseAddress!)
                }
            }
            initialized = count * columns
        }
    }
}

/// The power of two at or below a magnitude, of which the inverse is finite too; 1 for what has none.
package func powerOfTwo(below magnitude: Double) -> Double {
    guard magnitude > 0, magnitude.isFinite else { return 1 }
    return Double(sign: .plus, exponent: max(-1022, min(1022, Int(magnitude.exponent))), significand: 1)
}

/// a · b, by the kernels of Project, each thread some of the rows: as repeatable as those are.
package func product(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Matrix<Double> {
    let ones = [Double](repeating: 1, count: b.rows)
    let projection = Projection<Double>(
        b, origin: ones.map { _ in 0 }, unit: ones, bias: Array(repeating: 0, count: b.columns))
    let threads = min(computingThreads, a.rows)
    let parts = concurrently(threads) { thread in
        let rows = a.rows * thread / threads..<a.rows * (thread + 1) / threads
        return projection.apply(
            Array(a.elements[rows.lowerBound * a.columns..<rows.upperBound * a.columns]), count: rows.count)
    }
    return Matrix(rows: a.rows, columns: b.columns, elements: parts.flatMap { $0 })
}

/// A scalar that rows are projected in: Float or Double.
package protocol ProjectionScalar: RowScalar, BinaryFloatingPoint {
    /// Calls the kernel for this type; its arguments are described in kernels.h.
    static func project(
        _ kernels: KernelSet, _ rows: UnsafePointer<Self>, _ count: Int, _ depth: Int, _ stride: Int,
        _ packed: UnsafePointer<Self>, _ columns: Int, _ scales: UnsafePointer<Double>,
        _ offsets: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Self>)
}

extension Float: ProjectionScalar {
    package static func project(
        _ kernels: KernelSet, _ rows: UnsafePointer<Float>, _ count: Int, _ depth: Int, _ stride: Int,
        _ packed: UnsafePointer<Float>, _ columns: Int, _ scales: UnsafePointer<Double>,
        _ offsets: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Float>
    ) {
        unsafe kernels.table.pointee.project_floats(
            rows, count, depth, stride, packed, columns, scales, offsets, result)
    }
}

extension Double: ProjectionScalar {
    package static func project(
        _ kernels: KernelSet, _ rows: UnsafePointer<Double>, _ count: Int, _ depth: Int, _ stride: Int,
        _ packed: UnsafePointer<Double>, _ columns: Int, _ scales: UnsafePointer<Double>,
        _ offsets: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>
    ) {
        unsafe kernels.table.pointee.project_doubles(
            rows, count, depth, stride, packed, columns, scales, offsets, result)
    }
}
