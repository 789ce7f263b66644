internal import Threads

/// A dense matrix in row-major order.
///
/// Inlinable, so that callers in other targets get loops of their scalar.
public struct Matrix<Scalar: Sendable>: Sendable {
    public let rows: Int
    public let columns: Int
    /// `rows * columns` scalars, row after row.
    public var elements: [Scalar]

    /// - Precondition: `elements.count == rows * columns`.
    @inlinable
    public init(rows: Int, columns: Int, elements: [Scalar]) {
        precondition(elements.count == rows * columns, "a \(rows) x \(columns) matrix of \(elements.count) elements")
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    @inlinable
    public init(repeating value: Scalar, rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
    }

    @inlinable
    public subscript(row: Int, column: Int) -> Scalar {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }
}

extension Matrix where Scalar == Double {
    /// Copies the upper triangle (row <= column) of a square matrix onto the lower one.
    ///
    /// Goes tile by tile, so that the column-wise reads stay in the cache; the threads take rows of tiles in turn.
    public mutating func mirrorUpperTriangle() {
        precondition(rows == columns, "a \(rows) x \(columns) matrix has no triangles")
        let size = rows
        let tile = 32
        let tiles = (size + tile - 1) / tile
        let next = Countdown(tiles)
        // What is below the diagonal is written, each row by one thread, and what is above is read.
        unsafe elements.withUnsafeMutableBufferPointer { elements in
            guard let elements = elements.baseAddress else { return }
            _ = concurrently(size < 512 ? 1 : min(computingThreads, tiles)) { _ in
                while let number = next.take() {
                    let taken = number * tile..<min((number + 1) * tile, size)
                    for firstColumn in stride(from: 0, to: taken.upperBound, by: tile) {
                        for row in taken {
                            for column in firstColumn..<max(firstColumn, min(firstColumn + tile, row)) {
                                unsafe elements[row * size + column] = elements[column * size + row]
                            }
                        }
                    }
                }
            }
        }
    }
}

extension Matrix: Equatable where Scalar: Equatable {}
