/// A dense matrix in row-major order.
package struct Matrix<Scalar: Sendable>: Sendable {
    package let rows: Int
    package let columns: Int
    /// `rows * columns` scalars, row after row.
    package var elements: [Scalar]

    /// - Precondition: `elements.count == rows * columns`.
    package init(rows: Int, columns: Int, elements: [Scalar]) {
        precondition(elements.count == rows * columns, "a \(rows) x \(columns) matrix of \(elements.count) elements")
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    package init(repeating value: Scalar, rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
    }

    package subscript(row: Int, column: Int) -> Scalar {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }
}
