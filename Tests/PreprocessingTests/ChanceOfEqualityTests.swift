import Datasets
import TestSupport
import Testing

@testable import Preprocessing

/// How often rows are equal by chance.
@Suite struct ChanceOfEqualityTests {
    private static func counted(_ hashes: some Sequence<UInt64>) -> DistinctRows {
        var rows = DistinctRows()
        rows.add(Array(hashes))
        return rows
    }

    @Test("distinct rows are counted exactly up to the capacity, and estimated above", arguments: seedOfThisRun)
    func distinctRows(seed: UInt64) {
        var random = SeededRandom(seed)
        let few = Self.counted((0..<10_000).map { mixedBits(UInt64($0 % 100)) })
        #expect(few.distinct == 100 && few.repeatedShare == 1)
        // Half of the rows are alone, and half are in pairs: two thirds as many values.
        let many = (0..<60_000).map { mixedBits(UInt64($0 < 30_000 ? $0 : 30_000 + $0 / 2) ^ seed) }
        let rows = Self.counted(many.shuffled(using: &random))
        #expect(abs(rows.distinct / 45_000 - 1) < 0.1 && abs(rows.repeatedShare - 0.5) < 0.1, "seed \(seed)")
    }

    @Test("merged parts are the whole, in any order", arguments: seedOfThisRun)
    func monoid(seed: UInt64) {
        var random = SeededRandom(seed)
        let hashes = (0..<20_000).map { _ in mixedBits(UInt64.random(in: 0..<12_000, using: &random)) }
        let parts = [hashes[..<1_000], hashes[1_000..<15_000], hashes[15_000...]].map { Self.counted($0) }
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            var all = DistinctRows()
            for part in order {
                let isMerged = all.merge(parts[part])
                #expect(isMerged)
            }
            #expect(all == Self.counted(hashes), "seed \(seed)")
        }
        var full = DistinctRows(level: 0, counts: [8: Int.max])!
        let before = full
        let isMerged = full.merge(Self.counted([8]))
        #expect(!isMerged && full == before)
    }

    @Test("counts that no rows have are refused")
    func impossibleCounts() {
        #expect(DistinctRows(level: 3, counts: [8: 1]) != nil)
        #expect(DistinctRows(level: 4, counts: [8: 1]) == nil && DistinctRows(level: 64, counts: [:]) == nil)
        #expect(DistinctRows(level: 0, counts: [1: 0]) == nil)
        #expect(DistinctRows(level: 0, counts: [1: Int.max, 2: 1]) == nil)
    }

    private func chance(_ rows: DistinctRows, of n: Int, split: Int, repeated: Int, collision: Double = 0)
        -> ChanceOfEquality
    {
        ChanceOfEquality(rows, trainingRows: n, collision: collision, splitRows: split, repeated: repeated)
    }

    @Test("equal rows are chance up to what chance gives once in a thousand splits")
    func bound() {
        // 3 of 10 training rows equal another one.
        let rows = Self.counted((0..<1000).map { UInt64($0 % 10 < 3 ? 1 : $0 + 2) })
        let usual = chance(rows, of: 1000, split: 100, repeated: 4)
        #expect(usual.share == 0.3 && usual.isCommon)
        #expect(usual.explains(30) && usual.explains(40) && !usual.explains(60) && !usual.explains(100))
        // Where all training rows equal one another, equality proves nothing.
        let same = chance(Self.counted(Array(repeating: 7, count: 50)), of: 50, split: 20, repeated: 20)
        #expect(same.explains(20) && same.explains(0))
    }

    @Test("copies among the training rows are no chance")
    func copies() {
        // Each row five times, and no two of the split are equal.
        let fold = Self.counted((0..<1500).map { mixedBits(UInt64($0 / 5)) })
        #expect(fold.repeatedShare == 1)
        let chance = chance(fold, of: 1500, split: 300, repeated: 0)
        #expect(chance.share == 0 && !chance.isCommon && !chance.explains(1) && chance.explains(0))
        // A few copies of rows that columns alone would never make equal.
        let few = Self.counted((0..<1000).map { mixedBits(UInt64($0 < 30 ? 0 : $0)) })
        #expect(!self.chance(few, of: 1000, split: 300, repeated: 9).explains(9))
        #expect(self.chance(few, of: 1000, split: 300, repeated: 9, collision: 1e-5).explains(9))
    }

    @Test("columns of few values make rows equal")
    func columns() {
        var counts = ColumnCounts()
        #expect(counts.collision(withLabels: true) == 0)
        // Two values of one column, each five times; every row has a label of its own.
        let block = RowBlock(
            count: 10, features: 1, values: .doubles((0..<10).map { $0 < 5 ? 0 : -1 }),
            labels: .text((0..<10).map { "\($0)" }))
        counts.add(block, labels: 1)
        #expect(abs(counts.collision(withLabels: false) - 4.0 / 9) < 1e-15)
        #expect(counts.collision(withLabels: true) == 0)
    }
}
