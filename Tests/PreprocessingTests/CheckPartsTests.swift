import Datasets
import TestSupport
import Testing

@testable import Preprocessing

/// What `check` and `split --together` are made of, apart from contrast and drift.
@Suite struct CheckPartsTests {
    @Test func equalNumbersHaveEqualHashesWhateverTheirType() {
        let bytes = block([UInt8](0..<12), features: 4)
        let floats = RowBlock(count: 3, features: 4, values: .floats((0..<12).map { Float($0) }))
        let doubles = block((0..<12).map { Double($0) }, features: 4)
        let hashes = [bytes, floats, doubles].map { $0.rowHashes(areAllBytes: false) }
        #expect(hashes[0] == hashes[1] && hashes[1] == hashes[2] && Set(hashes[0]).count == 3)
        #expect(Set(bytes.rowHashes(areAllBytes: true)).count == 3)
        // -0 is 0; what single precision does not hold is another number than what it makes of it.
        let zeros = block([0.0, -0.0, 0.1, Double(Float(0.1))], features: 1).rowHashes(areAllBytes: false)
        #expect(zeros[0] == zeros[1] && zeros[2] != zeros[3])
    }

    @Test func theFirstCopyIsNamed() {
        var copies = ExactCopies()
        copies.add([7, 8])
        copies.add([7, 9])
        #expect(copies.look(for: [1, 9, 7], number: 10) == [3, 0])
        // Parts may come in any order.
        #expect(copies.look(for: [7, 9], number: 2) == [0, 3])
        #expect(copies.look(for: [9], number: 40) == [])
        #expect((0..<4).map { copies.copy(of: $0) } == [2, nil, 2, 3])
        #expect((0..<4).map { copies.first(like: $0) } == [0, 1, 0, 3])
    }

    @Test(arguments: seedOfThisRun)
    func groupsAreWhatPairsConnect(seed: UInt64) {
        var random = SeededRandom(seed)
        let count = 60
        var groups = Groups(count: count)
        var group = Array(0..<count)
        for _ in 0..<40 {
            let (a, b) = (Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
            groups.join(a, b)
            let (low, high) = (min(group[a], group[b]), max(group[a], group[b]))
            group = group.map { $0 == high ? low : $0 }
        }
        #expect(groups.firstRows() == group)
    }

    private static func images(_ values: [UInt8]) throws -> (FittedTransform, RowBlock) {
        let rows = block(values, features: 12)
        var input = description(features: 12, scalar: .uint8)
        input.shape = [3, 2, 2]
        let recipe = SearchSpace.recipe(for: input, limit: min(rows.count - 1, 12))
        let fitted = try recipe.fit(
            moments(rows, shape: [3, 2, 2]), input: input,
            sources: [.init(name: "x", samples: rows.count)]
        ).0
        return (fitted, rows)
    }

    @Test(arguments: seedOfThisRun)
    func imagesBecomeUnitRowsAndTheirMeanHasNoPlace(seed: UInt64) throws {
        var random = SeededRandom(seed)
        // Two and two about one mean, which whole numbers hold.
        var values: [UInt8] = []
        for _ in 0..<30 {
            let row = (0..<12).map { _ in UInt8.random(in: 0...200, using: &random) }
            values += row + row.map { 200 - $0 }
        }
        let (fitted, rows) = try Self.images(values)
        let space = try #require(SearchSpace(fitted))
        #expect(space.measure == .cosine && space.components == 12 && space.epsilon == space.variances[11])
        let points = space.points(rows)
        #expect(points.placeless.isEmpty)
        for row in 0..<60 {
            let square = (0..<12).reduce(0.0) {
                $0 + Double(points.values[row * 12 + $1] * points.values[row * 12 + $1])
            }
            #expect(abs(square - 1) < 1e-5)
        }
        // Rows that are each other's mirror image about the mean are opposite.
        #expect((0..<12).allSatisfy { abs(points.values[$0] + points.values[12 + $0]) < 1e-5 })
        let mean = space.points(block([UInt8](repeating: 100, count: 24), features: 12))
        #expect(mean.placeless == [0, 1] && mean.values.allSatisfy { $0 == 0 })
        #expect(space.dissimilarity(4) == 2)
    }

    @Test func tablesAreComparedByDistanceAndRowsBeyondSinglePrecisionHaveNoPlace() throws {
        var random = SeededRandom(5)
        let rows = block((0..<300).map { Double($0 % 3) * random.normal() }, features: 3)
        let recipe = SearchSpace.recipe(for: description(features: 3), limit: 3)
        #expect(recipe.scale == .std)
        let fitted = try fitted(recipe, rows)
        // The first column is constant, and has no component of its own.
        let space = try #require(SearchSpace(fitted))
        #expect(space.measure == .distance && space.components == 2)
        let far = space.points(block([0, 1e300, -1e300, 0, 1, 1], features: 3))
        #expect(far.placeless == [0] && far.values.allSatisfy(\.isFinite))
    }

    @Test func rowsThatDoNotVaryHaveNoSpace() throws {
        var recipe = Recipe()
        recipe.components = nil
        #expect(SearchSpace(try fitted(recipe, [1, 2, 1, 2], features: 2)) == nil)
    }
}
