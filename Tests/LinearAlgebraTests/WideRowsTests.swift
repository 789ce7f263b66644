import Testing

@testable import LinearAlgebra

/// Rows in memory, as one block or in several.
private struct Rows: WideRows, WideBlock {
    let matrix: Matrix<Double>
    var blockRows = Int.max

    var count: Int { matrix.rows }
    var features: Int { matrix.columns }

    func forEachBlock(_ body: (any WideBlock) throws(LinearAlgebraError) -> Void) throws(LinearAlgebraError) {
        let size = min(blockRows, count)
        for first in stride(from: 0, to: count, by: size) {
            let rows = min(size, count - first)
            try body(
                Rows(
                    matrix: Matrix(
                        rows: rows, columns: features,
                        elements: Array(matrix.elements[first * features..<(first + rows) * features]))))
        }
    }

    func copyColumns(_ range: Range<Int>, to chunk: inout [Double]) {
        for row in 0..<count {
            for (k, column) in range.enumerated() { chunk[row * range.count + k] = matrix[row, column] }
        }
    }

    /// Zᵀ Z / n.
    func covariance(divisor: Double) throws -> Matrix<Double> {
        var covariance = Matrix<Double>(repeating: 0, rows: features, columns: features)
        try addGram(of: matrix.view, alpha: 1 / divisor, into: &covariance.elements)
        covariance.mirrorUpperTriangle()
        return covariance
    }
}

/// Axes without a covariance, against those of the covariance.
@Suite("Principal axes of wide rows")
struct WideRowsTests {
    /// Independent directions of falling weight.
    private func rows(_ count: Int, _ features: Int, seed: UInt64 = 1, decay: Double = 0.9) -> Matrix<Double> {
        var generator = SplitMix64(seed: seed)
        var matrix = Matrix<Double>(repeating: 0, rows: count, columns: features)
        for row in 0..<count {
            var weight = 1.0
            for column in 0..<features {
                matrix[row, (column * 7) % features] += weight * generator.nextSigned()
                weight = max(1e-3, weight * decay)
            }
        }
        return matrix
    }

    private func expectAlike(
        _ found: PrincipalAxes, _ covariance: Matrix<Double>, count: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let expected = try principalAxes(of: covariance, count: count, solver: .eigh)
        let largest = expected.variances[0]
        #expect(found.variances.count == count, sourceLocation: sourceLocation)
        for (a, b) in zip(found.variances, expected.variances) {
            #expect(abs(a - b) <= 1e-12 * largest, sourceLocation: sourceLocation)
        }
        #expect(try found.residual(in: covariance) <= 1e-9 * largest, sourceLocation: sourceLocation)
        #expect(try found.orthonormalityError() <= 1e-10, sourceLocation: sourceLocation)
        #expect(found.followsSignRule, sourceLocation: sourceLocation)
    }

    @Test("The dual has the covariance's axes", arguments: [(2, 5), (10, 11), (40, 300), (64, 1000)])
    func dual(count: Int, features: Int) throws {
        let rows = Rows(matrix: rows(count, features))
        let divisor = Double(count)
        let all = try DualAxes(of: rows, divisor: divisor, count: nil)
        #expect(all.variances.count == count)
        try expectAlike(try all.axes(count: count), try rows.covariance(divisor: divisor), count: count)
        let some = try DualAxes(of: rows, divisor: divisor, count: 2)
        let axes = try some.axes(count: 2)
        #expect(axes.solver == .dual)
        try expectAlike(axes, try rows.covariance(divisor: divisor), count: 2)
    }

    /// Small differences about a large mean, too, and more features than are summed at once.
    @Test(
        "Products of rows of bytes are those of their doubles",
        arguments: [(1, 3), (7, 40), (40, 1500), (33, 70_000)])
    func bytes(count: Int, features: Int) throws {
        var generator = SplitMix64(seed: 5)
        var x = (0..<count * features).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        for row in 0..<count { for j in 0..<features / 2 { x[row * features + j] = 250 + x[row * features + j] % 3 } }
        let subtract = (0..<features).map { j in
            (0..<count).reduce(0) { $0 + Double(x[$1 * features + j]) } / Double(count)
        }
        let rows = WideBytes(count: count, subtract: subtract, factor: 0.5) { range, chunk in
            for (k, j) in range.enumerated() { for row in 0..<count { chunk[k * count + row] = x[row * features + j] } }
        }
        let gram = rows.gram(divisor: 4)
        var expected = [Double](repeating: 0, count: count * count)
        let z = Matrix(
            rows: count, columns: features,
            elements: x.indices.map { (Double(x[$0]) - subtract[$0 % features]) * 0.5 })
        try addGram(of: z.view.transposed, alpha: 0.25, into: &expected)
        let largest = expected.map(abs).max()!
        for i in 0..<count {
            for j in i..<count {
                #expect(abs(gram[i, j] - expected[i * count + j]) <= 1e-12 * largest && gram[j, i] == gram[i, j])
            }
        }
    }

    /// Factors whose squares are subnormal, though what comes out is not.
    @Test(
        "Products of rows of bytes keep their accuracy at every scale",
        arguments: [1e-155, 1e-154, 1e-100, 1e100, 1e149])
    func bytesOfExtremeScale(factor: Double) {
        let x: [[UInt8]] = [[0, 255, 255, 9, 250], [255, 0, 3, 255, 1]]
        func gram(_ factor: Double) -> Matrix<Double> {
            WideBytes(count: 2, subtract: Array(repeating: 100.5, count: 5), factor: factor) { range, chunk in
                for (k, j) in range.enumerated() { for row in 0..<2 { chunk[k * 2 + row] = x[row][j] } }
            }.gram(divisor: 3)
        }
        for (value, plain) in zip(gram(factor).elements, gram(1).elements) {
            #expect(abs(value / factor / factor / plain - 1) < 1e-14)
        }
    }

    @Test("Axes without variance are orthogonal to the others")
    func rankDeficient() throws {
        var matrix = rows(12, 50)
        for column in 0..<50 {
            matrix[5, column] = matrix[4, column]
            matrix[6, column] = 0
        }
        let rows = Rows(matrix: matrix)
        let axes = try DualAxes(of: rows, divisor: 11, count: nil).axes(count: 12)
        #expect(numericalRank(ofDescending: axes.variances, dimension: 50) == 10)
        #expect(try axes.orthonormalityError() <= 1e-10)
        #expect(try axes.residual(in: rows.covariance(divisor: 11)) <= 1e-9 * axes.variances[0])
    }

    @Test("Streamed rows have the covariance's axes, in blocks of any size", arguments: [1, 33, 1000])
    func streamed(blockRows: Int) throws {
        for (count, features, wanted) in [(200, 150, 5), (60, 400, 20), (300, 300, 40)] {
            let rows = Rows(matrix: rows(count, features, seed: 3), blockRows: blockRows)
            let axes = try principalAxes(ofStreamed: rows, divisor: 7, count: wanted)
            #expect(axes.solver == .lanczos)
            try expectAlike(axes, try rows.covariance(divisor: 7), count: wanted)
        }
    }

    @Test("What goes wrong in a pass is thrown on")
    func interrupted() {
        struct Broken: WideRows {
            var count: Int { 3 }
            var features: Int { 5 }
            func forEachBlock(_: (any WideBlock) throws(LinearAlgebraError) -> Void) throws(LinearAlgebraError) {
                throw .interrupted
            }
        }
        #expect(throws: LinearAlgebraError.interrupted) {
            try principalAxes(ofStreamed: Broken(), divisor: 1, count: 2)
        }
    }
}
