import Datasets
import LinearAlgebra
import TestSupport
import Testing
import Threads

@testable import Preprocessing

/// Moments of floating rows against exact sums in 128 bits: what `FloatingMoments` states of its error.
@Suite struct FloatingErrorTests {
    /// Rows of whole numbers, and what to multiply them with: so that their sums can be exact.
    struct Data: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var whole: [Int]
        var features: Int
        var unit = 1.0

        var rows: [Double] { whole.map { Double($0) * unit } }
        var count: Int { whole.count / features }

        /// (N Σxy - Σx Σy) / N.
        func scatter(_ i: Int, _ j: Int) -> Double {
            var sums: (i: Int128, j: Int128, product: Int128) = (0, 0, 0)
            for row in 0..<count {
                let (x, y) = (Int128(whole[row * features + i]), Int128(whole[row * features + j]))
                sums = (sums.i + x, sums.j + y, sums.product + x * y)
            }
            let numerator = Int128(count) * sums.product - sums.i * sums.j
            return exactQuotient(numerator, Int128(count)) * unit * unit
        }
    }

    static let data: [Data] = {
        var random = SeededRandom(11)
        let features = 5
        func normals(_ count: Int) -> [Int] { (0..<count).map { _ in Int(random.normal() * 0x1p16) } }
        let rows = normals(3000 * features)
        // 1e8 with deviation 1, and 2^-16 its smallest step.
        let offsets = rows.map { $0 + 100_000_000 << 16 }
        let sorted = (0..<features).map { j in
            stride(from: j, to: offsets.count, by: features).map { offsets[$0] }.sorted()
        }
        var outlier = offsets
        for j in 0..<features { outlier[j] = 0 }
        let steps = (0..<rows.count).map { index in index / features / 700 << 33 + rows[index] & 0xFF }
        return [
            Data(testDescription: "offsets of 1e8", whole: offsets, features: features, unit: 0x1p-16),
            Data(
                testDescription: "sorted", whole: (0..<3000).flatMap { row in sorted.map { $0[row] } },
                features: features, unit: 0x1p-16),
            Data(testDescription: "the first row is an outlier", whole: outlier, features: features, unit: 0x1p-16),
            Data(testDescription: "steps far above what varies", whole: steps, features: features, unit: 0x1p-20),
            Data(
                testDescription: "floats that drift", whole: rows.indices.map { $0 / 50 * 97 + rows[$0] >> 9 },
                features: features),
            Data(
                testDescription: "bytes", whole: rows.indices.map { rows[$0] & 0x7F + ($0 > 9000 ? 128 : 0) },
                features: features, unit: 1),
            Data(testDescription: "few rows", whole: Array(offsets.prefix(7 * features)), features: features),
            Data(testDescription: "tiny", whole: rows, features: features, unit: 0x1p-500),
            Data(testDescription: "large", whole: rows, features: features, unit: 0x1p480),
        ]
    }()

    @Test(arguments: data)
    func everyScatterIsRight(data: Data) throws {
        for products in [true, false] {
            let covariance = try moments(block(data.rows, features: data.features), products: products)
            for i in 0..<data.features {
                for j in i..<data.features where i == j || products {
                    let found =
                        products
                        ? covariance.covariance(ddof: 0)[i, j]
                        : covariance.distribution(of: i..<i + 1, ddof: 0).variance
                    let expected = data.scatter(i, j) / Double(data.count)
                    let scale =
                        (data.scatter(i, i) / Double(data.count)).squareRoot()
                        * (data.scatter(j, j) / Double(data.count)).squareRoot()
                    #expect(abs(found - expected) <= 1e-12 * scale, "\(i), \(j), products \(products)")
                }
            }
        }
    }

    /// Images that were stored as floats have the statistics of their bytes, but for a last rounding.
    @Test(arguments: [true, false])
    func wholeNumbersAreSummedExactly(products: Bool) throws {
        let features = 7
        var random = SeededRandom(2)
        let bytes = (0..<3000 * features).map { _ in UInt8.random(in: 0...255, using: &random) }
        let exact = try moments(block(bytes, features: features), products: products)
        let floats = RowBlock(count: 3000, features: features, values: .floats(bytes.map { Float($0) }))
        let floating = try moments(floats, products: products, blocks: [1, 1000, 30])
        for j in 0..<features {
            let (a, b) = (exact.distribution(of: j..<j + 1, ddof: 0), floating.distribution(of: j..<j + 1, ddof: 0))
            #expect(a.mean == b.mean && a.min == b.min && a.max == b.max)
            #expect(abs(a.variance - b.variance) <= a.variance.ulp)
        }
        guard products else { return }
        for (a, b) in zip(exact.covariance(ddof: 1).elements, floating.covariance(ddof: 1).elements) {
            #expect(abs(a - b) <= 2 * a.ulp)
        }
    }

    /// Blocks of bytes between others, however they arrive, on any number of threads.
    @Test(arguments: [true, false])
    func mixedRowsDoNotDependOnHowTheyArrive(products: Bool) throws {
        let features = 230
        var random = SeededRandom(3)
        let values = (0..<4000 * features).map { index -> Double in
            let byte = Double(UInt8.random(in: 0...255, using: &random))
            return index / features / 1300 == 1 && index % 999 == 0 ? byte + 0.25 : byte
        }
        let all = block(values, features: features)
        let whole = try moments(all, products: products)
        #expect(whole.count == 4000)
        for (threads, blocks) in [(1, [1, 1300, 5]), (2, []), (3, [700, 700])] {
            let using = try ThreadPool.start(threads: threads)
            defer { using.end() }
            let other = try moments(all, products: products, blocks: blocks)
            #expect(other.distribution(of: 0..<features, ddof: 0) == whole.distribution(of: 0..<features, ddof: 0))
            if products { #expect(other.covariance(ddof: 0) == whole.covariance(ddof: 0)) }
        }
        // As the same rows are with a shift by which none is whole.
        let shifted = try moments(block(values.map { $0 - 1000.5 }, features: features), products: products)
        for j in 0..<features {
            let (a, b) = (whole.distribution(of: j..<j + 1, ddof: 0), shifted.distribution(of: j..<j + 1, ddof: 0))
            #expect(abs(a.mean - 1000.5 - b.mean) <= 1e-12 && abs(a.variance - b.variance) <= 1e-12 * a.variance)
        }
    }

    /// Beyond 741,455 rows, where doubles do not hold the numerators: against exact quotients, to the last bit.
    @Test func manyRowsAreStillRoundedOnce() throws {
        var random = SeededRandom(4)
        let features = 40
        for shift in [20, 27, 34] {
            let count = 1 << shift + 12_345
            let sums = (0..<features).map { _ in Int64.random(in: -120...120, using: &random) * Int64(count) + 17 }
            var products: [Double] = []
            for i in 0..<features {
                for j in i..<features {
                    let least = i == j ? sums[i] / Int64(count) * sums[i] + Int64(count) : -Int64(count) << 13
                    products.append(Double(least / 2 + Int64.random(in: 0..<Int64(count) << 10, using: &random)))
                }
            }
            for divisor in [Int128(count), Int128(count) * Int128(count - 1)] {
                var matrix = [Double](repeating: 0, count: features * features)
                divideTriangle(of: products, sums: sums, count: count, by: divisor, into: &matrix)
                var k = 0
                for i in 0..<features {
                    for j in i..<features {
                        let numerator =
                            Int128(count) * Int128(Int64(products[k])) - Int128(sums[i]) * Int128(sums[j])
                        #expect(matrix[i * features + j] == exactQuotient(numerator, divisor))
                        k += 1
                    }
                }
            }
        }
    }
}
