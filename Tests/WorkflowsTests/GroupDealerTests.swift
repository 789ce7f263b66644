import TestSupport
import Testing

@testable import Workflows

/// Groups of rows that stay together, in parts as near to what was asked as they allow.
@Suite struct GroupDealerTests {
    private static let fractions = SplitFractions(val: 0.2, test: 0.1)

    /// Groups of random sizes, as the first row of each row's group.
    private static func groups(_ rows: Int, largest: Int, _ random: inout SeededRandom) -> [Int] {
        var order = Array(0..<rows).shuffled(using: &random)
        var groups = Array(repeating: 0, count: rows)
        while !order.isEmpty {
            let size = min(order.count, Bool.random(using: &random) ? 1 : Int.random(in: 1...largest, using: &random))
            let members = order.suffix(size)
            order.removeLast(size)
            for row in members { groups[row] = members.min()! }
        }
        return groups
    }

    @Test(arguments: seedOfThisRun)
    func noGroupIsDividedAndTheSizesAreWhatWasAsked(seed: UInt64) {
        var random = SeededRandom(seed)
        for rows in [1, 7, 100, 1000] {
            let groups = Self.groups(rows, largest: 9, &random)
            let dealer = GroupDealer(groups, labels: [], Self.fractions, seed: seed)
            for row in 0..<rows { #expect(dealer.parts[row] == dealer.parts[groups[row]]) }
            let counts = (0..<3).map { part in dealer.parts.count { $0 == part } }
            #expect(dealer.asked.reduce(0, +) == rows)
            // There are single rows enough to fill what is left.
            if rows >= 100 { #expect(counts == dealer.asked) }
            #expect(GroupDealer(groups, labels: [], Self.fractions, seed: seed).parts == dealer.parts)
        }
    }

    @Test(arguments: seedOfThisRun)
    func labelsKeepTheirProportions(seed: UInt64) {
        var random = SeededRandom(seed)
        let groups = Self.groups(600, largest: 5, &random)
        let labels = groups.map { $0 % 3 == 0 ? "a" : "b" }
        let dealer = GroupDealer(groups, labels: labels, Self.fractions, seed: 4)
        for label in ["a", "b"] {
            let rows = labels.indices.filter { labels[$0] == label }
            let held = rows.count { dealer.parts[$0] == 1 }
            #expect(abs(Double(held) - 0.2 * Double(rows.count)) <= 2)
        }
    }

    /// A group that is larger than any part but train goes there; the others are still served.
    @Test func aLargeGroupGoesWhereThereIsRoom() {
        let groups = (0..<100).map { $0 < 60 ? 0 : $0 }
        let dealer = GroupDealer(groups, labels: [], Self.fractions, seed: 1)
        #expect(dealer.parts.prefix(60).allSatisfy { $0 == 0 })
        #expect((0..<3).map { part in dealer.parts.count { $0 == part } } == [70, 20, 10])
        // All rows in one group are one part.
        let one = GroupDealer(Array(repeating: 0, count: 50), labels: [], Self.fractions, seed: 1)
        #expect(Set(one.parts) == [0])
    }

    @Test func anotherSeedDealsInAnotherWay() {
        let groups = (0..<200).map { $0 / 2 * 2 }
        let parts = (0..<3).map { GroupDealer(groups, labels: [], Self.fractions, seed: UInt64($0)).parts }
        #expect(parts[0] != parts[1] && parts[1] != parts[2])
    }
}
