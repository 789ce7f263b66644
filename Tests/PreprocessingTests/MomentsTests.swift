import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Preprocessing

@Suite struct ExactQuotientTests {
    /// num / den against the quotient's own neighbours: no other double may be nearer. All in whole numbers.
    @Test(arguments: 0..<20)
    func nearest(seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<200 {
            let numerator = Int128(truncatingIfNeeded: random.next()) << Int128(Int.random(in: 0..<50, using: &random))
            let bits = Int.random(in: 1...63, using: &random)
            let denominator =
                Int128(random.next() >> UInt64(64 - bits)) * Int128.random(in: 1...(1 << 30), using: &random) + 1
            let quotient = exactQuotient(numerator, denominator)
            #expect(
                isNearest(quotient, numerator.magnitude, denominator.magnitude),
                "\(numerator) / \(denominator), seed \(seed)")
            #expect(exactQuotient(-numerator, denominator) == -quotient)
        }
    }

    /// |q - a/b| <= half a unit in the last place, by comparing q · b with a at a common power of two.
    private func isNearest(_ quotient: Double, _ a: UInt128, _ b: UInt128) -> Bool {
        guard a != 0 else { return quotient == 0 }
        let exponent = Int(quotient.magnitude.exponent) - 53
        let half = UInt128(1)  // half a unit, in units of 2^exponent
        let significand = UInt128(quotient.magnitude.significandBitPattern | 1 << 52) * 2
        func compare(_ units: UInt128) -> Int {
            // units · 2^exponent · b <=> a, in 256 bits
            var left = units.multipliedFullWidth(by: b)
            var right: (high: UInt128, low: UInt128) = (0, a)
            func shift(_ x: inout (high: UInt128, low: UInt128), _ by: Int) {
                for _ in 0..<by { x = (x.high << 1 | x.low >> 127, x.low << 1) }
            }
            if exponent >= 0 { shift(&left, exponent) } else { shift(&right, -exponent) }
            return left.high != right.high
                ? (left.high < right.high ? -1 : 1) : left.low == right.low ? 0 : left.low < right.low ? -1 : 1
        }
        let below = compare(significand - half)
        let above = compare(significand + half)
        let isEven = quotient.magnitude.significandBitPattern & 1 == 0
        return (below < 0 || below == 0 && isEven) && (above > 0 || above == 0 && isEven)
    }

    @Test func tiesGoToEven() {
        let odd: Int128 = (1 << 53) + 1
        #expect(exactQuotient(odd, 1) == 0x1p53)
        #expect(exactQuotient(odd + 2, 1) == 0x1p53 + 4)
        #expect(exactQuotient(odd * 3, 3) == 0x1p53)
        #expect(exactQuotient(odd * 3 + 1, 3) == 0x1p53 + 2)
    }
}

@Suite struct ExactMomentsTests {
    static func bytes(_ rows: Int, _ features: Int, seed: UInt64) -> [UInt8] {
        var random = SeededRandom(seed)
        return (0..<rows * features).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    @Test func momentsAreTheRoundedRationals() throws {
        let x = Self.bytes(777, 5, seed: 1)
        let moments = try moments(block(x, features: 5))
        for ddof in 0...1 {
            let covariance = moments.covariance(ddof: ddof)
            for i in 0..<5 {
                let column = stride(from: i, to: x.count, by: 5).map { Int128(x[$0]) }
                let sum = column.reduce(0, +)
                let distribution = moments.distribution(of: i..<i + 1, ddof: ddof)
                #expect(distribution.mean == exactQuotient(sum, 777))
                #expect(distribution.min == Double(column.min()!))
                #expect(distribution.max == Double(column.max()!))
                for j in 0..<5 {
                    let other = stride(from: j, to: x.count, by: 5).map { Int128(x[$0]) }
                    let product = zip(column, other).reduce(0) { $0 + $1.0 * $1.1 }
                    let expected = exactQuotient(
                        777 * product - sum * other.reduce(0, +), 777 * (777 - Int128(ddof)))
                    #expect(covariance[i, j] == expected)
                    if i == j { #expect(distribution.variance == expected) }
                }
            }
        }
    }

    @Test(arguments: [true, false])
    func orderBlocksAndShardsDoNotMatter(products: Bool) throws {
        let features = 7
        let x = Self.bytes(5000, features, seed: 2)
        var random = SeededRandom(3)
        let rows = (0..<5000).shuffled(using: &random)
        let shuffled = rows.flatMap { x[$0 * features..<($0 + 1) * features] }
        let whole = try moments(block(x, features: features), products: products)
        let others = [
            try moments(block(x, features: features), products: products, blocks: [1, 2, 3, 1000, 2047]),
            try moments(block(shuffled, features: features), products: products, blocks: [4999]),
            try {
                let all = block(shuffled, features: features)
                var merged = try moments(all.rows(0..<123), products: products)
                merged.merge(try moments(all.rows(123..<4000), products: products))
                merged.merge(try moments(all.rows(4000..<5000), products: products))
                return merged
            }(),
        ]
        for other in others {
            #expect(other.count == 5000)
            for i in 0..<features {
                #expect(whole.distribution(of: i..<i + 1, ddof: 1) == other.distribution(of: i..<i + 1, ddof: 1))
            }
            #expect(whole.distribution(of: 0..<features, ddof: 0) == other.distribution(of: 0..<features, ddof: 0))
            if products { #expect(whole.covariance(ddof: 0) == other.covariance(ddof: 0)) }
        }
    }

    /// All black against all white: the largest squares there are, so that the bound of 2^24 is met after 1024 rows.
    @Test func theBoundOfSinglePrecisionIsKept() throws {
        let rows = 3000
        let x = (0..<rows).flatMap { row -> [UInt8] in row % 3 == 0 ? [255, 0, 0] : [0, 255, 0] }
        let moments = try moments(block(x, features: 3))
        let covariance = moments.covariance(ddof: 0)
        #expect(covariance[0, 0] == exactQuotient(255 * 255 * 2, 9))
        #expect(covariance[0, 1] == -covariance[0, 0])
        #expect(covariance[2, 2] == 0)
    }

    /// More rows than whole-number arithmetic in doubles can hold: merged with itself, a shard's variance stays.
    @Test func manyRows() throws {
        let x = Self.bytes(1000, 3, seed: 4)
        var moments = try moments(block(x, features: 3))
        let before = moments.covariance(ddof: 0)
        for _ in 0..<21 { moments.merge(moments) }
        #expect(moments.count == 1000 << 21)
        #expect(moments.covariance(ddof: 0) == before)
    }
}

@Suite struct FloatingMomentsTests {
    /// A column of mean 1e8 and deviation 1: its variance to 1e-10, sorted or not.
    @Test(arguments: [true, false], [true, false])
    func largeOffsets(sorted: Bool, products: Bool) throws {
        var random = SeededRandom(5)
        let n = 20_000
        var x = (0..<n).map { _ in 1e8 + random.normal() }
        if sorted { x.sort() }
        // The reference: exact differences, summed in extended precision.
        let shifted = x.map { Float80($0 - 1e8) }
        let mean = shifted.reduce(0, +) / Float80(n)
        let variance = shifted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float80(n)
        let distribution = try moments(block(x, features: 1), products: products).distribution(of: 0..<1, ddof: 0)
        #expect(abs(distribution.variance / Double(variance) - 1) < 1e-10)
        #expect(abs(distribution.mean - (1e8 + Double(mean))) <= 1e8.ulp)
    }

    @Test func covarianceMatchesTheFormula() throws {
        var random = SeededRandom(6)
        let features = 9
        let x = (0..<3000 * features).map { i in random.normal() * Double(i % features + 1) + Double(i % features) * 100
        }
        let moments = try moments(block(x, features: features), blocks: [1, 700, 3])
        for ddof in 0...1 {
            let expected = plainCovariance(x, features: features, ddof: ddof)
            for (a, b) in zip(moments.covariance(ddof: ddof).elements, expected) { #expect(abs(a - b) < 1e-10 * 81) }
        }
    }

    @Test func arrivalDoesNotMatter() throws {
        var random = SeededRandom(7)
        let x = (0..<5000 * 3).map { _ in random.normal() }
        let all = block(x, features: 3)
        let whole = try moments(all)
        let pieces = try moments(all, blocks: [1, 1, 1022, 5, 2000])
        #expect(whole.covariance(ddof: 0) == pieces.covariance(ddof: 0))
        #expect(whole.distribution(of: 0..<3, ddof: 1) == pieces.distribution(of: 0..<3, ddof: 1))
    }

    @Test(arguments: [true, false])
    func mergeEqualsOneFold(products: Bool) throws {
        var random = SeededRandom(8)
        let features = 4
        let x = (0..<3001 * features).map { i in 1e6 + Double(i / features) + random.normal() }
        let all = block(x, features: features)
        let whole = try moments(all, products: products)
        var merged = try moments(all.rows(0..<10), products: products)
        merged.merge(try moments(all.rows(10..<2000), products: products))
        merged.merge(try moments(all.rows(2000..<3001), products: products))
        for j in 0..<features {
            let (a, b) = (whole.distribution(of: j..<j + 1, ddof: 0), merged.distribution(of: j..<j + 1, ddof: 0))
            #expect(abs(a.mean - b.mean) <= 2 * a.mean.ulp)
            #expect(abs(a.variance / b.variance - 1) < 1e-12)
        }
    }

    /// 14.62 throughout is constant, whatever rounding makes of its sum; a scale of 1e-13 is not.
    @Test func constantColumns() throws {
        let x = (0..<1003).flatMap { [14.62, 1 + Double($0 % 2) * 1e-13] }
        let moments = try moments(block(x, features: 2))
        let constant = moments.distribution(of: 0..<1, ddof: 0)
        #expect(constant == Distribution(mean: 14.62, variance: 0, min: 14.62, max: 14.62))
        #expect(moments.covariance(ddof: 0)[0, 0] == 0)
        let tiny = moments.distribution(of: 1..<2, ddof: 0)
        #expect(!tiny.isConstant)
        #expect(abs(tiny.std / 5e-14 - 1) < 0.01)
    }
}
