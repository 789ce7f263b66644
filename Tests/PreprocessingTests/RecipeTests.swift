import Datasets
import LinearAlgebra
import TestSupport
import Testing

@testable import Preprocessing

/// Correlated rows with offsets and scales of many sizes.
private func sample(_ rows: Int, _ features: Int, seed: UInt64) -> [Double] {
    var random = SeededRandom(seed)
    let mixing = (0..<features * features).map { _ in random.normal() }
    var values: [Double] = []
    for _ in 0..<rows {
        let z = (0..<features).map { Double($0 + 1) * random.normal() }
        for j in 0..<features {
            var value = Double(j) * 50
            for k in 0..<features { value += mixing[j * features + k] * z[k] }
            values.append(value)
        }
    }
    return values
}

private func fit(_ recipe: Recipe, _ x: [Double], features: Int, shape: [Int]? = nil) throws -> (
    FittedTransform, [FitWarning]
) {
    let moments = try moments(
        block(x, features: features), products: recipe.needsProducts, step: recipe.step)
    var input = description(features: features)
    if let shape { input.shape = shape }
    return try recipe.fit(moments, input: input, sources: [])
}

private func transformed(_ transform: FittedTransform, _ x: [Double], components: Int? = nil) throws -> [Double] {
    let map = transform.forward(components: components)
    let rows = RowTransform(map, after: transform.recipe.step, scalar: .float64)
    return rows.apply(block(x, features: transform.input.features)).doubles
}

private func returned(_ transform: FittedTransform, _ y: [Double], width: Int) throws -> [Double] {
    let rows = RowTransform(transform.inverse(width: width), after: RowStep(.none, divideBy: 1), scalar: .float64)
    return rows.apply(block(y, features: width)).doubles
}

private func expectClose(_ a: [Double], _ b: [Double], _ tolerance: Double, _ comment: Comment? = nil) {
    #expect(a.count == b.count)
    let worst = zip(a, b).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= tolerance, comment)
}

@Suite struct RecipeTests {
    @Test func standardizedDataHasMeanZeroAndDeviationOne() throws {
        let x = sample(500, 6, seed: 1)
        let (transform, warnings) = try fit(Recipe(), x, features: 6)
        #expect(warnings.isEmpty)
        let y = try transformed(transform, x)
        let again = try moments(block(y, features: 6), products: false)
        for j in 0..<6 {
            let distribution = again.distribution(of: j..<j + 1, ddof: 0)
            #expect(abs(distribution.mean) < 1e-12)
            #expect(abs(distribution.std - 1) < 1e-12)
        }
    }

    @Test(arguments: [Recipe.Whitening.pca, .zca])
    func whitenedDataHasIdentityCovariance(whiten: Recipe.Whitening) throws {
        let x = sample(400, 5, seed: 2)
        var recipe = Recipe()
        recipe.scale = .none
        recipe.components = .all
        recipe.whiten = whiten
        recipe.epsilon = 1e-12
        let (transform, _) = try fit(recipe, x, features: 5)
        let covariance = plainCovariance(try transformed(transform, x), features: 5)
        for i in 0..<5 { for j in 0..<5 { #expect(abs(covariance[i * 5 + j] - (i == j ? 1 : 0)) < 1e-9) } }
    }

    /// Every recipe that loses nothing has an exact inverse, epsilon or not.
    @Test(
        arguments: [Recipe.Scale.none, .std, .minmax, .maxabs],
        [Recipe.Whitening?.some(.none), .some(.pca), .some(.zca), nil])
    func inverseUndoesTheTransform(scale: Recipe.Scale, whiten: Recipe.Whitening?) throws {
        let x = sample(300, 4, seed: 3)
        var recipe = Recipe()
        recipe.divideBy = 7
        recipe.scale = scale
        recipe.components = whiten == nil ? nil : .all
        recipe.whiten = whiten ?? .none
        recipe.epsilon = 0.5
        let (transform, _) = try fit(recipe, x, features: 4)
        let y = try transformed(transform, x)
        expectClose(try returned(transform, y, width: 4), x, 1e-9)
    }

    @Test func fewerComponentsGiveTheReconstructionThatLosesLeast() throws {
        let x = sample(300, 4, seed: 4)
        var recipe = Recipe()
        recipe.scale = .none
        recipe.components = .all
        let (transform, _) = try fit(recipe, x, features: 4)
        for count in 1...4 {
            let y = try transformed(transform, x, components: count)
            let back = try returned(transform, y, width: count)
            let lost = zip(back, x).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 300
            let expected = transform.principal!.explainedVariance.dropFirst(count).reduce(0, +)
            #expect(abs(lost - expected) < 1e-8 * transform.principal!.totalVariance)
        }
    }

    @Test func aFractionTakesTheFewestComponents() throws {
        let x = sample(300, 6, seed: 5)
        var recipe = Recipe()
        recipe.scale = .none
        recipe.components = .all
        let all = try #require(try fit(recipe, x, features: 6).0.principal)
        for share in [0.1, 0.5, 0.9, 0.999] {
            recipe.components = .fraction(share)
            let some = try #require(try fit(recipe, x, features: 6).0.principal)
            #expect(some.explainedVarianceRatio.reduce(0, +) >= share)
            #expect(all.explainedVarianceRatio.prefix(some.count - 1).reduce(0, +) < share)
        }
    }

    @Test func constantFeaturesBecomeZero() throws {
        let x = sample(50, 2, seed: 6)
        let with = stride(from: 0, to: x.count, by: 2).flatMap { i -> [Double] in [x[i], 14.62, x[i + 1]] }
        let (transform, warnings) = try fit(Recipe(), with, features: 3)
        #expect(transform.statistics.constantFeatures == [1])
        #expect(warnings == [.constantFeatures(1, of: 3)])
        let y = try transformed(transform, with)
        #expect(stride(from: 1, to: y.count, by: 3).allSatisfy { y[$0] == 0 })
    }

    @Test func minmaxMapsToTheRange() throws {
        let x = sample(100, 3, seed: 7)
        var recipe = Recipe()
        recipe.scale = .minmax
        recipe.range = .init(low: 2, high: 5)
        let (transform, _) = try fit(recipe, x, features: 3)
        let again = try moments(block(try transformed(transform, x), features: 3), products: false)
        for j in 0..<3 {
            let distribution = again.distribution(of: j..<j + 1, ddof: 0)
            #expect(abs(distribution.min - 2) < 1e-12 && abs(distribution.max - 5) < 1e-12)
        }
    }

    /// Bit for bit, there and back, whatever the rows are made of: all of 67 rows, which fill no tile of any kernel.
    @Test(arguments: [Recipe.Whitening.none, .pca, .zca], [WorkingScalar.float32, .float64])
    func aRowAloneIsThatRowOfABatch(whiten: Recipe.Whitening, scalar: WorkingScalar) throws {
        var generator = SeededRandom(8)
        let features = 300
        let bytes = (0..<67 * features).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let kinds: [RowBlock.Values] = [
            .bytes(bytes), .floats(bytes.map { Float($0) / 3 }), .doubles(bytes.map { Double($0) / 7 }),
        ]
        for values in kinds {
            for components in whiten == .none ? [nil, Recipe.ComponentCount.count(30)] : [.count(30)] {
                var recipe = Recipe()
                recipe.scale = components == nil ? .std : .none
                recipe.components = components
                recipe.whiten = whiten
                let rows = RowBlock(count: 67, features: features, values: values)
                let transform = try fitted(recipe, rows)
                let there = RowTransform(transform.forward(), after: recipe.step, scalar: scalar)
                let transformed = expectRowsAlone(rows, through: there)
                let back = RowTransform(
                    transform.inverse(width: transformed.features), after: RowStep(.none, divideBy: 1), scalar: scalar)
                expectRowsAlone(transformed, through: back)
            }
        }
    }

    @discardableResult
    private func expectRowsAlone(_ rows: RowBlock, through transform: RowTransform) -> RowBlock {
        let batch = transform.apply(rows)
        for row in 0..<rows.count {
            let alone = transform.apply(rows.rows(row..<row + 1)).doubles
            #expect(alone == batch.rows(row..<row + 1).doubles, "row \(row)")
        }
        return batch
    }

    /// Bytes, floats and doubles, in single and in double precision.
    @Test(arguments: [Recipe.Whitening.none, .pca, .zca], [PerSample.none, .standardize])
    func everyTypeOfRowIsTransformedAlike(whiten: Recipe.Whitening, perSample: PerSample) throws {
        var generator = SeededRandom(10)
        let bytes = (0..<300 * 30).map { UInt8(clamping: 4 * ($0 % 30) + Int.random(in: 0...99, using: &generator)) }
        var recipe = Recipe()
        recipe.scale = .std
        recipe.perSample = perSample
        recipe.divideBy = 255
        recipe.components = .count(20)
        recipe.whiten = whiten
        let transform = try fitted(recipe, block(bytes, features: 30))
        let map = transform.forward()
        let rowsOf: [RowBlock.Values] = [
            .bytes(bytes), .floats(bytes.map(Float.init)), .doubles(bytes.map(Double.init)),
        ]
        for values in rowsOf {
            let rows = RowTransform(map, after: recipe.step, scalar: .float32)
            let block = RowBlock(count: 300, features: 30, values: values)
            let found = rows.apply(block).doubles
            for (a, b) in zip(found, try transformed(transform, block)) { #expect(abs(a - b) < 1e-5) }
            for row in [0, 1, 8, 299] {
                let alone = rows.apply(block.rows(row..<row + 1)).doubles
                #expect(alone == Array(found[row * map.outputs..<(row + 1) * map.outputs]))
            }
        }
    }

    @Test func whatCannotBeFitted() throws {
        let x = sample(4, 6, seed: 9)
        var recipe = Recipe()
        recipe.scale = .none
        recipe.components = .count(4)
        #expect(throws: FitError.tooManyComponents(4, rows: 4, features: 6)) { try fit(recipe, x, features: 6) }
        recipe.components = .all
        #expect(try fit(recipe, x, features: 6).0.principal?.count == 3)
        recipe = Recipe()
        recipe.ddof = 1
        #expect(throws: FitError.tooFewRows(1, ddof: 1)) { try fit(recipe, Array(x[..<6]), features: 6) }
        #expect(throws: FitError.noRows) { try fit(Recipe(), [], features: 6) }
        recipe = Recipe()
        recipe.center = .channel
        #expect(throws: FitError.noChannels(option: "--center", shape: [6])) { try fit(recipe, x, features: 6) }
        #expect {
            try fit(Recipe(), [-1e300, 1, 1e300, 2], features: 2)
        } throws: {
            "\($0)" == "the variance of feature x1 is too large for a double"
        }
    }

    @Test func whiteningBeyondTheRankIsWarnedOf() throws {
        let x = sample(50, 2, seed: 10)
        let doubled = stride(from: 0, to: x.count, by: 2).flatMap { i -> [Double] in [x[i], x[i], x[i + 1]] }
        var recipe = Recipe()
        recipe.scale = .none
        recipe.components = .all
        recipe.whiten = .pca
        let (transform, warnings) = try fit(recipe, doubled, features: 3)
        #expect(transform.principal?.rank == 2)
        #expect(warnings == [.whitensNoise(components: 3, rank: 2, epsilon: 1e-5)])
    }

    static let nearValues: [(scalar: ScalarType, low: Double, high: Double, isConstant: Bool)] = [
        (.float64, 0.3, 0.30000000000000004, true), (.float64, 1e-13, 2e-13, false), (.float64, 0, 1e-100, false),
        (.float64, 1, 0x1.0000000000004p0, true), (.float64, 1, 0x1.0000000000005p0, false),
        (.float64, -1e-100, 1e-100, false), (.float32, 1, 0x1.000008p0, true), (.float32, 1, 0x1.00000ap0, false),
        (.float16, 1, 0x1.01p0, true), (.float16, 1, 0x1.014p0, false), (.float16, 0, 0x1p-22, true),
        (.int64, 1e15, 1_000_000_000_000_001, false), (.int32, 7, 7, true),
    ]

    /// At most four units in the last place apart, in the values' own type.
    @Test(arguments: nearValues)
    func valuesThatDifferByRoundingAreConstant(scalar: ScalarType, low: Double, high: Double, isConstant: Bool) throws {
        let x = [low, 1, high, 3, high, 2]
        var input = description(features: 2)
        input.scalar = scalar
        for scale in [Recipe.Scale.std, .minmax, .maxabs, .none] {
            for components in [Recipe.ComponentCount?.none, .all] {
                var recipe = Recipe()
                (recipe.scale, recipe.components) = (scale, components)
                var moments = Moments(of: input, step: recipe.step, products: true)
                try moments.add(block(x, features: 2))
                try moments.finish()
                let (transform, warnings) = try recipe.fit(moments, input: input, sources: [])
                #expect(transform.statistics.constantFeatures == (isConstant ? [0] : []))
                #expect((transform.divide[0] == 1) == (isConstant || scale == .none))
                #expect(warnings.contains(.constantFeatures(1, of: 2)) == isConstant)
                if isConstant { #expect(transform.principal?.components[0, 0] ?? 0 == 0) }
            }
        }
    }

    /// What `maxabs` divides by is what centering leaves: of a constant nothing, or without centering its magnitude.
    @Test func constantsWithoutCenteringHaveAMagnitude() throws {
        let x = [-5.0, 0, 1, -5, 0, 3]
        var recipe = Recipe()
        (recipe.scale, recipe.center) = (.maxabs, .none)
        let (transform, warnings) = try fit(recipe, x, features: 3)
        #expect(transform.divide == [5, 1, 3])
        // The zeros are divided by 1.
        #expect(warnings == [.constantFeatures(1, of: 3)])
        #expect(transform.statistics.constantFeatures == [0, 1])
        recipe.center = .feature
        #expect(try fit(recipe, x, features: 3).0.divide == [1, 1, 1])
        (recipe.scalePer, recipe.scale) = (.global, .std)
        let (shared, none) = try fit(recipe, x, features: 3)
        #expect(none.isEmpty && shared.divide.allSatisfy { $0 < 1 })
    }

    /// Whatever is subtracted, the values that share a divisor have deviation, range or magnitude 1.
    @Test(
        arguments: [Recipe.Granularity.none, .global, .channel, .feature],
        [Recipe.Granularity.global, .channel, .feature])
    func scaledRowsHaveUnitScale(center: Recipe.Granularity, scalePer: Recipe.Granularity) throws {
        var x = sample(60, 12, seed: 12)
        for k in x.indices { x[k] = x[k] * Double(1 + k % 5) + Double(k % 12) }
        for channelsLast in [false, true] {
            var input = description(features: 12)
            (input.shape, input.channelsLast) = (channelsLast ? [2, 2, 3] : [3, 2, 2], channelsLast)
            let channels = try #require(input.channels)
            for (scale, ddof) in [(Recipe.Scale.std, 0), (.std, 1), (.maxabs, 0), (.minmax, 0)] {
                for components in center == .feature ? [Recipe.ComponentCount?.none, .all] : [nil] {
                    var recipe = Recipe()
                    (recipe.center, recipe.scale, recipe.scalePer, recipe.ddof) = (center, scale, scalePer, ddof)
                    recipe.components = components
                    let sums = try moments(block(x, features: 12), shape: input.shape)
                    var fitted = try recipe.fit(sums, input: input, sources: []).0
                    fitted.principal = nil
                    let z = try transformed(fitted, x)
                    let groups = (0..<12).map {
                        scalePer == .global ? 0 : scalePer == .channel ? channels.channel(of: $0) : $0
                    }
                    for group in Set(groups) {
                        let values = z.indices.filter { groups[$0 % 12] == group }.map { z[$0] }
                        let mean = values.reduce(0, +) / Double(values.count)
                        let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                        let found =
                            switch scale {
                            case .std: (square / Double(values.count - ddof)).squareRoot()
                            case .maxabs: values.map(abs).max()!
                            default: (values.max()! - values.min()!) / 2
                            }
                        #expect(abs(found - 1) < 1e-12, "\(scale), ddof \(ddof), components \(components != nil)")
                    }
                }
            }
        }
    }

    @Test(arguments: [Recipe.Granularity.global, .channel, .feature])
    func granularitiesShareOneValue(granularity: Recipe.Granularity) throws {
        let x = sample(100, 12, seed: 11)
        var recipe = Recipe()
        recipe.center = granularity
        recipe.scalePer = granularity
        let (transform, _) = try fit(recipe, x, features: 12, shape: [3, 2, 2])
        let expected = granularity == .global ? 1 : granularity == .channel ? 3 : 12
        #expect(Set(transform.subtract).count == expected)
        #expect(Set(transform.divide).count == expected)
        // Each group's values have mean 0 and deviation 1 together.
        let y = try transformed(transform, x)
        let group = 12 / expected
        for first in stride(from: 0, to: 12, by: group) {
            let values = y.indices.filter { (first..<first + group).contains($0 % 12) }.map { y[$0] }
            let mean = values.reduce(0, +) / Double(values.count)
            #expect(abs(mean) < 1e-12)
            #expect(abs(values.reduce(0) { $0 + $1 * $1 } / Double(values.count) - 1) < 1e-12)
        }
    }
}

@Suite struct RowStepTests {
    @Test func rowsBecomeStandard() {
        let rows = RowBlock(count: 2, features: 4, values: .bytes([0, 10, 20, 30, 7, 7, 7, 7]))
        #expect(RowStep(.none, divideBy: 2).applied(to: rows).doubles == [0, 10, 20, 30, 7, 7, 7, 7])
        #expect(RowStep(.center, divideBy: 10).applied(to: rows).doubles == [-1.5, -0.5, 0.5, 1.5, 0, 0, 0, 0])
        let std = 1.25.squareRoot()
        expectClose(
            RowStep(.standardize, divideBy: 10).applied(to: rows).doubles,
            [-1.5 / std, -0.5 / std, 0.5 / std, 1.5 / std, 0, 0, 0, 0], 1e-15)
        // The least divisor is 1 / √D: here 1/2, above the deviation.
        expectClose(
            RowStep(.standardize, divideBy: 100).applied(to: rows).doubles, [-0.3, -0.1, 0.1, 0.3, 0, 0, 0, 0], 1e-15)
    }
}
