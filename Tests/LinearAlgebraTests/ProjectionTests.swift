import Testing

@testable import LinearAlgebra

/// Rows times a matrix with every kernel set that this processor has, against the definition.
@Suite("Project")
struct ProjectionTests {
    @Test("Every width around a vector and a panel, every count around a tile", arguments: KernelSet.available)
    func shapes(kernels: KernelSet) {
        for rows in [1, 5, 6, 7, 8, 9, 65] {
            for (depth, columns) in [(1, 1), (3, 7), (5, 16), (9, 17), (4, 47), (3, 48), (257, 9), (7, 97), (600, 3)] {
                checkShapes(of: Float.self, rows, depth, columns, kernels)
                checkShapes(of: Double.self, rows, depth, columns, kernels)
            }
        }
    }

    private func checkShapes<Scalar: ProjectionScalar & BLASScalar>(
        of type: Scalar.Type, _ rows: Int, _ depth: Int, _ columns: Int, _ kernels: KernelSet
    ) {
        let seed = UInt64(rows * 1000 + columns)
        let a = Matrix<Scalar>.smallIntegers(rows: rows, columns: depth, seed: seed)
        let b = Matrix<Double>.smallIntegers(rows: depth, columns: columns, seed: seed + 1)
        let bias = (0..<columns).map { Double($0) / 4 }
        let projection = Projection<Scalar>(
            b, origin: Array(repeating: 2, count: depth), unit: Array(repeating: 0.5, count: depth), bias: bias,
            kernels: kernels)
        // Sums of small integers are exact.
        let centered = Matrix(
            rows: rows, columns: depth, elements: a.elements.map { 2 * (Double($0) - 2) })
        var expected = naiveProduct(centered, b).elements
        for k in expected.indices { expected[k] += bias[k % columns] }
        #expect(projection.apply(a.elements, count: rows).map { Double($0) } == expected)
    }

    struct Example {
        let rows: [Double]
        let matrix: Matrix<Double>
        let origin: [Double]
        let unit: [Double]

        /// Of features whose scales differ by hundreds of powers of two, far from zero.
        init(count: Int, depth: Int, columns: Int, seed: UInt64, scales: Int = 0) {
            var generator = SplitMix64(seed: seed)
            let unit = (0..<depth).map { _ in
                Double(
                    sign: .plus, exponent: scales == 0 ? 0 : Int.random(in: -scales...scales, using: &generator),
                    significand: 1)
            }
            origin = unit.map { $0 * 100 }
            matrix = Matrix(
                rows: depth, columns: columns,
                elements: (0..<depth * columns).map { _ in generator.nextSigned() })
            rows = (0..<count * depth).map { unit[$0 % depth] * (100 + generator.nextSigned()) }
            self.unit = unit
        }

        func projection<Scalar>(_ kernels: KernelSet) -> Projection<Scalar> {
            Projection(
                matrix, origin: origin, unit: unit, bias: Array(repeating: 0.25, count: matrix.columns),
                kernels: kernels)
        }
    }

    @Test("A row alone is that row of a batch, bit for bit", arguments: KernelSet.available)
    func alone(kernels: KernelSet) {
        let (count, depth, columns) = (64, 700, 50)
        let example = Example(count: count, depth: depth, columns: columns, seed: 5)
        func check<In: RowScalar & BinaryFloatingPoint, Out: ProjectionScalar>(_: In.Type, _: Out.Type) {
            let rows = example.rows.map { In($0) }
            let projection: Projection<Out> = example.projection(kernels)
            let together = projection.apply(rows, count: count)
            for row in 0..<count {
                let alone = projection.apply(Array(rows[row * depth..<(row + 1) * depth]), count: 1)
                #expect(alone == Array(together[row * columns..<(row + 1) * columns]))
            }
        }
        check(Float.self, Float.self)
        check(Double.self, Float.self)
        check(Double.self, Double.self)
    }

    @Test("All sets that fuse products with sums give the same bits")
    func sets() {
        let example = Example(count: 23, depth: 1000, columns: 37, seed: 6)
        let fused = KernelSet.available.filter(\.isFused)
        func results<Scalar: ProjectionScalar & Hashable>(_: Scalar.Type) -> Set<[Scalar]> {
            Set(fused.map { (example.projection($0) as Projection<Scalar>).apply(example.rows, count: 23) })
        }
        #expect(results(Float.self).count <= 1)
        #expect(results(Double.self).count <= 1)
    }

    @Test("Rounding is that of the scalar type", arguments: KernelSet.available)
    func rounding(kernels: KernelSet) {
        let (count, depth, columns) = (4, 3072, 33)
        let example = Example(count: count, depth: depth, columns: columns, seed: 7)
        // Entries and rows of at most 24 bits, so that differences, products and their sums are exact in doubles.
        let coarse = Matrix(
            rows: depth, columns: columns,
            elements: example.matrix.elements.map { ($0 * 0x1p12).rounded() * 0x1p-12 })
        let rows = example.rows.map { ($0 * 0x1p12).rounded() * 0x1p-12 }
        let centered = rows.map { $0 - 100 }
        let exact = naiveProduct(Matrix(rows: count, columns: depth, elements: centered), coarse).elements
        func worst<Scalar: ProjectionScalar>(_: Scalar.Type) -> Double {
            let projection = Projection<Scalar>(
                coarse, origin: example.origin, unit: example.unit, bias: Array(repeating: 0, count: columns),
                kernels: kernels)
            return zip(projection.apply(rows, count: count), exact).map { abs(Double($0) - $1) }.max()!
        }
        #expect(worst(Float.self) < 4e-5)
        #expect(worst(Double.self) == 0)
    }

    @Test("Scales of features and columns from 1e-300 to 1e300 cost nothing", arguments: KernelSet.available)
    func extremes(kernels: KernelSet) {
        let (count, depth, columns) = (3, 40, 9)
        let plain = Example(count: count, depth: depth, columns: columns, seed: 8)
        let spread = Example(count: count, depth: depth, columns: columns, seed: 8, scales: 1000)
        // The same numbers but for the exponents, which the units take away.
        var generator = SplitMix64(seed: 9)
        let values = (0..<count * depth).map { _ in generator.nextSigned() }
        func rows(_ example: Example) -> [Double] { values.indices.map { values[$0] * example.unit[$0 % depth] } }
        for power in [-1000, -300, 0, 300] {
            let factor = Double(sign: .plus, exponent: power, significand: 1)
            func projected(_ example: Example, _ factor: Double) -> [Double] {
                Projection<Double>(
                    Matrix(rows: depth, columns: columns, elements: plain.matrix.elements.map { $0 * factor }),
                    origin: Array(repeating: 0, count: depth), unit: example.unit,
                    bias: Array(repeating: 0, count: columns), kernels: kernels
                ).apply(rows(example), count: count)
            }
            #expect(projected(spread, factor) == projected(plain, 1).map { $0 * factor })
        }
    }

    @Test("What leaves the range is not finite, and no trap", arguments: KernelSet.available)
    func beyond(kernels: KernelSet) {
        let matrix = Matrix<Double>(rows: 2, columns: 1, elements: [1, 1])
        let projection = Projection<Float>(
            matrix, origin: [0, 0], unit: [1, 1], bias: [0], kernels: kernels)
        for values in [[1e300, 0], [1e300, -1e300], [3e38, 3e38], [.greatestFiniteMagnitude, 1]] {
            #expect(!projection.apply(values, count: 1)[0].isFinite)
        }
        #expect(projection.apply([.leastNonzeroMagnitude, 0], count: 1) == [0])
    }

    @Test("A product of matrices is the same on any number of threads, and by the definition")
    func products() {
        let a = Matrix<Double>.smallIntegers(rows: 37, columns: 20, seed: 1)
        let b = Matrix<Double>.smallIntegers(rows: 20, columns: 41, seed: 2)
        #expect(product(a, b) == naiveProduct(a, b))
    }

    @Test("No rows, no results", arguments: KernelSet.available)
    func empty(kernels: KernelSet) {
        let example = Example(count: 0, depth: 3, columns: 2, seed: 1)
        #expect((example.projection(kernels) as Projection<Float>).apply([Float](), count: 0) == [])
    }
}

@Suite("Maps of single values")
struct FeatureMapTests {
    static let values: [Double] = [
        0, 1, -1, 0.1, 255, 2000 * .leastNonzeroMagnitude, .leastNonzeroMagnitude, 1e30, -1e300,
        .greatestFiniteMagnitude, 3.5e38,
    ]

    @Test(
        "Every operation is rounded by itself, in double precision, and the result once", arguments: KernelSet.available
    )
    func definition(kernels: KernelSet) {
        for depth in [1, 3, 8, 17, 33] {
            let a = (0..<depth).map { Double($0) * 0.3 }
            let b = (0..<depth).map { 0.7 + Double($0) }
            let rows = (0..<5 * depth).map { Self.values[$0 % Self.values.count] }
            check(rows, a, b, kernels)
            check(rows.map { Float($0) }, a, b, kernels)
            check((0..<5 * depth).map { UInt8($0 % 256) }, a, b, kernels)
        }
    }

    private func check<In: RowScalar>(_ rows: [In], _ a: [Double], _ b: [Double], _ kernels: KernelSet) {
        let depth = a.count
        let forms: [(FeatureMap.Form, (Double, Double, Double) -> Double)] = [
            (.subtractDivide, { ($0 - $1) / $2 }), (.subtractMultiply, { ($0 - $1) * $2 }),
            (.multiplyAdd, { $0 * $1 + $2 }),
        ]
        for (form, formula) in forms {
            let map = FeatureMap(form, a, b, kernels: kernels)
            let doubles: [Double] = map.apply(rows, count: 5, stride: depth + 3)
            let floats: [Float] = map.apply(rows, count: 5)
            for row in 0..<5 {
                for j in 0..<depth {
                    let expected = formula(double(rows[row * depth + j]), a[j], b[j])
                    #expect(isSame(doubles[row * (depth + 3) + j], expected))
                    #expect(isSame(floats[row * depth + j], Float(expected)))
                }
            }
        }
    }

    private func isSame<Value: BinaryFloatingPoint>(_ one: Value, _ other: Value) -> Bool {
        one == other || one.isNaN && other.isNaN
    }

    private func double<In: RowScalar>(_ value: In) -> Double {
        switch value {
        case let value as UInt8: Double(value)
        case let value as Float: Double(value)
        default: value as! Double
        }
    }
}
