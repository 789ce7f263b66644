import Testing

@testable import LinearAlgebra

/// Rows of bytes times a matrix, with every kernel set that this processor has.
@Suite("Project bytes")
struct ByteProjectionTests {
    struct Example {
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

        func projection(_ kernels: KernelSet) -> ByteProjection? {
            ByteProjection(
                matrix, origin: origin, unit: Array(repeating: 1, count: origin.count),
                bias: Array(repeating: 3, count: matrix.columns),
                deviations: Array(repeating: 70, count: origin.count), kernels: kernels)
        }

        /// (x - origin) · W + 3 in double precision.
        var expected: [Double] {
            let centered = rows.indices.map { Double(rows[$0]) - origin[$0 % origin.count] }
            let count = rows.count / origin.count
            return naiveProduct(Matrix(rows: count, columns: origin.count, elements: centered), matrix).elements
                .map { $0 + 3 }
        }
    }

    @Test("Every width around a panel, every count of rows around a tile", arguments: KernelSet.available)
    func shapes(kernels: KernelSet) throws {
        for count in [1, 5, 6, 7, 8, 9, 12, 13, 49] {
            for (depth, columns) in [(1, 1), (2, 3), (3, 15), (4, 16), (5, 17), (63, 31), (64, 32), (401, 9), (7, 65)] {
                let example = Example(
                    count: count, depth: depth, columns: columns, seed: UInt64(1000 * count + columns))
                let found = try #require(example.projection(kernels)).apply(example.rows, count: count)
                try #require(found.count == count * columns)
                // W is rounded to 2^-24 of the largest entry, 1, and the result to single precision.
                let tolerance = 255 * Double(depth) * 0x1p-24
                for (a, b) in zip(found, example.expected) {
                    #expect(abs(Double(a) - b) <= tolerance + abs(b) * 0x1p-24)
                }
            }
        }
    }

    @Test("A row alone is that row of a batch, and every set gives the same bits", arguments: KernelSet.available)
    func alone(kernels: KernelSet) throws {
        let (count, depth, columns) = (64, 1001, 50)
        let example = Example(count: count, depth: depth, columns: columns, seed: 5)
        let projection = try #require(example.projection(kernels))
        let together = projection.apply(example.rows, count: count)
        for row in 0..<count {
            let alone = projection.apply(Array(example.rows[row * depth..<(row + 1) * depth]), count: 1)
            #expect(alone == Array(together[row * columns..<(row + 1) * columns]))
        }
        let portable = try #require(example.projection(KernelSet.available.last!))
        #expect(portable.apply(example.rows, count: count) == together)
    }

    @Test("More exact than single precision", arguments: KernelSet.available)
    func rounding(kernels: KernelSet) throws {
        let (count, depth, columns) = (20, 2000, 9)
        let example = Example(count: count, depth: depth, columns: columns, seed: 6)
        let single = Projection<Float>(
            example.matrix, origin: example.origin, unit: Array(repeating: 1, count: depth),
            bias: Array(repeating: 3, count: columns), kernels: kernels)
        let expected = example.expected
        func squaredError(_ found: [Float]) -> Double {
            zip(found, expected).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
        }
        let found = try #require(example.projection(kernels)).apply(example.rows, count: count)
        #expect(squaredError(found) < squaredError(single.apply(example.rows, count: count)))
    }

    @Test("The widest rows of the largest bytes do not leave 32 bits", arguments: KernelSet.available)
    func widest(kernels: KernelSet) throws {
        for depth in [4096, 4097, 65_536, 65_793, 150_528] {
            for sign in [1.0, -1] {
                let projection = ByteProjection(
                    Matrix(repeating: sign, rows: depth, columns: 1), origin: Array(repeating: 0, count: depth),
                    unit: Array(repeating: 1, count: depth), bias: [0],
                    deviations: Array(repeating: 1, count: depth), kernels: kernels)
                let found = try #require(projection).apply(Array(repeating: 255, count: depth), count: 1)
                #expect(found == [Float(sign * 255 * Double(depth))])
            }
        }
    }

    @Test("Left to single precision: what is not finite, and large entries for features that hardly vary")
    func refused() {
        func isTaken(_ entries: [Double], deviations: [Double]) -> Bool {
            ByteProjection(
                Matrix(rows: entries.count, columns: 1, elements: entries),
                origin: Array(repeating: 0, count: entries.count), unit: Array(repeating: 1, count: entries.count),
                bias: [0], deviations: deviations) != nil
        }
        #expect(isTaken([1, 2], deviations: [1, 1]))
        #expect(!isTaken([1, .infinity], deviations: [1, 1]))
        #expect(!isTaken([1, .nan], deviations: [1, 1]))
        #expect(!isTaken([.nan, 0], deviations: [1, 1]))
        #expect(!isTaken([1, 1000], deviations: [1, 1e-3]))
        #expect(!isTaken([1, 1], deviations: [.infinity, 1]))
        #expect(!isTaken([.leastNonzeroMagnitude, .leastNonzeroMagnitude], deviations: [1, 1]))
    }

    @Test("A column of zeros gives zeros, and the units of the matrix count", arguments: KernelSet.available)
    func zeros(kernels: KernelSet) throws {
        let projection = ByteProjection(
            Matrix(rows: 2, columns: 2, elements: [0, 4, 0, 4]), origin: [3, 4], unit: [4, 4], bias: [0, 0],
            deviations: [1, 1], kernels: kernels)
        #expect(try #require(projection).apply([10, 20], count: 1) == [0, 23])
    }
}
