import Testing

@testable import LinearAlgebra

/// Both ways of multiplying bytes against sums in 64 bits, bit for bit.
@Suite("Products of bytes", .serialized)
struct ByteProductTests {
    static let methods = ByteProducts.Method.allCases.filter(\.isAvailable)

    @Test("Every width around a panel, every count of rows around a group", arguments: methods)
    func shapes(method: ByteProducts.Method) throws {
        for features in [1, 2, 15, 16, 17, 32, 33, 70] {
            for rows in [1, 2, 3, 4, 5, 63, 1024] {
                try check(randomBytes(rows * features, seed: UInt64(rows * 100 + features)), [rows], features, method)
            }
        }
    }

    @Test("Blocks of any lengths add up, beyond what 24 and 32 bits hold", arguments: methods)
    func manyBlocks(method: ByteProducts.Method) throws {
        let features = 18
        var blocks = [1, 1024, 3, 1000]
        while blocks.reduce(0, +) < 67_000 { blocks.append(1024) }
        // 0 and 255 are the extremes of every sum: mixed, alike, and at odds.
        let values = (0..<blocks.reduce(0, +) * features).map { index -> UInt8 in
            switch index % features {
            case 0..<4: 255
            case 4..<8: 0
            default: UInt8(truncatingIfNeeded: (index &* 2_654_435_761) >> 7)
            }
        }
        try check(values, blocks, features, method)
    }

    @Test func theBestMethodIsAvailable() {
        #expect(ByteProducts.Method.best.isAvailable)
    }

    private func check(
        _ values: [UInt8], _ blocks: [Int], _ features: Int, _ method: ByteProducts.Method
    ) throws {
        var products = ByteProducts(features: features, method: method)
        var totals = [Double](repeating: 0, count: features * (features + 1) / 2)
        var start = 0
        for rows in blocks {
            try products.add(
                Array(values[start..<start + rows * features]), rows: rows, totals: &totals)
            start += rows * features
        }
        products.drain(into: &totals)
        var expected: [Double] = []
        for i in 0..<features {
            for j in i..<features {
                var sum = 0
                for row in stride(from: 0, to: values.count, by: features) {
                    sum += (Int(values[row + i]) - 128) * (Int(values[row + j]) - 128)
                }
                expected.append(Double(sum))
            }
        }
        #expect(totals == expected)
    }

    private func randomBytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
}

@Suite("Parts of work, side by side")
struct ConcurrentlyTests {
    @Test func everyPartRunsOnceAndInItsPlace() {
        for count in [0, 1, 2, 7] {
            #expect(concurrently(count) { $0 * $0 } == (0..<count).map { $0 * $0 })
        }
    }
}
