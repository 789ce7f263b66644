internal import Glibc

/// How much nearer a row's nearest training row is than others are: what tells a copy from a row that resembles many.
///
///     c = (1 - s1) / r     r is 1 - s20, but at least m / 10 and at most m, the median of all 1 - s20
///
/// Smooth skies resemble all other skies: both are small, and c is near 1. A copy resembles one row: c is near 0. The lower
/// bound keeps a row of which there are twenty copies from having none; the upper one keeps a row that is one of few of its
/// kind from being taken for a copy of the others.
package struct Contrast: Sendable {
    /// How many neighbours there are to each row.
    package static let neighbours = 20
    /// The largest threshold that is chosen by itself: the nearest row is half as far, squared, as the twentieth.
    package static let largestThreshold = 0.5
    /// What is found may be chance in such a share, at the most.
    private static let falseShare = 0.05
    /// By chance, one row is found in one of so many splits that have none.
    private static let cleanSplits = 100.0

    /// Of each row; nil where a row has no neighbours, or none to hold the nearest against.
    package let values: [Double?]
    /// The dimension that the neighbours' distances tell of; nil where they tell of none.
    package let dimension: Double?
    /// What is taken for a copy where nothing else is asked for.
    package let threshold: Double
    /// m.
    private let median: Double

    /// - Parameter dissimilarities: 1 - s of the nearest rows, the nearest first, for each row; empty where it has no place.
    package init(_ dissimilarities: [[Double]]) {
        let last = dissimilarities.compactMap(\.last).sorted()
        let median = last.isEmpty ? 0 : last[last.count / 2]
        self.median = median
        let values = dissimilarities.map { Self.contrast($0.first, of: $0, median) }
        self.values = values
        dimension = Self.dimension(dissimilarities)
        // Equal rows are no matter of chance.
        let judged = zip(values, dissimilarities).compactMap { $1.first == 0 ? nil : $0 }
        threshold = Self.threshold(judged.sorted(), dimension)
    }

    /// Of any of a row's neighbours.
    package func contrast(_ neighbour: Int, of dissimilarities: [Double]) -> Double? {
        Self.contrast(dissimilarities[neighbour], of: dissimilarities, median)
    }

    private static func contrast(_ one: Double?, of row: [Double], _ median: Double) -> Double? {
        guard row.count > 1, let one, let last = row.last else { return nil }
        let reference = min(max(last, median / 10), median)
        return reference > 0 ? min(1, one / reference) : nil
    }

    /// What says how fast distances grow from neighbour to neighbour (Levina and Bickel, "Maximum likelihood estimation of
    /// intrinsic dimension", 2004; averaged as by MacKay and Ghahramani). In m dimensions, ln(d20 / dj) is (1/j + ... + 1/19)
    /// / m on average. Of j from 5 on, which some copies do not touch. Distances are squared: half of their logarithms.
    private static func dimension(_ dissimilarities: [[Double]]) -> Double? {
        let first = 5
        let expected = (first..<neighbours).reduce(0.0) { $0 + Double($1 - first + 1) / Double($1) }
        var sum = 0.0
        var rows = 0
        for row in dissimilarities where row.count == neighbours && row[first - 1] > 0 {
            for j in first..<neighbours { sum += 0.5 * log(row[neighbours - 1] / row[j - 1]) }
            rows += 1
        }
        return sum > 0 ? expected * Double(rows) / sum : nil
    }

    /// The largest threshold, up to `largestThreshold`, below which hardly anything is chance.
    ///
    /// Of 19 points within d20, strewn evenly in m dimensions, the nearest is within d1 with the probability 1 - (1 - (d1 /
    /// d20)^m)^19, hardly more than 19 (d1 / d20)^m; c is (d1 / d20)². So n rows have 19 n c^(m/2) such by chance, which are
    /// to be few among those that there are (Benjamini and Hochberg, "Controlling the false discovery rate", 1995).
    private static func threshold(_ sorted: [Double], _ dimension: Double?) -> Double {
        guard let dimension, !sorted.isEmpty else { return largestThreshold }
        let scale = Double(neighbours - 1) * Double(sorted.count)
        /// The threshold at which chance makes up the share that is allowed of so many.
        func limit(_ found: Int) -> Double {
            let allowed = falseShare * Double(found) - (falseShare - 1 / cleanSplits)
            return min(largestThreshold, exp(log(allowed / scale) * 2 / dimension))
        }
        let found = sorted.indices.last { sorted[$0] < limit($0 + 1) }
        return limit((found ?? 0) + 1)
    }
}
