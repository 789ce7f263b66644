/// Borrowed scalars read as a matrix, or as the transpose of one: the factors of a product. Nothing is copied.
package struct MatrixView<Scalar: Sendable>: ~Escapable {
    /// The scalars as stored: row-major, `columns` x `rows` if `isTransposed`, else `rows` x `columns`.
    package let elements: Span<Scalar>
    package let rows: Int
    package let columns: Int
    package let isTransposed: Bool

    /// Row-major scalars as a `rows` x `columns` matrix.
    /// - Precondition: `elements.count == rows * columns`.
    @_lifetime(copy elements)
    package init(_ elements: Span<Scalar>, rows: Int, columns: Int) {
        precondition(elements.count == rows * columns, "a \(rows) x \(columns) view of \(elements.count) elements")
        self.init(elements: elements, rows: rows, columns: columns, isTransposed: false)
    }

    @_lifetime(copy elements)
    private init(elements: Span<Scalar>, rows: Int, columns: Int, isTransposed: Bool) {
        self.elements = elements
        self.rows = rows
        self.columns = columns
        self.isTransposed = isTransposed
    }

    /// The same scalars, seen as the transpose.
    package var transposed: MatrixView {
        @_lifetime(copy self)
        get { MatrixView(elements: elements, rows: columns, columns: rows, isTransposed: !isTransposed) }
    }
}

extension Matrix {
    package var view: MatrixView<Scalar> {
        @_lifetime(borrow self)
        get { MatrixView(elements.span, rows: rows, columns: columns) }
    }
}
