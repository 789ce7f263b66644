import TestSupport
import Testing

@testable import Workflows

/// Who gets which row.
@Suite struct SplitDealerTests {
    private func deal(_ labels: [String], _ fractions: SplitFractions, seed: UInt64, counted: Bool) -> [Int] {
        let rows = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
        var dealer = SplitDealer(fractions, seed: seed, rows: counted ? rows : nil)
        defer { #expect(dealer.dealt == rows) }
        return labels.map { dealer.part(ofLabel: $0) }
    }

    private func counts(_ parts: some Sequence<Int>) -> [Int] {
        parts.reduce(into: [0, 0, 0]) { $0[$1] += 1 }
    }

    @Test(
        arguments: [0, 1, 2, 3, 7, 10, 105, 1000, 12_345], [(0.1, 0.1), (0.2, 0), (0, 0.25), (0.49, 0.5), (0.001, 0.3)])
    func countedRowsAreSplitExactly(rows: Int, fractions: (val: Double, test: Double)) {
        let labels = Array(repeating: "", count: rows)
        let parts = deal(labels, SplitFractions(val: fractions.val, test: fractions.test), seed: 5, counted: true)
        let val = Int((Double(rows) * fractions.val).rounded())
        let test = Int((Double(rows) * fractions.test).rounded())
        #expect(counts(parts) == [rows - val - test, val, test])
    }

    /// Close at every length, since nobody knows where a pipe ends.
    @Test(arguments: [(0.1, 0.1), (0.2, 0), (0.49, 0.5), (0.01, 0.3)])
    func uncountedRowsAreSplitClosely(fractions: (val: Double, test: Double)) {
        let labels = Array(repeating: "", count: 20_000)
        let parts = deal(labels, SplitFractions(val: fractions.val, test: fractions.test), seed: 6, counted: false)
        for end in stride(from: 0, through: parts.count, by: 500) {
            let counts = counts(parts[..<end])
            #expect(abs(Double(counts[1]) - fractions.val * Double(end)) <= 30)
            #expect(abs(Double(counts[2]) - fractions.test * Double(end)) <= 30)
        }
        if fractions.test == 0 { #expect(!parts.contains(2)) }
    }

    @Test(arguments: seedOfThisRun)
    func eachLabelIsSplitInTheSameProportions(seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<100 {
            let seed = random.next()
            let sizes = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                Int.random(in: 1...200, using: &random)
            }
            let labels = sizes.enumerated().flatMap { Array(repeating: "label \($0)", count: $1) }
                .shuffled(using: &random)
            let fractions = SplitFractions(
                val: .random(in: 0...0.5, using: &random), test: .random(in: 0...0.49, using: &random))
            let parts = deal(labels, fractions, seed: seed, counted: true)
            let all = counts(parts)
            #expect(all[1] == Int((Double(labels.count) * fractions.val).rounded()))
            #expect(all[2] == Int((Double(labels.count) * fractions.test).rounded()))
            for (label, size) in sizes.enumerated() {
                let own = counts(zip(labels, parts).filter { $0.0 == "label \(label)" }.map(\.1))
                #expect(abs(Double(own[1]) - fractions.val * Double(size)) <= 2, "\(sizes) \(fractions)")
                #expect(abs(Double(own[2]) - fractions.test * Double(size)) <= 2, "\(sizes) \(fractions)")
            }
        }
    }

    @Test func seedsDecide() {
        let labels = Array(repeating: "", count: 1000)
        let fractions = SplitFractions(val: 0.2, test: 0.2)
        let first = deal(labels, fractions, seed: 1, counted: true)
        #expect(first == deal(labels, fractions, seed: 1, counted: true))
        #expect(first != deal(labels, fractions, seed: 2, counted: true))
        // Every row is as likely as any other to be held out.
        var held = Array(repeating: 0, count: 100)
        for seed in 0..<2000 {
            let parts = deal(Array(repeating: "", count: 100), fractions, seed: UInt64(seed), counted: true)
            for (row, part) in parts.enumerated() where part == 1 { held[row] += 1 }
        }
        // 400 of 2000 expected, deviation 18: five of them.
        #expect(held.allSatisfy { abs($0 - 400) < 90 })
    }
}
