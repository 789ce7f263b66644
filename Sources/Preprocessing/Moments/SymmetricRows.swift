internal import LinearAlgebra

/// Some whole rows of a symmetric matrix of which the upper triangle is kept.
///
/// Goes down the columns in strips as long as the rows asked for, so that reads of the triangle are adjacent.
/// - Parameters:
///   - upper: the upper triangle, row after row, or the whole matrix with anything below its diagonal.
///   - isPacked: whether it is the triangle alone.
/// - Returns: `rows.count` x `size` values.
func symmetricRows(_ rows: Range<Int>, of upper: [Double], size: Int, isPacked: Bool) -> [Double] {
    var block = [Double](repeating: 0, count: rows.count * size)
    var out = block.mutableSpan
    for j in 0..<rows.upperBound {
        let start = isPacked ? triangleStart(j, size) - j : j * size
        if rows.contains(j) {
            for k in j..<size { out[(j - rows.lowerBound) * size + k] = upper[start + k] }
        }
        for i in max(j + 1, rows.lowerBound)..<max(j + 1, rows.upperBound) {
            out[(i - rows.lowerBound) * size + j] = upper[start + i]
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
    for j in 0..<rows.upperBound {
        let start = triangleStart(j, size) - j
        for i in max(j + 1, first)..<max(j + 1, rows.upperBound)
        where upper[start + i] != block[(i - first) * size + j] { return (i, j) }
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
