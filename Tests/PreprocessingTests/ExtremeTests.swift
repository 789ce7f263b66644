import Datasets
import LinearAlgebra
import TestSupport
import Testing

@testable import Preprocessing

/// Data at the edge of what numbers can hold: every recipe gives finite results, which read back, or an error in words.
@Suite struct ExtremeTests {
    struct Data: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var features: Int
        var values: [Double]

        init(_ name: String, _ features: Int, _ values: [Double]) {
            (testDescription, self.features, self.values) = (name, features, values)
        }
    }

    static let data: [Data] = {
        var random = SeededRandom(1)
        func normals(_ count: Int) -> [Double] { (0..<count).map { _ in random.normal() } }
        let rows = normals(30)
        let steps = (0..<8).flatMap { i in (0..<3).map { Double(i >> $0 & 1) } }
        let nearlyEqual = steps.indices.map { steps[$0] * (1 + 1e-9 * Double($0 % 3)) }
        let line: [Double] = normals(8).flatMap { [$0, 2 * $0, -3 * $0, 1e-3 * $0] }
        let tiny = Double.leastNonzeroMagnitude
        let sizes = [1e-100, 1, 1e100]
        return [
            Data("ordinary", 3, rows),
            Data("subnormal", 2, [0, tiny, tiny, 0, 2 * tiny, tiny]),
            Data("subnormal deviations", 2, [1, tiny, 1, 2000 * tiny, 1, 60 * tiny]),
            Data("deviations whose squares vanish", 2, [0, 1e-170, 1e-170, 0, 2e-170, 3e-170]),
            Data("a deviation whose square vanishes beside another", 2, [0, 1, 1e-170, 4, 2e-170, 2]),
            Data("1e150", 2, [1e150, -1e150, -1e150, 3e150, 2e150, 1e149]),
            Data("1e300", 2, [1e300, -1e300, -1e300, 3e300, 2e300, 1e299]),
            Data("the largest", 1, [.greatestFiniteMagnitude, -.greatestFiniteMagnitude]),
            Data("large and equal", 1, [1e300, 1e300, 1e300]),
            Data("the same row", 3, [0.1, -7, 1e9, 0.1, -7, 1e9, 0.1, -7, 1e9]),
            Data("one row", 3, [1, 2, 3]),
            Data("two rows", 3, [1, 2, 3, 4, 5, 7]),
            Data("one feature", 1, normals(9)),
            Data("one value", 1, [7]),
            Data("zeros", 2, [0, 0, 0, 0]),
            Data("rank one", 4, line),
            Data("more features than rows", 9, normals(27)),
            Data("equal variances", 3, steps),
            Data("nearly equal variances", 3, nearlyEqual),
            Data("offsets", 3, rows.map { $0 + 1e12 }),
            Data("scales from 1e-100 to 1e100", 3, rows.indices.map { rows[$0] * sizes[$0 % 3] }),
        ]
    }()

    static let recipes: [Recipe] = {
        var recipes: [Recipe] = []
        for scale in Recipe.Scale.allCases {
            for whiten in [nil] + Recipe.Whitening.allCases.map(Optional.some) {
                var recipe = Recipe()
                recipe.scale = scale
                recipe.components = whiten == nil ? nil : .all
                recipe.whiten = whiten ?? .none
                recipes.append(recipe)
            }
        }
        return recipes
    }()

    @Test(arguments: data)
    func resultsAreFiniteOrRefused(data: Data) throws {
        for recipe in Self.recipes {
            let comment: Comment = "\(data.testDescription), \(recipe)"
            let transform: FittedTransform
            do {
                transform = try fitted(recipe, data.values, features: data.features)
            } catch let error as FitError {
                #expect(!error.description.isEmpty, comment)
                continue
            }
            #expect(!transform.divide.contains { $0 == 0 || !$0.isFinite }, comment)
            #expect(transform.subtract.allSatisfy { $0.isFinite }, comment)
            #expect(try StatisticsFile.read(written(transform), name: "f") == transform, comment)
            let rows = try transformed(transform, data.values)
            #expect(rows.allSatisfy { $0.isFinite }, comment)
            if recipe.components == nil, recipe.scale == .minmax {
                // As near as the shift, which is a double, allows.
                let near = zip(transform.subtract, transform.divide).map { $0.ulp / $1 }.max()!
                #expect(rows.allSatisfy { abs($0) <= 1 + 1e-12 + near }, comment)
            }
        }
    }

    /// What is divided by must be a double, and not one that has lost its precision.
    @Test func rangesThatNoDivisorLeadsToAreRefused() throws {
        let tiny = Double.leastNormalMagnitude
        for (low, high, isFine) in [
            (0, tiny.ulp, false), (0, tiny / 16, false), (0, 1e-307, true), (0, 1e300, true),
            (-8.9e307, 8.9e307, false),
        ] {
            var recipe = Recipe()
            recipe.scale = .minmax
            recipe.range = .init(low: low, high: high)
            #expect(
                try problem(recipe, of: "ordinary")
                    == (isFine ? nil : "what feature x1 would be divided by is beyond the range of doubles"),
                "\(low), \(high)")
        }
    }

    /// What a fit says that is refused; nil where it is not.
    private func problem(_ recipe: Recipe, of name: String) throws -> String? {
        let data = try #require(Self.data.first { $0.testDescription == name })
        do {
            _ = try fitted(recipe, data.values, features: data.features)
            return nil
        } catch let error as FitError {
            return error.description
        }
    }

    /// What must be refused is, and all else is not.
    @Test func whatIsRefused() throws {
        let tooLarge = "the variance of feature x1 is too large for a double"
        func tooSmall(_ feature: String) -> String {
            "the values of feature \(feature) are not all the same, but their variance is too small for a double"
        }
        // Values that are at most four units in the last place apart are constant, subnormal ones too.
        let refused = [
            "1e300": tooLarge, "the largest": tooLarge, "subnormal deviations": tooSmall("x2"),
            "deviations whose squares vanish": tooSmall("x1"),
            "a deviation whose square vanishes beside another": tooSmall("x1"),
        ]
        for data in Self.data {
            #expect(
                try problem(Recipe(), of: data.testDescription) == refused[data.testDescription],
                "\(data.testDescription)")
        }
        var whiten = Recipe()
        whiten.scale = .none
        whiten.components = .all
        whiten.whiten = .zca
        for name in ["the same row", "zeros"] {
            #expect(try problem(whiten, of: name) == FitError.noVariance.description)
        }
        var shrunk = whiten
        shrunk.divideBy = 1e200
        let vanish = "the variances are too small for a double, so there are no principal components"
        #expect(try problem(shrunk, of: "ordinary") == vanish)
        shrunk.divideBy = 1.7e308
        #expect(try problem(shrunk, of: "ordinary") == vanish)
        #expect(
            try problem(whiten, of: "one row") == FitError.tooManyComponents(1, rows: 1, features: 3).description)
        // What one feature lacks does not matter to components beside others.
        #expect(try problem(whiten, of: "a deviation whose square vanishes beside another") == nil)
        for name in ["two rows", "one feature", "rank one", "more features than rows", "offsets", "1e150"] {
            #expect(try problem(whiten, of: name) == nil, "\(name)")
        }
    }

    /// Statistics that a recipe does not use never refuse rows; where doubles cannot hold them, the file has null.
    @Test(arguments: ["1e300", "deviations whose squares vanish", "a deviation whose square vanishes beside another"])
    func whatIsNotUsedIsNotNeeded(name: String) throws {
        let data = try #require(Self.data.first { $0.testDescription == name })
        for (scale, center) in [
            (Recipe.Scale.minmax, Recipe.Granularity.feature), (.maxabs, .none), (.maxabs, .feature), (.none, .feature),
        ] {
            var recipe = Recipe()
            (recipe.scale, recipe.center) = (scale, center)
            let transform = try fitted(recipe, data.values, features: data.features)
            #expect(transform.statistics.std[0] == .infinity)
            let text = try written(transform)
            #expect(String(decoding: text, as: UTF8.self).contains(/"std": \[\s*null/))
            #expect(try StatisticsFile.read(text, name: "f") == transform)
            guard scale != .none else { continue }
            let rows = try transformed(transform, data.values)
            for j in 0..<data.features {
                let column = stride(from: j, to: rows.count, by: data.features).map { rows[$0] }
                #expect(abs(column.map(abs).max()! - 1) < 1e-12, "\(scale), \(center): \(column)")
                if scale == .minmax { #expect(column.contains { abs($0 + 1) < 1e-12 }) }
            }
            let reference = DriftReference(transform)
            #expect((reference.means + reference.units).allSatisfy { $0.isFinite })
            #expect(reference.lowest.allSatisfy { $0 >= -2.1 } && reference.highest.allSatisfy { $0 <= 2.1 })
        }
    }

    /// The whole range is no double, and half of it is.
    @Test func theLargestRangeIsMapped() throws {
        var recipe = Recipe()
        recipe.scale = .minmax
        let largest = Double.greatestFiniteMagnitude
        let transform = try fitted(recipe, [largest, -largest], features: 1)
        #expect(try transformed(transform, [largest, 0, -largest]) == [1, 0, -1])
    }

    /// Sums are of the rows over a power of two near an extreme `divideBy`.
    @Test(arguments: [1e200, 1e-200, 3e-290, 7e290], [Recipe.ComponentCount?.none, .all])
    func aDivisorBringsSquaresIntoRange(size: Double, components: Recipe.ComponentCount?) throws {
        let plain = [1.0, 7, 2, 3, 4, 5, 3, 3.5]
        var recipe = Recipe()
        recipe.components = components
        if components != nil { recipe.scale = .none }
        let expected = try transformed(fitted(recipe, plain, features: 2), plain)
        recipe.divideBy = size
        let rows = plain.map { $0 * size }
        var moments = Moments(
            of: description(features: 2), step: recipe.step, products: components != nil, unit: recipe.summingUnit)
        try moments.add(block(rows, features: 2))
        try moments.finish()
        let transform = try recipe.fit(moments, input: description(features: 2), sources: []).0
        #expect(abs(transform.statistics.mean[0] - 2.5) < 1e-14)
        for (a, b) in zip(try transformed(transform, rows), expected) { #expect(abs(a - b) < 1e-13) }
    }

    /// Rows that lead to their components themselves, at any scale at which their variances are doubles.
    @Test(arguments: [-150, -100, -50, 0, 50, 100, 150], [Solver.dual, .lanczos])
    func wideRowsOfAnyScale(power: Int, solver: Solver) throws {
        let scale = Double("1e\(power)")!
        var random = SeededRandom(3)
        let plain = (0..<6 * 40).map { _ in random.normal() }
        var recipe = Recipe()
        (recipe.scale, recipe.components, recipe.solver) = (.none, .count(3), solver)
        func variances(_ values: [Double], _ solver: Solver) throws -> PrincipalComponents {
            recipe.solver = solver
            let rows = block(values, features: 40)
            let usesRows = solver != .svd
            let moments = try moments(rows, products: !usesRows)
            var kept = KeptBlocks()
            kept.append(rows)
            let pass: RowPass = { body throws(LinearAlgebraError) in try body(rows) }
            let source: ComponentRows? = usesRows ? (solver == .dual ? .kept(kept) : .streamed(pass)) : nil
            let fitted = try recipe.fit(moments, rows: source, input: description(features: 40), sources: []).0
            return try #require(fitted.principal)
        }
        let expected = try variances(plain, .svd)
        let found = try variances(plain.map { $0 * scale }, solver)
        for (a, b) in zip(found.explainedVariance, expected.explainedVariance) {
            #expect(abs(a / scale / scale / b - 1) < 1e-9)
        }
        #expect(abs(found.totalVariance / scale / scale / expected.totalVariance - 1) < 1e-9)
        #expect(expected.rank == 5 && found.rank == nil)
    }

    /// A constant is folded in, however large or small: the deviation is right where its square leaves the range.
    @Test(arguments: [1e-300, 1e-200, 1e-155, 1e-10, 255, 1e155, 1e200, 1e300])
    func aConstantOfAnySizeIsDividedBy(constant: Double) throws {
        let unit = constant < 1 ? 1e-100 : 1.0
        let rows = [1, 2, 4, 9].map { $0 * unit }
        var recipe = Recipe()
        recipe.divideBy = constant
        let transform = try fitted(recipe, rows, features: 1)
        let deviation = 9.5.squareRoot() * unit / constant
        #expect(abs(transform.statistics.std[0] - deviation) <= 1e-14 * deviation)
        for (a, b) in zip(try transformed(transform, rows), [1.0, 2, 4, 9]) {
            #expect(abs(a - (b - 4) / 9.5.squareRoot()) <= 1e-14)
        }
    }

    /// Constant rows become zeros, and one row too.
    @Test(arguments: ["the same row", "one row", "one value", "zeros", "large and equal"])
    func whatDoesNotVaryBecomesZero(name: String) throws {
        let data = try #require(Self.data.first { $0.testDescription == name })
        let transform = try fitted(Recipe(), data.values, features: data.features)
        #expect(transform.statistics.constantFeatures == Array(0..<data.features))
        #expect(try transformed(transform, data.values).allSatisfy { $0 == 0 })
    }

    /// A variance and an epsilon whose sum is out of range, though its root is not.
    @Test func largeVariancesAreWhitened() throws {
        var recipe = Recipe()
        (recipe.scale, recipe.components, recipe.whiten) = (.none, .all, .pca)
        var transform = try fitted(recipe, [0, 0, 3, 1, 5, 9, -2, 4], features: 2)
        let row = transform.subtract.map { $0 + 1 }
        let usual = try transformed(transform, row)
        let variance = try #require(transform.principal).explainedVariance[0]
        transform.principal!.explainedVariance[0] = 1e308
        transform.recipe.epsilon = 1e308
        let whitened = try transformed(transform, row)
        #expect(abs(whitened[0] / (usual[0] * (variance / 2).squareRoot() / 1e154) - 1) < 1e-4)
    }
}
