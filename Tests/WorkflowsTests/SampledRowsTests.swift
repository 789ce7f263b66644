import Datasets
import Preprocessing
import TestSupport
import Testing

@testable import Workflows

@Suite struct SampledRowsTests {
    private let folder: Folder
    private static let rows = 200

    init() throws {
        folder = try Folder()
        try folder.write(
            "rows.csv", "label,a,b\n" + (0..<Self.rows).map { "r\($0),\($0),\(-$0)\n" }.joined())
    }

    private func sampled(_ most: Int, seed: UInt64?) throws -> SampledRows {
        var options = InputOptions()
        options.labelColumns = ["label"]
        return try SampledRows(
            of: [folder.path("rows.csv")], reading: options, atMost: { _ in most }, seed: seed, agreeingWith: nil,
            in: Run())
    }

    @Test func withoutASeedTheyAreTheFirst() throws {
        let rows = try sampled(3, seed: nil)
        #expect(rows.values == [0, 0, 1, -1, 2, -2] && rows.labels == ["r0", "r1", "r2"])
        #expect(try sampled(1000, seed: nil).count == Self.rows)
        #expect(rows.first(2).values == [0, 0, 1, -1] && rows.first(2).labels == ["r0", "r1"])
        #expect(rows.first(9).count == 3)
    }

    /// Rows stay in their order, each with its values and its label, however they were swapped.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func withASeedTheyAreInOrder(seed: UInt64) throws {
        for most in [1, 2, 7, 63, 199, 200, 300] {
            let rows = try sampled(most, seed: seed)
            #expect(rows.count == min(most, Self.rows))
            let numbers = (0..<rows.count).map { Int(rows.values[2 * $0]) }
            #expect(numbers == numbers.sorted() && Set(numbers).count == rows.count)
            for (i, number) in numbers.enumerated() {
                #expect(rows.values[2 * i + 1] == Double(-number) && rows.labels?[i] == "r\(number)")
            }
        }
    }

    /// Of 200 choices of 20 in 200, each row is in 20 on average; 5 deviations are 21, and not 0.
    @Test func theChoiceIsFair() throws {
        var counts = Array(repeating: 0, count: Self.rows)
        for seed in 0..<200 as Range<UInt64> {
            let values = try sampled(20, seed: seed).values
            for i in 0..<20 { counts[Int(values[2 * i])] += 1 }
        }
        #expect(counts.allSatisfy { 1...41 ~= $0 })
        let halves = (counts[..<100].reduce(0, +), counts[100...].reduce(0, +))
        #expect(abs(halves.0 - halves.1) < 300)
    }
}
