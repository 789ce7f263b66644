import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Threads

@testable import Preprocessing

/// Rows with missing values, against the plain way: the mean in the place of each, then as ever.
@Suite struct IncompleteMomentsTests {
    private func filled(_ x: [Double], features: Int) -> [Double] {
        var means: [Double] = []
        for j in 0..<features {
            let present = stride(from: j, to: x.count, by: features).map { x[$0] }.filter { !$0.isNaN }
            // From the first value, so that a large offset costs nothing.
            let origin = present.first ?? 0
            means.append(origin + present.reduce(0) { $0 + ($1 - origin) } / Double(max(1, present.count)))
        }
        return x.enumerated().map { $1.isNaN ? means[$0 % features] : $1 }
    }

    private func rows(_ count: Int, features: Int, offset: Double, missing: Double, _ random: inout SeededRandom)
        -> [Double]
    {
        (0..<count * features).map { i in
            let value = offset + random.normal() * Double(1 + i % features)
            return Double.random(in: 0...1, using: &random) < missing ? .nan : value
        }
    }

    @Test(arguments: [0, 1e3, -1e8], [0.02, 0.5, 0.95])
    func momentsAreThoseOfRowsFilledWithTheMeans(offset: Double, missing: Double) throws {
        var random = SeededRandom(3)
        let features = 5
        var x = rows(700, features: features, offset: offset, missing: missing, &random)
        // A feature that no row of the first block has.
        for row in 0..<300 { x[row * features + 4] = .nan }
        for products in [true, false] {
            let ours = try moments(block(x, features: features), products: products, blocks: [1, 299, 100])
            let expected = try moments(block(filled(x, features: features), features: features), products: products)
            #expect(ours.count == 700)
            for j in 0..<features {
                let (a, b) = (ours.distribution(of: j..<j + 1, ddof: 0), expected.distribution(of: j..<j + 1, ddof: 0))
                #expect(abs(a.mean - b.mean) <= 1e-14 * max(1, abs(offset)) + 1e-13)
                #expect(abs(a.variance - b.variance) <= 1e-10 * b.variance)
                #expect(a.min == b.min && a.max == b.max)
            }
            if products {
                let (a, b) = (ours.covariance(ddof: 1).elements, expected.covariance(ddof: 1).elements)
                let largest = b.map(abs).max()!
                #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-10 * largest })
            }
            let counts = (0..<features).map { j in
                stride(from: j, to: x.count, by: features).count { x[$0].isNaN }
            }
            #expect(ours.missing == counts)
        }
    }

    @Test("the number of threads and the blocks change no bit", arguments: [true, false])
    func anyNumberOfThreads(products: Bool) throws {
        var random = SeededRandom(9)
        let features = 130
        let x = block(rows(900, features: features, offset: 3, missing: 0.03, &random), features: features)
        let whole = try moments(x, products: products)
        for (threads, blocks) in [(1, []), (2, []), (3, [900]), (7, [])] as [(Int, [Int])] {
            let using = try ThreadPool.start(threads: threads)
            defer { using.end() }
            let other = try moments(x, products: products, blocks: blocks)
            #expect(other.distribution(of: 0..<features, ddof: 0) == whole.distribution(of: 0..<features, ddof: 0))
            if products { #expect(other.covariance(ddof: 0) == whole.covariance(ddof: 0)) }
        }
    }

    @Test func completeRowsAreAsEver() throws {
        var random = SeededRandom(4)
        let x = rows(50, features: 3, offset: 1, missing: 0, &random)
        let result = try moments(block(x, features: 3))
        #expect(result.missing == nil)
    }

    @Test func aFeatureWithoutAnyValueIsAnError() throws {
        let result = try moments(block([1, .nan, 2, .nan, 3, .nan], features: 2))
        #expect(throws: FitError.noValues(feature: "x2")) {
            try Recipe().fit(result, input: description(features: 2), sources: [])
        }
    }

    /// Constant where it is there; tiny and huge values.
    @Test func extremes() throws {
        let result = try moments(block([5, 1e-300, .nan, 3e-300, 5, .nan, 5, -1e-300], features: 2), products: false)
        let constant = result.distribution(of: 0..<1, ddof: 0)
        #expect(constant.isConstant && constant.mean == 5 && constant.variance == 0)
        let tiny = result.distribution(of: 1..<2, ddof: 0)
        #expect(abs(tiny.mean / 1e-300 - 1) < 1e-15)
        let huge = try moments(block([1e150, .nan, 3e150, 1, .nan, 2], features: 2), products: true)
        let wide = huge.distribution(of: 0..<1, ddof: 0)
        #expect(abs(wide.mean / 2e150 - 1) < 1e-15)
        #expect(abs(wide.variance / (2e300 / 3) - 1) < 1e-14)
    }
}
