import Testing

@testable import LinearAlgebra

/// Products of bytes against sums in 64 bits, bit for bit, with every kernel set that this processor has.
@Suite("Gram of bytes", .serialized)
struct ByteGramTests {
    @Test("Every width around a panel, every count of rows around a group", arguments: KernelSet.available)
    func shapes(kernels: KernelSet) {
        for features in [1, 2, 15, 16, 17, 32, 33, 70] {
            for rows in [1, 2, 3, 4, 5, 63, 1024] {
                check(randomBytes(rows * features, seed: UInt64(rows * 100 + features)), [rows], features, kernels)
            }
        }
    }

    @Test("Blocks of any lengths add up, beyond what 32 bits hold", arguments: KernelSet.available)
    func manyBlocks(kernels: KernelSet) {
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
        check(values, blocks, features, kernels)
    }

    @Test("2^16 rows of the smallest byte, whose sums reach 2^31", arguments: KernelSet.available)
    func largestSums(kernels: KernelSet) {
        check(Array(repeating: 0, count: 3 << 16), Array(repeating: 1024, count: 64), 3, kernels)
    }

    @Test("The set in use is one that this processor has, and the portable one is always there")
    func sets() {
        #expect(KernelSet.available.contains { $0.name == KernelSet.current.name })
        #expect(KernelSet.available.last?.name == "portable")
        #expect(Set(KernelSet.all.map(\.name)).count == KernelSet.all.count)
    }

    private func check(_ values: [UInt8], _ blocks: [Int], _ features: Int, _ kernels: KernelSet) {
        var gram = ByteGram(features: features, kernels: kernels)
        var totals = [Double](repeating: 0, count: features * (features + 1) / 2)
        var start = 0
        for rows in blocks {
            gram.add(Array(values[start..<start + rows * features]), rows: rows, totals: &totals)
            start += rows * features
        }
        gram.drain(into: &totals)
        #expect(totals == shiftedProducts(values, features: features))
    }

    private func randomBytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
}

/// Σ (x_i - 128)(x_j - 128) for i <= j, by the definition.
private func shiftedProducts(_ values: [UInt8], features: Int) -> [Double] {
    var sums = [Int](repeating: 0, count: features * (features + 1) / 2)
    var row = [Int](repeating: 0, count: features)
    for start in stride(from: 0, to: values.count, by: features) {
        for j in 0..<features { row[j] = Int(values[start + j]) - 128 }
        var k = 0
        for i in 0..<features {
            for j in i..<features {
                sums[k] += row[i] * row[j]
                k += 1
            }
        }
    }
    return sums.map(Double.init)
}
