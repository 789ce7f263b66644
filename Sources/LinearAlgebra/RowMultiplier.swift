internal import CKernels

/// A matrix that rows are multiplied with on the caller's thread alone, so that several threads can each have rows of
/// their own: BLAS does one product at a time, and waits for its threads after each.
///
/// A row's product does not depend on the rows beside it, not even in its last bit.
package struct RowMultiplier: Sendable {
    /// Whether this processor has what it takes: AVX-512.
    package static let isAvailable = row_products_available()

    private static let panel = 48
    private static let vector = 16

    /// D and K.
    private let depth: Int
    private let columns: Int
    /// The matrix as `row_products` takes it.
    private let packed: [Float]

    /// - Parameter matrix: D x K.
    package init(_ matrix: Matrix<Float>) {
        depth = matrix.rows
        columns = matrix.columns
        let padded = (columns + Self.vector - 1) / Self.vector * Self.vector
        var packed = [Float](repeating: 0, count: depth * padded)
        for first in stride(from: 0, to: columns, by: Self.panel) {
            let width = min(Self.panel, padded - first)
            for k in 0..<matrix.rows {
                for column in first..<min(first + width, columns) {
                    packed[first * depth + k * width + column - first] = matrix.elements[k * columns + column]
                }
            }
        }
        self.packed = packed
    }

    /// The rows times the matrix, N x K.
    /// - Parameter rows: N x D.
    /// - Precondition: it is available.
    package func multiply(_ rows: [Float], count: Int) -> [Float] {
        precondition(Self.isAvailable && rows.count >= count * depth)
        // The kernel reads `count` rows of `depth` values and the packed matrix, and writes `count` x `columns` values:
        // just what there is room for.
        return unsafe [Float](unsafeUninitializedCapacity: count * columns) { products, initialized in
            guard count > 0 else { return }
            unsafe rows.withUnsafeBufferPointer { rows in
                unsafe packed.withUnsafeBufferPointer { packed in
                    unsafe row_products(
                        rows.baseAddress!, count, depth, packed.baseAddress!, columns, products.baseAddress!)
                }
            }
            initialized = count * columns
        }
    }
}
