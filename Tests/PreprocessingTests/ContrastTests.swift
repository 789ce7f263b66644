import Datasets
import LinearAlgebra
import TestSupport
import Testing

@testable import Preprocessing

/// What tells a copy from a row that resembles many.
@Suite struct ContrastTests {
    /// 1 - s of the nearest of `others` for each of `rows`, as half of their squared distances.
    static func dissimilarities(_ rows: [Double], _ others: [Double], width: Int) -> [[Double]] {
        var nearest = NearestPoints(rows.map { Float($0) }, depth: width, neighbours: Contrast.neighbours)
        _ = nearest.add(others.map { Float($0) }, first: 0)
        return (0..<rows.count / width).map { row in nearest.squaredDistances(of: row).map { Double($0) / 2 } }
    }

    @Test func contrastIsTheNearestOverTheTwentieth() {
        let row = (1...20).map { Double($0) / 20 }
        let contrast = Contrast([row, row, row])
        #expect(contrast.values == [0.05, 0.05, 0.05])
        #expect(contrast.contrast(9, of: row) == 0.5)
        // Rows without a place, or with a single neighbour, have none.
        let alone = Contrast([[], [0.5], row])
        #expect(alone.values == [nil, nil, 0.05])
        #expect(Contrast([]).threshold == 0.5 && Contrast([]).dimension == nil)
    }

    /// The median of the twentieth bounds what a row's nearest is held against.
    @Test func manyCopiesHaveContrastAndFewOfAKindHaveNone() {
        let usual = (1...20).map { Double($0) / 20 }
        let many = Array(repeating: 0.001, count: 20)
        let few = [1.5, 1.6] + Array(repeating: 9.0, count: 18)
        let contrast = Contrast([usual, usual, usual, many, few])
        #expect(contrast.values[3] == 0.01)
        #expect(contrast.values[4] == 1)
    }

    @Test(arguments: [2, 5, 12], seedOfThisRun)
    func theDimensionIsThatOfTheRows(dimension: Int, seed: UInt64) throws {
        var random = SeededRandom(seed)
        // In a space of twice as many, where no coordinate is idle; on a torus there is no edge. Neighbours that are far take
        // 5 dimensions for 5.5 among 3,000 rows, and for 5.25 among 12,000.
        let width = 2 * dimension
        func rows(_ count: Int) -> [Double] {
            (0..<count).flatMap { _ in
                (0..<dimension).flatMap { _ -> [Double] in
                    let angle = Double.random(in: 0..<2 * .pi, using: &random)
                    return [cosine(angle), cosine(angle - .pi / 2)]
                }
            }
        }
        let found = try #require(
            Contrast(Self.dissimilarities(rows(300), rows(12_000), width: width)).dimension)
        #expect(abs(found / Double(dimension) - 1) < (dimension > 10 ? 0.35 : 0.15), "found \(found)")
    }

    /// In a split that has none, nothing is found, whatever the rows are like; where there are copies, they are.
    @Test(arguments: ["normal", "skewed", "rare"], seedOfThisRun)
    func onlyCopiesAreFound(kind: String, seed: UInt64) {
        var random = SeededRandom(seed)
        let width = 8
        func rows(_ count: Int) -> [Double] {
            (0..<count * width).map { _ in
                switch kind {
                case "normal": random.normal()
                case "skewed": random.normal() * random.normal() * random.normal()
                default: Double.random(in: 0..<1, using: &random) < 0.002 ? 20 : random.normal()
                }
            }
        }
        let training = rows(1500)
        var found = 0
        for _ in 0..<10 {
            let contrast = Contrast(Self.dissimilarities(rows(300), training, width: width))
            found += contrast.values.count { $0! < contrast.threshold }
        }
        #expect(found <= 2)

        var leaky = rows(300)
        for k in 0..<30 * width { leaky[k] = training[k] + 0.01 * random.normal() }
        let contrast = Contrast(Self.dissimilarities(leaky, training, width: width))
        let copies = (0..<30).count { contrast.values[$0]! < contrast.threshold }
        let others = (30..<300).count { contrast.values[$0]! < contrast.threshold }
        // Chance is to be a twentieth of what is found: 1.5 rows, and more than 10 in one run of a million.
        #expect(copies >= 28 && others <= 10, "\(copies) copies and \(others) others")
    }

    /// Those that are equal do not widen the threshold for others.
    @Test func equalRowsAreNoChance() {
        let usual = (1...20).map { (Double($0) / 20).squareRoot() }
        let equal = [0.0] + usual.dropLast()
        let threshold = Contrast(Array(repeating: usual, count: 50)).threshold
        let beside = Contrast(
            Array(repeating: usual, count: 50) + Array(repeating: Array(equal), count: 50)
        ).threshold
        #expect(beside < 1.3 * threshold && threshold < 0.5)
    }
}

/// By its series, which needs no library: |x| <= 2π.
private func cosine(_ x: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    for k in stride(from: 2.0, through: 60, by: 2) {
        term *= -x * x / (k * (k - 1))
        sum += term
    }
    return sum
}
