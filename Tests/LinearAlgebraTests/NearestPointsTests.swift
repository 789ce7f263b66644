import Testing
import Threads

@testable import LinearAlgebra

/// The nearest of many points, held against all distances in double precision.
@Suite("Nearest points")
struct NearestPointsTests {
    struct Example: CustomTestStringConvertible, Sendable {
        var count: Int
        var others: Int
        var depth: Int
        var seed: UInt64
        /// What all coordinates are multiplied with.
        var scale: Float = 1
        /// Coordinates are whole numbers, so that many distances are the same.
        var isWhole = false

        var testDescription: String { "\(count) of \(others) x \(depth), seed \(seed), times \(scale)" }

        func points(_ rows: Int, _ generator: inout SplitMix64) -> [Float] {
            (0..<rows * depth).map { _ in
                isWhole
                    ? Float(Int.random(in: -2...2, using: &generator)) * scale : Float(generator.nextSigned()) * scale
            }
        }
    }

    static let examples = [
        Example(count: 1, others: 1, depth: 1, seed: 1), Example(count: 3, others: 700, depth: 2, seed: 2),
        Example(count: 20, others: 400, depth: 96, seed: 3), Example(count: 131, others: 99, depth: 17, seed: 4),
        Example(count: 30, others: 600, depth: 3, seed: 5, isWhole: true),
        Example(count: 20, others: 200, depth: 33, seed: 6, scale: 1e-18),
        Example(count: 20, others: 200, depth: 33, seed: 7, scale: 1e14),
    ]

    /// The numbers and squared distances of the nearest, by the definition.
    static func nearest(
        _ point: Int, _ points: [Float], _ others: [Float], depth: Int, count: Int, isOwn: Bool = false
    ) -> [(number: Int, distance: Double)] {
        let all = (0..<others.count / depth).map { other in
            let distance = (0..<depth).reduce(0.0) { sum, k in
                let difference = Double(points[point * depth + k]) - Double(others[other * depth + k])
                return sum + difference * difference
            }
            return (number: other, distance: distance)
        }
        return Array(
            all.filter { !isOwn || $0.number != point }
                .sorted { $0.distance < $1.distance || $0.distance == $1.distance && $0.number < $1.number }
                .prefix(count))
    }

    @Test(arguments: examples)
    func theNearestAreFound(example: Example) {
        var generator = SplitMix64(seed: example.seed)
        let points = example.points(example.count, &generator)
        var others = example.points(example.others, &generator)
        // One is there twice.
        if example.others > 1 { others.replaceSubrange(..<example.depth, with: others.suffix(example.depth)) }
        let expected = (0..<example.count).map {
            Self.nearest($0, points, others, depth: example.depth, count: 20)
        }
        for kernels in KernelSet.available {
            var search = NearestPoints(points, depth: example.depth, neighbours: 20, kernels: kernels)
            _ = search.add(others, first: 0)
            #expect(search.seen == example.others)
            for point in 0..<example.count {
                let distances = search.squaredDistances(of: point)
                #expect(distances.count == expected[point].count)
                for (found, wanted) in zip(distances, expected[point]) {
                    #expect(abs(Double(found) - wanted.distance) <= 1e-5 * wanted.distance)
                }
                let numbers = expected[point].map(\.number)
                #expect(Array(search.nearest(to: point)) == numbers, "point \(point), \(kernels.name)")
            }
        }
    }

    @Test(arguments: KernelSet.available)
    func blocksOrderThreadsAndKernelsDoNotMatter(kernels: KernelSet) throws {
        let example = Example(count: 150, others: 1000, depth: 24, seed: 11)
        var generator = SplitMix64(seed: example.seed)
        let points = example.points(example.count, &generator)
        let others = example.points(example.others, &generator)
        var whole = NearestPoints(points, depth: 24, neighbours: 20, kernels: .available.last!)
        _ = whole.add(others, first: 0)

        for count in [1, 3] {
            let using = try ThreadPool.start(threads: count)
            defer { using.end() }
            var parts = NearestPoints(points, depth: 24, neighbours: 20, kernels: kernels)
            for first in [800, 0, 300, 301] {
                let last = [800: 1000, 0: 300, 300: 301, 301: 800][first]!
                _ = parts.add(Array(others[first * 24..<last * 24]), first: first)
            }
            for point in 0..<example.count {
                #expect(parts.nearest(to: point) == whole.nearest(to: point))
                #expect(
                    parts.squaredDistances(of: point).map(\.bitPattern)
                        == whole.squaredDistances(of: point).map(\.bitPattern))
            }
        }
    }

    @Test func pointsThatHaveAnotherNearestAreTold() {
        var search = NearestPoints([0, 0, 10, 10, 20, 20], depth: 2, neighbours: 3)
        #expect(search.add([11, 11, 100, 100], first: 0) == [0, 1, 2])
        #expect(search.add([19, 19, 400, 400], first: 2) == [2])
        // As near as the one before, and later.
        #expect(search.add([9, 9], first: 4) == [0])
        #expect(search.nearest(to: 1) == [0, 4, 2])
    }

    @Test func noPointIsItsOwnNeighbour() {
        var generator = SplitMix64(seed: 5)
        let points = Example(count: 0, others: 0, depth: 7, seed: 0).points(150, &generator)
        var search = NearestPoints(points, depth: 7, neighbours: 4)
        _ = search.add(points, first: 0, areOwn: true)
        for point in 0..<150 {
            let expected = Self.nearest(point, points, points, depth: 7, count: 4, isOwn: true)
            #expect(Array(search.nearest(to: point)) == expected.map(\.number))
        }
    }

    /// One point far away widens the bounds of a whole block, and hides nothing.
    @Test(arguments: KernelSet.available)
    func pointsFarAwayHideNothing(kernels: KernelSet) {
        var generator = SplitMix64(seed: 9)
        let example = Example(count: 60, others: 400, depth: 20, seed: 0)
        var points = example.points(60, &generator)
        var others = example.points(400, &generator)
        for k in 0..<20 { others[300 * 20 + k] = .greatestFiniteMagnitude }
        for k in 0..<20 { points[5 * 20 + k] = .greatestFiniteMagnitude }
        var search = NearestPoints(points, depth: 20, neighbours: 5, kernels: kernels)
        _ = search.add(others, first: 0)
        #expect(search.nearest(to: 5).first == 300 && search.squaredDistances(of: 5).first == 0)
        for point in 0..<60 where point != 5 {
            let expected = Self.nearest(point, points, others, depth: 20, count: 5)
            #expect(Array(search.nearest(to: point)) == expected.map(\.number))
        }
    }
}
