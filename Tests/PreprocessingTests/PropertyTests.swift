import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Preprocessing

/// What holds for any data and recipe, on random ones that a seed repeats.
@Suite struct PropertyTests {
    /// Random rows: bytes or doubles, of any size and mixture of scales.
    struct Case {
        var rows: RowBlock
        var random: SeededRandom
        var features: Int { rows.features }
        var values: [Double] { rows.doubles }

        init(seed: UInt64) {
            var random = SeededRandom(seed)
            let features = Int.random(in: 1...9, using: &random)
            let count = Int.random(in: features + 2...200, using: &random)
            if seed % 2 == 0 {
                let bytes = (0..<count * features).map { _ in UInt8.random(in: 0...255, using: &random) }
                rows = block(bytes, features: features)
            } else {
                let scales = (0..<features).map { _ in pow(2, Double(Int.random(in: -9...9, using: &random))) }
                let offsets = scales.map { $0 * Double.random(in: -100...100, using: &random) }
                var values: [Double] = []
                for _ in 0..<count {
                    let common = random.normal() / 2
                    for j in 0..<features { values.append(offsets[j] + scales[j] * (common + random.normal())) }
                }
                rows = block(values, features: features)
            }
            self.random = random
        }

        mutating func recipe() -> Recipe {
            var recipe = Recipe()
            recipe.divideBy = [1, 255, 0.3].randomElement(using: &random)!
            recipe.scale = .allCases.randomElement(using: &random)!
            recipe.ddof = Int.random(in: 0...1, using: &random)
            if Bool.random(using: &random) {
                recipe.components = .all
                recipe.whiten = .allCases.randomElement(using: &random)!
                recipe.epsilon = [1e-12, 1e-5, 1].randomElement(using: &random)!
            }
            return recipe
        }
    }

    private func moments(_ rows: RowBlock, products: Bool = true) throws -> Moments {
        try PreprocessingTests.moments(rows, products: products)
    }

    @Test(arguments: UInt64(0)..<40)
    func applyAfterFitGivesMeanZeroAndDeviationOne(seed: UInt64) throws {
        var random = Case(seed: seed)
        var recipe = random.recipe()
        (recipe.scale, recipe.components, recipe.whiten) = (.std, nil, .none)
        let transform = try fitted(recipe, random.rows)
        let rows = try transformed(transform, random.rows)
        let again = try moments(block(rows, features: random.features), products: false)
        for j in 0..<random.features {
            let distribution = again.distribution(of: j..<j + 1, ddof: recipe.ddof)
            #expect(abs(distribution.mean) < 1e-11)
            #expect(abs(distribution.std - 1) < 1e-11)
        }
    }

    @Test(arguments: UInt64(0)..<40, [Recipe.Whitening.pca, .zca])
    func whiteningGivesTheIdentityOnWhatIsKept(seed: UInt64, whiten: Recipe.Whitening) throws {
        let random = Case(seed: seed)
        var recipe = Recipe()
        // The scale makes the variances comparable, so that epsilon is as small beside each of them.
        (recipe.scale, recipe.components, recipe.whiten, recipe.epsilon) = (.std, .all, whiten, 1e-14)
        let transform = try fitted(recipe, random.rows)
        let principal = try #require(transform.principal)
        #expect(principal.rank == random.features)
        let count = random.features
        let covariance = plainCovariance(try transformed(transform, random.rows), features: count)
        for i in 0..<count {
            for j in 0..<count { #expect(abs(covariance[i * count + j] - (i == j ? 1 : 0)) < 1e-9) }
        }
    }

    @Test(arguments: UInt64(0)..<60)
    func inverseOfApplyIsTheIdentity(seed: UInt64) throws {
        var random = Case(seed: seed)
        let recipe = random.recipe()
        let transform = try fitted(recipe, random.rows)
        let back = try restored(transform, transformed(transform, random.rows), width: random.features)
        let values = random.values
        for j in 0..<random.features {
            let column = stride(from: j, to: values.count, by: random.features)
            let size = column.map { abs(values[$0]) }.max()!
            for i in column { #expect(abs(back[i] - values[i]) <= 1e-9 * size, "\(recipe)") }
        }
    }

    @Test(arguments: UInt64(0)..<40)
    func mergeIsAssociativeAndCommutative(seed: UInt64) throws {
        var random = Case(seed: seed)
        let cuts = [0] + (0..<2).map { _ in Int.random(in: 1..<random.rows.count, using: &random.random) }.sorted()
        let parts = try zip(cuts, cuts.dropFirst() + [random.rows.count]).map { low, high in
            try moments(random.rows.rows(low..<high))
        }
        func merged(_ a: Moments, _ b: Moments) -> Moments {
            var sum = a
            sum.merge(b)
            return sum
        }
        let (a, b, c) = (parts[0], parts[1], parts[2])
        let reference = merged(merged(a, b), c)
        for other in [merged(a, merged(b, c)), merged(merged(c, a), b), merged(b, merged(c, a))] {
            #expect(other.count == reference.count)
            for j in 0..<random.features {
                let (one, two) = (
                    reference.distribution(of: j..<j + 1, ddof: 0), other.distribution(of: j..<j + 1, ddof: 0)
                )
                #expect(one.min == two.min && one.max == two.max)
                if reference.scalar == .uint8 { #expect(one == two) }
                #expect(abs(one.mean - two.mean) <= 1e-13 * max(abs(one.min), abs(one.max)))
                #expect(abs(one.variance - two.variance) <= 1e-12 * one.variance)
            }
            let (one, two) = (reference.covariance(ddof: 0), other.covariance(ddof: 0))
            if reference.scalar == .uint8 { #expect(one == two) }
            for i in 0..<random.features {
                for j in 0..<random.features {
                    #expect(abs(one[i, j] - two[i, j]) <= 1e-12 * (one[i, i] * one[j, j]).squareRoot())
                }
            }
        }
    }

    @Test(arguments: UInt64(0)..<40)
    func everySolverAgrees(seed: UInt64) throws {
        var random = Case(seed: seed)
        var recipe = Recipe()
        recipe.scale = .none
        recipe.components = .count(Int.random(in: 1...random.features, using: &random.random))
        recipe.solver = .svd
        let reference = try #require(try fitted(recipe, random.rows).principal)
        let largest = reference.explainedVariance[0]
        for solver in [Solver.auto, .eigh, .lanczos] {
            recipe.solver = solver
            let other = try #require(try fitted(recipe, random.rows).principal)
            #expect(other.count == reference.count && other.rank ?? reference.rank == reference.rank)
            for (a, b) in zip(reference.explainedVariance, other.explainedVariance) {
                #expect(abs(a - b) <= 1e-8 * largest, "\(solver)")
            }
            // The first axis, where it stands out.
            guard reference.count > 1, reference.explainedVariance[1] < 0.9 * largest else { continue }
            for j in 0..<random.features {
                #expect(abs(reference.components[0, j] - other.components[0, j]) < 1e-6, "\(solver)")
            }
        }
    }

    @Test(arguments: UInt64(0)..<60)
    func statisticsReadBackToTheSameBits(seed: UInt64) throws {
        var random = Case(seed: seed)
        let transform = try fitted(random.recipe(), random.rows)
        let back = try StatisticsFile.read(written(transform), name: "f")
        // Equality tells no zero from its negative: the text that is written again does.
        #expect(back == transform)
        #expect(try written(back) == written(transform))
    }
}
