import Testing

@testable import LinearAlgebra

@Suite("Products, against the definition")
struct ProductTests {
    static let sizes = [1, 2, 3, 5, 16, 33, 130]

    @Test("Every size with every other, every layout, single precision", arguments: sizes, sizes)
    func singlePrecision(m: Int, k: Int) throws { try checkProducts(of: Float.self, m: m, k: k) }

    @Test("Every size with every other, every layout, double precision", arguments: sizes, sizes)
    func doublePrecision(m: Int, k: Int) throws { try checkProducts(of: Double.self, m: m, k: k) }

    private func checkProducts<Scalar: BLASScalar>(of type: Scalar.Type, m: Int, k: Int) throws {
        for n in [1, 4, 37] {
            let a = Matrix<Scalar>.smallIntegers(rows: m, columns: k, seed: UInt64(m * 1000 + k))
            let b = Matrix<Scalar>.smallIntegers(rows: k, columns: n, seed: UInt64(n * 1000 + k))
            let (aStored, bStored) = (a.transposedCopy(), b.transposedCopy())
            let expected = naiveProduct(a, b).elements
            // NaN, which a product that reads its destination would keep.
            var destination = [Scalar](repeating: .nan, count: m * n)

            try multiply(a.view, b.view, into: &destination)
            #expect(destination == expected)
            try multiply(a.view, bStored.view.transposed, beta: -1, into: &destination)
            #expect(destination.allSatisfy { $0 == 0 })
            try multiply(aStored.view.transposed, b.view, alpha: 2, into: &destination)
            #expect(destination == expected.map { 2 * $0 })
            try multiply(aStored.view.transposed, bStored.view.transposed, alpha: -1, beta: 1, into: &destination)
            #expect(destination == expected)
        }
    }

    @Test("The Gram matrix fills the upper triangle only", arguments: sizes, sizes)
    func gram(n: Int, d: Int) throws {
        try checkGram(of: Float.self, n: n, d: d)
        try checkGram(of: Double.self, n: n, d: d)
    }

    private func checkGram<Scalar: BLASScalar>(of type: Scalar.Type, n: Int, d: Int) throws {
        let x = Matrix<Scalar>.smallIntegers(rows: n, columns: d, seed: UInt64(n * 1000 + d))
        let stored = x.transposedCopy()
        let expected = naiveProduct(stored, x)
        var products = Matrix<Scalar>(repeating: .nan, rows: d, columns: d)

        try addGram(of: x.view, beta: 0, into: &products.elements)
        try addGram(of: stored.view.transposed, alpha: 2, beta: 1, into: &products.elements)
        for row in 0..<d {
            for column in 0..<d {
                let value = products[row, column]
                if row <= column {
                    #expect(value == 3 * expected[row, column])
                } else {
                    #expect(value.isNaN)
                }
            }
        }
    }

    @Test("The lower triangle mirrors the upper one", arguments: [1, 2, 31, 32, 33, 70])
    func mirror(size: Int) {
        let random = Matrix<Double>.smallIntegers(rows: size, columns: size, seed: UInt64(size))
        var symmetric = random
        symmetric.mirrorUpperTriangle()
        for row in 0..<size {
            for column in 0..<size {
                #expect(symmetric[row, column] == random[min(row, column), max(row, column)])
            }
        }
    }

    @Test("An empty product is zero, or leaves what was there")
    func empty() throws {
        let none = Matrix<Double>(rows: 0, columns: 3, elements: [])
        var destination = [Double]()
        try multiply(none.view, Matrix.diagonal([1, 2, 3]).view, into: &destination)
        #expect(destination.isEmpty)
        destination = [1, 2, 3, 4, 5, 6, 7, 8, 9]
        try multiply(none.view.transposed, none.view, beta: 1, into: &destination)
        #expect(destination == [1, 2, 3, 4, 5, 6, 7, 8, 9])
        try addGram(of: none.view, beta: 1, into: &destination)
        #expect(destination == [1, 2, 3, 4, 5, 6, 7, 8, 9])
        try multiply(none.view.transposed, none.view, into: &destination)
        #expect(destination.allSatisfy { $0 == 0 })
        destination = [.nan, 2, 3, 4, .nan, 6, 7, 8, .nan]
        try addGram(of: none.view, beta: 0, into: &destination)
        #expect(destination == [0, 0, 0, 4, 0, 0, 7, 8, 0])
    }

    @Test("A part of a buffer is a factor without a copy")
    func parts() throws {
        let rows: [Float] = [9, 9, 1, 2, 3, 4, 9, 9]
        let block = MatrixView(rows.span.extracting(2..<6), rows: 2, columns: 2)
        var product = [Float](repeating: 0, count: 4)
        try multiply(block, block, into: &product)
        #expect(product == [7, 10, 15, 22])
    }

    @Test("A single-precision Gram matrix of integers is exact up to 2^24")
    func exactGram() throws {
        // 1024 rows of magnitude 128 or less: each sum of squares is at most 2^24.
        var generator = SplitMix64(seed: 24)
        let (n, d) = (1024, 61)
        let integers = (0..<n * d).map { _ in Int.random(in: -128...127, using: &generator) }
        let x = Matrix(rows: n, columns: d, elements: integers.map { Float($0) })
        var products = [Float](repeating: 0, count: d * d)
        try addGram(of: x.view, beta: 0, into: &products)
        for i in 0..<d {
            for j in i..<d {
                let exact = (0..<n).reduce(0) { $0 + integers[$1 * d + i] * integers[$1 * d + j] }
                #expect(Int(products[i * d + j]) == exact)
            }
        }
    }

    @Test("A size beyond 32 bits is an error, not a trap")
    func tooLarge() throws {
        // Two billion rows of no columns take no memory.
        let rows = Int(Int32.max) + 1
        let tall = Matrix<Float>(rows: rows, columns: 0, elements: [])
        var nothing = [Float]()
        #expect(throws: LinearAlgebraError.tooLarge(size: rows, routine: "gemm")) {
            try multiply(tall.view, Matrix<Float>(rows: 0, columns: 0, elements: []).view, into: &nothing)
        }
        #expect(throws: LinearAlgebraError.tooLarge(size: rows, routine: "syrk")) {
            try addGram(of: tall.view, into: &nothing)
        }
    }
}
