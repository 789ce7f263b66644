import Datasets
import TestSupport
import Testing

@testable import Preprocessing

/// What is found of drift, and that nothing is found where there is none.
@Suite struct DriftTests {
    /// Statistics of rows, and the profile of others, in blocks.
    struct Checked {
        var drift: Drift
        var reading: Reading?

        init(
            _ training: RowBlock, _ split: RowBlock, components: Int? = nil, shape: [Int]? = nil,
            recipe: Recipe = Recipe(), blocks: Int = 1
        ) throws {
            var recipe = recipe
            var input = description(features: training.features)
            if case .bytes = training.values { input.scalar = .uint8 }
            if let shape { input.shape = shape }
            if let components {
                recipe.components = .count(components)
                recipe.scale = .none
            }
            let transform = try recipe.fit(
                moments(training, products: components != nil, step: recipe.step, shape: shape), input: input,
                sources: []
            ).0
            let reference = DriftReference(transform)
            let space = SearchSpace(transform)
            let empty = SplitProfile(reference, components: space?.components ?? 0)
            var profile = empty
            for k in 0..<blocks {
                let part = split.rows(split.count * k / blocks..<split.count * (k + 1) / blocks)
                var more = empty
                more.add(part, whitened: space?.points(part).whitened ?? [], reference)
                profile.merge(more)
            }
            drift = Drift(profile, reference, space, tail: ComponentTail(transform))
            reading = Reading(profile, reference, transform)
        }

        var kinds: [Drift.Kind] { drift.findings.map(\.kind) }
    }

    private static func table(_ count: Int, _ random: inout SeededRandom) -> RowBlock {
        // Normal; skewed; hardly ever other than 0; whole numbers; far from 0.
        block(
            (0..<count).flatMap { _ -> [Double] in
                let x = random.normal()
                return [
                    x, x * x * x, Double.random(in: 0..<1, using: &random) < 0.003 ? 1 : 0,
                    Double(Int.random(in: 0...4, using: &random)), 1e8 + random.normal() + x,
                ]
            }, features: 5)
    }

    @Test(arguments: seedOfThisRun)
    func halvesOfTheSameRowsAreAlike(seed: UInt64) throws {
        var random = SeededRandom(seed)
        var alarms = 0
        for k in 0..<100 {
            let rows = [50, 400, 1000][k % 3]
            let checked = try Checked(
                Self.table(rows, &random), Self.table(rows, &random), components: k % 2 == 0 ? 5 : nil)
            if !checked.kinds.isEmpty { alarms += 1 }
        }
        #expect(alarms <= 1)
    }

    @Test(arguments: seedOfThisRun)
    func shiftsScalesAndRangesAreFound(seed: UInt64) throws {
        var random = SeededRandom(seed)
        func rows(_ map: (Double) -> Double) -> RowBlock {
            block((0..<6000).map { $0 % 3 == 1 ? map(random.normal()) : random.normal() }, features: 3)
        }
        let training = rows { $0 }
        #expect(try Checked(training, rows { $0 }).kinds.isEmpty)
        let shifted = try Checked(training, rows { $0 + 0.3 })
        #expect(shifted.drift.findings == [.init(kind: .means, places: [1])])
        #expect(abs(shifted.drift.features[1].mean - 0.3) < 0.1 && shifted.drift.features[1].meanError < 0.05)
        let flat = try Checked(training, rows { 0.7 * $0 })
        #expect(flat.drift.findings == [.init(kind: .variances, places: [1])])
        let wide = try Checked(training, rows { $0 > 1.5 ? $0 + 20 : $0 })
        #expect(wide.kinds.contains(.range) && wide.drift.features[1].outside > 0.03)
        // As little as this is significant, but too small to matter.
        func many(_ shift: Double) -> RowBlock {
            block((0..<100_000).map { _ in random.normal() + shift }, features: 1)
        }
        #expect(try Checked(many(0), many(0.025)).kinds.isEmpty)
        #expect(try Checked(many(0), many(0.08)).kinds == [.means])
    }

    @Test func constantsThatVaryAreFound() throws {
        let training = block((0..<400).map { $0 % 2 == 0 ? 14.62 : Double($0) }, features: 2)
        let same = block((0..<200).map { $0 % 2 == 0 ? 14.62 : Double(2 * $0) }, features: 2)
        #expect(try Checked(training, same).kinds.isEmpty)
        let other = block((0..<200).map { $0 % 2 == 0 ? 14.63 : Double(2 * $0) }, features: 2)
        let checked = try Checked(training, other)
        #expect(checked.drift.findings == [.init(kind: .constants, places: [0])])
        #expect(checked.drift.features[0].outside == 1)
    }

    @Test(arguments: seedOfThisRun)
    func blocksDoNotMatter(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let (training, split) = (Self.table(300, &random), Self.table(200, &random))
        let whole = try Checked(training, split, components: 4).drift
        let parts = try Checked(training, split, components: 4, blocks: 7).drift
        for (one, other) in zip(whole.features + whole.components, parts.features + parts.components) {
            #expect(abs(one.mean - other.mean) < 1e-9 && abs(one.variance - other.variance) < 1e-9)
        }
        #expect(whole.findings == parts.findings)
    }

    /// Means and variances are those of the definition.
    @Test func figuresAreThoseOfTheDefinition() throws {
        let x = [1.0, 5, 2, 7, 4, 9, 3, 3]
        let y = [2.0, 6, 3, 1, 8, 4]
        let drift = try Checked(block(x, features: 2), block(y, features: 2)).drift
        for j in 0..<2 {
            func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
                let column = stride(from: j, to: values.count, by: 2).map { values[$0] }
                let mean = column.reduce(0, +) / Double(column.count)
                return (mean, column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count))
            }
            let (a, b) = (moments(x), moments(y))
            #expect(abs(drift.features[j].mean - (b.mean - a.mean) / a.variance.squareRoot()) < 1e-6)
            #expect(abs(drift.features[j].variance - b.variance / a.variance) < 1e-6)
        }
        // 8 and 1.
        #expect(drift.outside == 2.0 / 6)
    }

    /// 2 x 2 images of three channels, each pixel and channel with a mean and deviation of its own.
    private static func images(
        _ count: Int, _ random: inout SeededRandom, _ map: ([Double]) -> [Double] = { $0 }
    ) -> RowBlock {
        var values: [Double] = []
        for _ in 0..<count {
            let light = 20 * random.normal()
            var row: [Double] = []
            for j in 0..<12 {
                let level = Double(60 + 30 * (j / 4) + 12 * (j % 4))
                let deviation = Double(6 + 5 * (j / 4))
                row.append((level + light + deviation * random.normal()).rounded())
            }
            values += map(row)
        }
        return block(values, features: 12)
    }

    @Test(arguments: seedOfThisRun)
    func otherReadingsAreRecognized(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let training = Self.images(2000, &random)
        func reading(_ map: @escaping ([Double]) -> [Double]) throws -> Reading? {
            try Checked(training, Self.images(500, &random, map), shape: [3, 2, 2]).reading
        }
        // The pixels' channels side by side.
        let interleaved = (0..<12).map { (j: Int) -> Int in j % 3 * 4 + j / 3 }
        #expect(try reading { $0 } == nil)
        #expect(try reading { x in x.map { $0 / 255 } }?.scale == .multiplied(255))
        #expect(try reading { x in x.map { $0 * 255 } }?.scale == .multiplied(1.0 / 255))
        #expect(try reading { x in x.map { $0 / 127.5 - 1 } }?.scale == .fromSymmetric)
        let bgr = try reading { x in Array(x[8..<12] + x[4..<8] + x[0..<4]) }
        #expect(bgr?.order == .channels([2, 1, 0]) && bgr?.scale == .asIs)
        let last = try reading { x in interleaved.map { x[$0] } }
        #expect(last?.order == .interleaved && last?.scale == .asIs)
        let both = try reading { x in interleaved.map { x[$0] / 255 } }
        #expect(both?.order == .interleaved && both?.scale == .multiplied(255))
        // Already standardized, any order of the channels would do: it is that of the training rows.
        let transform = try fitted(Recipe(), training)
        let standardized = try reading { x in
            x.indices.map { (x[$0] - transform.subtract[$0]) / transform.divide[$0] }
        }
        #expect(standardized?.scale == .standardized && standardized?.order == .asIs)
        #expect(try reading { x in x.map { $0 * 0.9 } } == nil)
    }

    @Test(arguments: seedOfThisRun)
    func channelsAreJudgedByRows(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let training = Self.images(3000, &random)
        let checked = try Checked(
            training, Self.images(1000, &random) { x in x.enumerated().map { $0 / 4 == 1 ? $1 + 9 : $1 } },
            shape: [3, 2, 2]
        )
        let finding = checked.drift.findings.first { $0.kind == .channelMeans }
        #expect(finding?.places == [1])
        // Pixels of a row share its light: their errors do not average out.
        let channel = checked.drift.channels[0]
        #expect(channel.meanError > 0.5 * checked.drift.features[0].meanError)
    }

    @Test(arguments: seedOfThisRun)
    func componentsShowWhatFeaturesHide(seed: UInt64) throws {
        var random = SeededRandom(seed)
        // Two columns of the same mean and variance; what ties them is gone in the split.
        func rows(_ tie: Double) -> RowBlock {
            block(
                (0..<3000).flatMap { _ -> [Double] in
                    let (a, b) = (random.normal(), random.normal())
                    return [a, tie * a + (1 - tie * tie).squareRoot() * b]
                }, features: 2)
        }
        let checked = try Checked(rows(0.95), rows(0), components: 2)
        #expect(checked.kinds == [.componentVariances])
        #expect(checked.drift.components[1].variance > 10)
        #expect(try #require(checked.drift.meanSquare) > 5)
    }

    /// Few rows fitted with many components vary otherwise along them than others do, without any drift.
    @Test(arguments: seedOfThisRun)
    func whatIsFittedToFewRowsIsNoAlarm(seed: UInt64) throws {
        var random = SeededRandom(seed)
        func rows(_ count: Int) -> RowBlock { block((0..<count * 40).map { _ in random.normal() }, features: 40) }
        for _ in 0..<10 { #expect(try Checked(rows(60), rows(400), components: 40).kinds.isEmpty) }
    }

    /// No number makes the loops trap, or their figures anything but numbers.
    @Test(arguments: [0x1p-1063, 1e-300, 1e-160, 1e-30, 1.0, 1e30, 1e150, 1e300, 1e308])
    func extremeValuesGiveNumbers(scale: Double) throws {
        var random = SeededRandom(3)
        let usual = block((0..<300).map { _ in random.normal() }, features: 3)
        let scaled = block(
            (0..<300).map { _ in random.normal().magnitude.truncatingRemainder(dividingBy: 1) * scale }, features: 3)
        for shape in [nil, [3, 1, 1]] as [[Int]?] {
            let checked = try Checked(usual, scaled, shape: shape)
            for place in checked.drift.features + checked.drift.channels {
                #expect(place.mean.isFinite && place.variance.isFinite && place.varianceError.isFinite)
            }
            #expect(checked.drift.features.allSatisfy { $0.meanError.isFinite })
        }
        guard (1e-140...1e140).contains(scale) else { return }
        let checked = try Checked(scaled, usual, components: 3)
        for place in checked.drift.features + checked.drift.components {
            #expect(place.mean.isFinite && place.variance.isFinite)
        }
    }

    @Test func aSingleRowIsNoDrift() throws {
        var random = SeededRandom(7)
        let training = Self.table(500, &random)
        #expect(try Checked(training, Self.table(1, &random), components: 4).kinds.isEmpty)
        #expect(try Checked(Self.table(1, &random), Self.table(1, &random)).kinds.isEmpty)
    }
}
