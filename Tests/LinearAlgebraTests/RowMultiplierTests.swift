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

/// The same for rows of bytes, where the processor has it.
@Suite("Rows of bytes times a matrix, on one thread", .enabled(if: ByteProducts.Method.integer.isAvailable))
struct ByteRowMultiplierTests {
    struct Case {
        let rows: [UInt8]
        let matrix: Matrix<Double>
        let origin: [Double]

        init(count: Int, depth: Int, columns: Int, seed: UInt64) {
            var generator = SplitMix64(seed: seed)
            rows = (0..<count * depth).map { _ in UInt8.random(in: 0...255, using: &generator) }
            matrix = Matrix(
                rows: depth, columns: columns,
                elements: (0..<depth * columns).map { _ in generator.nextSigned() })
            origin = (0..<depth).map { _ in Double.random(in: 0...255, using: &generator) }
        }

        var multiplier: ByteRowMultiplier? {
            ByteRowMultiplier(matrix, origin: origin, deviations: Array(repeating: 70, count: origin.count))
        }

        /// (x - origin) · W in double precision.
        var expected: [Double] {
            let centered = rows.indices.map { Double(rows[$0]) - origin[$0 % origin.count] }
            let count = rows.count / origin.count
            return naiveProduct(Matrix(rows: count, columns: origin.count, elements: centered), matrix).elements
        }
    }

    @Test("Every width around a panel, every count of rows around a tile", arguments: [1, 2, 7, 8, 9, 17])
    func shapes(count: Int) throws {
        for (depth, columns) in [(1, 1), (2, 3), (3, 15), (4, 16), (5, 17), (63, 31), (64, 32), (401, 49), (7, 97)] {
            let example = Case(
                count: count, depth: depth, columns: columns, seed: UInt64(1000 * count + columns))
            let found = try #require(example.multiplier).multiply(example.rows, count: count)
            try #require(found.count == count * columns)
            // W is rounded to 2^-24 of the largest entry, 1, and the result to single precision.
            let tolerance = 255 * Double(depth) * 0x1p-24
            for (a, b) in zip(found, example.expected) { #expect(abs(Double(a) - b) <= tolerance + abs(b) * 0x1p-24) }
        }
    }

    @Test("A row's product does not depend on its neighbours")
    func alone() throws {
        let (depth, columns) = (1001, 50)
        let example = Case(count: 21, depth: depth, columns: columns, seed: 5)
        let multiplier = try #require(example.multiplier)
        let together = multiplier.multiply(example.rows, count: 21)
        for row in 0..<21 {
            let alone = multiplier.multiply(Array(example.rows[row * depth..<(row + 1) * depth]), count: 1)
            #expect(alone == Array(together[row * columns..<(row + 1) * columns]))
        }
    }

    @Test("More exact than single precision")
    func rounding() throws {
        let (count, depth, columns) = (40, 3072, 33)
        let example = Case(count: count, depth: depth, columns: columns, seed: 6)
        let centered = example.rows.indices.map { Float(Double(example.rows[$0]) - example.origin[$0 % depth]) }
        var single = [Float](repeating: 0, count: count * columns)
        let factors = example.matrix.elements.map { Float($0) }
        try multiply(
            MatrixView(centered.span, rows: count, columns: depth),
            MatrixView(factors.span, rows: depth, columns: columns), into: &single)
        func squaredError(_ found: [Float]) -> Double {
            zip(found, example.expected).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
        }
        let found = try #require(example.multiplier).multiply(example.rows, count: count)
        #expect(squaredError(found) < squaredError(single))
    }

    @Test("The widest rows of the largest bytes do not leave 32 bits, and wider ones are refused")
    func widest() throws {
        let depth = 65_793
        for sign in [1.0, -1] {
            let matrix = Matrix(repeating: sign, rows: depth, columns: 1)
            let deviations = [Double](repeating: 1, count: depth)
            let multiplier = ByteRowMultiplier(
                matrix, origin: Array(repeating: 0, count: depth), deviations: deviations)
            let found = try #require(multiplier).multiply(Array(repeating: 255, count: depth), count: 1)
            #expect(found == [Float(sign * 255 * Double(depth))])
        }
        #expect(Case(count: 1, depth: depth + 1, columns: 1, seed: 7).multiplier == nil)
    }

    @Test("Left to single precision: what is not finite, and large entries for features that hardly vary")
    func refused() {
        func multiplier(_ entries: [Double], deviations: [Double]) -> ByteRowMultiplier? {
            ByteRowMultiplier(
                Matrix(rows: entries.count, columns: 1, elements: entries),
                origin: Array(repeating: 0, count: entries.count), deviations: deviations)
        }
        #expect(multiplier([1, 2], deviations: [1, 1]) != nil)
        #expect(multiplier([1, .infinity], deviations: [1, 1]) == nil)
        #expect(multiplier([1, .nan], deviations: [1, 1]) == nil)
        #expect(multiplier([.nan, 0], deviations: [1, 1]) == nil)
        #expect(multiplier([1, 1000], deviations: [1, 1e-3]) == nil)
        #expect(multiplier([1, 1], deviations: [.infinity, 1]) == nil)
        #expect(multiplier([5e-324, 5e-324], deviations: [1, 1]) == nil)
    }

    @Test("A column of zeros gives zeros")
    func zeros() throws {
        let multiplier = ByteRowMultiplier(
            Matrix(rows: 2, columns: 2, elements: [0, 1, 0, 1]), origin: [3, 4], deviations: [1, 1])
        #expect(try #require(multiplier).multiply([10, 20], count: 1) == [0, 23])
    }
}
