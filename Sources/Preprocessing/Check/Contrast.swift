internal import Glibc

/// How much nearer a row's nearest training row is than others are: what tells a copy from a row that resembles many.
///
///     c = (1 - s1) / max(1 - s20, m / 10)     m the median of all 1 - s20
///
/// Smooth skies resemble all other skies: both are small, and c is near 1. A copy resembles one row: c is near 0. The
/// bound below keeps a row of which there are twenty copies from having none.
package struct Contrast: Sendable {
    /// How many neighbours there are to each row.
    package static let neighbours = 20

    /// Of each row; nil where a row has no neighbours, or none to hold the nearest against.
    package let values: [Double?]
    /// The dimension that the neighbours' distances tell of; nil where they tell of none.
    package let dimension: Double?
    /// What is taken for a copy where nothing else is asked for.
    package let threshold: Double
    /// m / 10.
    private let least: Double

    /// The largest threshold that is chosen by itself: the nearest row is half as far, squared, as the twentieth.
    package static let largestThreshold = 0.5

    /// - Parameter dissimilarities: 1 - s of the nearest rows, the nearest first, for each row; empty where it has no place.
    package init(_ dissimilarities: [[Double]]) {
        let last = dissimilarities.compactMap(\.last).sorted()
        let least = last.isEmpty ? 0 : last[last.count / 2] / 10
        self.least = least
        values = dissimilarities.map { Self.contrast($0.first, of: $0, least) }
        dimension = Self.dimension(dissimilarities)
        threshold = Self.threshold(rows: dissimilarities.count { $0.count > 1 }, dimension: dimension)
    }

    /// Of any of a row's neighbours.
    package func contrast(_ neighbour: Int, of dissimilarities: [Double]) -> Double? {
        Self.contrast(dissimilarities[neighbour], of: dissimilarities, least)
    }

    private static func contrast(_ one: Double?, of row: [Double], _ least: Double) -> Double? {
        guard row.count > 1, let one, let last = row.last else { return nil }
        let reference = max(last, least)
        return reference > 0 ? min(1, one / reference) : nil
    }

    /// The maximum likelihood estimate from distances d1 <= ... <= d20 (Levina and Bickel, "Maximum likelihood estimation of
    /// intrinsic dimension", 2004; averaged as by MacKay and Ghahramani): 1 / mean(ln(d20 / dj)). Of j from 5 on, which
    /// some copies do not touch; squared distances make half of it.
    private static func dimension(_ dissimilarities: [[Double]]) -> Double? {
        var sum = 0.0
        var count = 0
        for row in dissimilarities where row.count == neighbours && row[4] > 0 {
            for j in 4..<neighbours - 1 { sum += 0.5 * log(row[neighbours - 1] / row[j]) }
            count += neighbours - 5
        }
        return sum > 0 ? Double(count) / sum : nil
    }

    /// The threshold that one of so many rows would pass by chance, if rows were strewn evenly in that dimension, and at
    /// most `largestThreshold`.
    ///
    /// Of 19 points within d20, the nearest is within d1 with the probability 1 - (1 - (d1/d20)^m)^19, hardly more than 19
    /// (d1/d20)^m; c is (d1/d20)².
    private static func threshold(rows: Int, dimension: Double?) -> Double {
        guard let dimension, rows > 0 else { return largestThreshold }
        let chance = 1 / (Double(neighbours - 1) * Double(rows))
        return min(largestThreshold, exp(log(chance) * 2 / dimension))
    }
}
