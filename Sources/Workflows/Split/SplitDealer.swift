internal import LinearAlgebra
internal import Words

/// The shares of the rows that are held out; the rest is for training.
public struct SplitFractions: Sendable, Equatable {
    public var val: Double
    public var test: Double

    public init(val: Double, test: Double) {
        self.val = val
        self.test = test
    }

    /// The share of each part, in the order of `SplitDealer.parts`.
    var heldOut: [Double] { [val, test] }
}

/// Deals rows to train, val and test: at random, but repeatable, and in the right proportions for each label.
///
/// Each label has a deck of rows still to be dealt to each part, and a row goes to a part with the probability that its
/// share of the deck has (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S). So all deals with these counts
/// are equally likely, and memory does not grow with the rows. Where their number is known, one deck holds all; where not,
/// deck follows deck, each with the counts that bring the proportions closest.
struct SplitDealer {
    static let parts = ["train", "val", "test"]
    /// More labels than these are no classes, and could fill the memory.
    static let mostLabels = 100_000

    private let heldOut: [Double]
    private let deckSize: Int
    private var decks: [String: Deck] = [:]
    private var random: SplitMix64

    private struct Deck {
        /// Rows still to be dealt, by part.
        var left = [0, 0, 0]
        /// Rows that the parts have when the deck is dealt.
        var given = [0, 0, 0]
        var dealt = 0
    }

    /// - Parameter rows: how many rows each label has, if that is known; without stratification all rows have the same.
    init(_ fractions: SplitFractions, seed: UInt64, rows: [String: Int]?) {
        heldOut = fractions.heldOut
        random = SplitMix64(seed: seed)
        // At least ten rows of each part: smaller decks would make the deal regular, larger ones less exact.
        deckSize = Int((10 / (heldOut.filter { $0 > 0 }.min() ?? 1)).rounded(.up).clamped(to: 10...1e6))
        guard let rows else { return }
        for (label, counts) in Self.apportioned(rows, heldOut) { decks[label] = Deck(left: counts, given: counts) }
    }

    /// How many rows of each label were dealt.
    var dealt: [String: Int] { decks.mapValues(\.dealt) }

    /// The part of the next row, as an index into `parts`.
    mutating func part(ofLabel label: String) -> Int {
        var deck = decks[label] ?? Deck()
        defer { decks[label] = deck }
        var size = deck.left.reduce(0, +)
        if size == 0 {
            replenish(&deck)
            size = deckSize
        }
        deck.dealt += 1
        var card = Int(random.next().multipliedFullWidth(by: UInt64(size)).high)
        let part = deck.left.firstIndex { count in
            card -= count
            return card < 0
        }!
        deck.left[part] -= 1
        return part
    }

    /// The next deck: what is missing to the right proportions of all rows up to its end.
    private func replenish(_ deck: inout Deck) {
        let end = deck.given.reduce(0, +) + deckSize
        var rest = deckSize
        for (part, share) in zip(1..., heldOut) {
            let target = Int((share * Double(end)).rounded())
            deck.left[part] = min(max(target - deck.given[part], 0), rest)
            rest -= deck.left[part]
        }
        deck.left[0] = rest
        for part in 0..<3 { deck.given[part] += deck.left[part] }
    }

    /// How many rows of each label go to each part: for all labels together exactly the rounded shares, and for each as
    /// close to its own as that allows.
    static func apportioned(_ rows: [String: Int], _ heldOut: [Double]) -> [String: [Int]] {
        let labels = rows.keys.sorted()
        let total = Double(rows.values.reduce(0, +))
        var counts = rows.mapValues { [$0] + heldOut.map { _ in 0 } }
        var share = 0.0
        for (part, fraction) in zip(1..., heldOut) {
            share += fraction
            var missing = Int((fraction * total).rounded())
            for label in labels {
                let whole = Int(fraction * Double(rows[label]!))
                counts[label]![part] = whole
                counts[label]![0] -= whole
                missing -= whole
            }
            // What is left goes to the labels of which too little is held out so far.
            let needs = labels.map { label in
                (label, need: share * Double(rows[label]!) - Double(counts[label]![1...].reduce(0, +)))
            }
            var order = needs.sorted { $0.need > $1.need || $0.need == $1.need && $0.0 < $1.0 }.map(\.0)
            while missing > 0, !order.isEmpty {
                order.removeAll { counts[$0]![0] == 0 }
                for label in order.prefix(missing) {
                    counts[label]![part] += 1
                    counts[label]![0] -= 1
                    missing -= 1
                }
            }
        }
        return counts
    }
}

extension Comparable {
    fileprivate func clamped(to bounds: ClosedRange<Self>) -> Self {
        min(max(self, bounds.lowerBound), bounds.upperBound)
    }
}
