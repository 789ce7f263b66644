import Testing

@testable import LinearAlgebra

/// The product without BLAS, where the processor has it, against the definition.
@Suite("Rows times a matrix, on one thread", .enabled(if: RowMultiplier.isAvailable))
struct RowMultiplierTests {
    @Test("Every width around a vector and a panel, every count of rows around a tile", arguments: [1, 2, 7, 8, 9, 17])
    func shapes(rows: Int) {
        for (depth, columns) in [
            (1, 1), (3, 15), (5, 16), (33, 17), (64, 47), (10, 48), (400, 49), (7, 97), (900, 144),
        ] {
            let seed = UInt64(rows * 1000 + columns)
            let a = Matrix<Float>.smallIntegers(rows: rows, columns: depth, seed: seed)
            let b = Matrix<Float>.smallIntegers(rows: depth, columns: columns, seed: seed + 1)
            // Sums of small integers are exact in single precision.
            #expect(RowMultiplier(b).multiply(a.elements, count: rows) == naiveProduct(a, b).elements)
        }
    }

    @Test("A row's product does not depend on its neighbours")
    func alone() {
        var generator = SplitMix64(seed: 5)
        let (depth, columns) = (1000, 50)
        func random(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.nextSigned()) } }
        let multiplier = RowMultiplier(Matrix(rows: depth, columns: columns, elements: random(depth * columns)))
        let rows = random(21 * depth)
        let together = multiplier.multiply(rows, count: 21)
        for row in 0..<21 {
            let alone = multiplier.multiply(Array(rows[row * depth..<(row + 1) * depth]), count: 1)
            #expect(alone == Array(together[row * columns..<(row + 1) * columns]))
        }
    }

    @Test("Rounding is that of single precision")
    func rounding() throws {
        var generator = SplitMix64(seed: 6)
        let (depth, columns) = (3072, 33)
        let rows = (0..<4 * depth).map { _ in generator.nextSigned() }
        let matrix = (0..<depth * columns).map { _ in generator.nextSigned() }
        let found = RowMultiplier(Matrix(rows: depth, columns: columns, elements: matrix.map { Float($0) }))
            .multiply(rows.map { Float($0) }, count: 4)
        var expected = [Double](repeating: 0, count: 4 * columns)
        try multiply(
            MatrixView(rows.span, rows: 4, columns: depth), MatrixView(matrix.span, rows: depth, columns: columns),
            into: &expected)
        for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) < 2e-5) }
    }

    @Test("No rows, no products")
    func empty() {
        #expect(
            RowMultiplier(Matrix<Float>(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])).multiply([], count: 0) == []
        )
    }
}
