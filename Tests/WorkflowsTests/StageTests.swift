import Datasets
import Preprocessing
import Testing

@testable import Workflows

@Suite struct StageTests {
    private func transform(_ recipe: Recipe) throws -> FittedTransform {
        let input = DatasetDescription(format: .csv, shape: [2], scalar: .float64)
        var moments = Moments(of: input, step: recipe.step, products: false)
        try moments.add(RowBlock(count: 3, features: 2, values: .doubles([1, 10, 3, 30, 2, 50])))
        try moments.finish()
        return try recipe.fit(moments, input: input, sources: []).0
    }

    private func rows(_ stage: Stage) -> [Double] {
        let block = RowBlock(count: 2, features: 2, values: .doubles([1, 10, 3, 50]))
        let map = RowTransform(stage.transform.forward(), after: stage.transform.recipe.step, scalar: .float64)
        return map.apply(block).values.asDoubles()
    }

    @Test func aRangeIsShiftedByItsMiddleThenMapped() throws {
        var recipe = Recipe()
        recipe.scale = .minmax
        let stages = try transform(recipe).stages
        #expect(stages.map(\.title) == ["less the middle of the range", "mapped to -1…1"])
        #expect(rows(stages[0]) == [-1, -20, 1, 20])
        #expect(rows(stages[1]) == [-1, -1, 1, 1])
    }

    @Test func whatIsNotDoneIsNoStage() throws {
        var recipe = Recipe()
        recipe.center = .none
        recipe.scale = .maxabs
        recipe.scalePer = .feature
        let stages = try transform(recipe).stages
        #expect(stages.map(\.title) == ["over the largest magnitude"])
        #expect(rows(stages[0]) == [1.0 / 3, 0.2, 1, 1])
    }
}
