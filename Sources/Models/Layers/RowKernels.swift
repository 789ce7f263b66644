internal import LinearAlgebra

// Loops over row-major rows. The arrays come as parameters of their own, so that the loops can take spans of them.

/// The sums of the columns of row-major rows.
func sumRows<Scalar: BLASScalar>(_ rows: [Scalar], of width: Int, into sums: inout [Scalar]) {
    let rows = rows.span
    var sums = sums.mutableSpan
    for column in 0..<width { sums[column] = 0 }
    for start in stride(from: 0, to: rows.count, by: width) {
        for column in 0..<width { sums[column] += rows[start + column] }
    }
}

/// The sums of the columns of the products of two matrices, element by element.
func sumProducts<Scalar: BLASScalar>(_ a: [Scalar], _ b: [Scalar], of width: Int, into sums: inout [Scalar]) {
    let (a, b) = (a.span, b.span)
    var sums = sums.mutableSpan
    for column in 0..<width { sums[column] = 0 }
    for start in stride(from: 0, to: a.count, by: width) {
        for column in 0..<width { sums[column] += a[start + column] * b[start + column] }
    }
}

/// output := rows · diag(factors) + terms, to each row.
/// - Precondition: `output` is as long as `rows`.
func scaleRows<Scalar: BLASScalar>(
    _ rows: [Scalar], by factors: [Scalar], adding terms: [Scalar], into output: inout [Scalar]
) {
    let (rows, factors, terms) = (rows.span, factors.span, terms.span)
    var output = output.mutableSpan
    for start in stride(from: 0, to: rows.count, by: factors.count) {
        for column in 0..<factors.count {
            output[start + column] = rows[start + column] * factors[column] + terms[column]
        }
    }
}
