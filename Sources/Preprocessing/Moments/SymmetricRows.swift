internal import LinearAlgebra

/// How many columns are copied across the diagonal at a time: as many values as a line of the cache holds, so that every
/// line is written once and those that are read stay in the cache.
private let tile = 8

/// Some whole rows of a symmetric matrix of which the upper triangle is kept.
/// - Parameters:
///   - upper: the upper triangle, row after row, or the whole matrix with anything below its diagonal.
///   - isPacked: whether it is the triangle alone.
/// - Returns: `rows.count` x `size` values.
func symmetricRows(_ rows: Range<Int>, of upper: [Double], size: Int, isPacked: Bool) -> [Double] {
    var block = [Double](repeating: 0, count: rows.count * size)
    var out = block.mutableSpan
    for row in rows {
        let start = isPacked ? triangleStart(row, size) - row : row * size
        for column in row..<size { out[(row - rows.lowerBound) * size + column] = upper[start + column] }
    }
    for first in stride(from: 0, to: rows.upperBound, by: tile) {
        for row in max(first, rows.lowerBound)..<rows.upperBound {
            for column in first..<min(first + tile, row) {
                let start = isPacked ? triangleStart(column, size) - column : column * size
                out[(row - rows.lowerBound) * size + column] = upper[start + row]
            }
        }
    }
    return block
}

/// Appends to an upper triangle what rows of a symmetric matrix add to it.
/// - Parameters:
///   - block: some whole rows of the matrix, from row `first` on.
///   - upper: the triangle of the rows before those.
/// - Returns: the row and the column of an entry that differs from the one mirrored at the diagonal; nil where none does.
func appendSymmetricRows<Scalar: BitwiseCopyable & Equatable>(
    _ block: [Scalar], from first: Int, to upper: inout [Scalar], size: Int
) -> (row: Int, column: Int)? {
    let rows = first..<first + block.count / size
    for row in rows {
        let start = (row - first) * size
        upper.append(contentsOf: block[start + row..<start + size])
    }
    for firstColumn in stride(from: 0, to: rows.upperBound, by: tile) {
        for row in max(firstColumn, first)..<rows.upperBound {
            for column in firstColumn..<min(firstColumn + tile, row)
            where upper[triangleStart(column, size) - column + row] != block[(row - first) * size + column] {
                return (row, column)
            }
        }
    }
    return nil
}

/// A D x D matrix with a packed upper triangle, and zeros below its diagonal.
func wholeMatrix(ofUpper packed: [Double], size: Int) -> [Double] {
    var matrix = [Double](repeating: 0, count: size * size)
    var out = matrix.mutableSpan
    for i in 0..<size {
        let start = triangleStart(i, size) - i
        for j in i..<size { out[i * size + j] = packed[start + j] }
    }
    return matrix
}
