import Datasets
import Foundation
import LinearAlgebra
import Preprocessing
import TestSupport
import Testing
import Words

@testable import Workflows

/// Which road leads from the rows to their components, and that each of them leads there.
@Suite struct RoadTests {
    @Test func theRouteFollowsFromSizesAndMemory() throws {
        let folder = try Folder()
        try folder.write("wide.bin", Data(count: 300_000))
        var options = InputOptions()
        options.raw = InputOptions.RawLayout()
        options.raw?.shape = [150_000]
        options.format = .raw
        let inputs = try Inputs([folder.path("wide.bin")], options: options, in: Run())
        var recipe = Recipe()
        recipe.components = .count(50)
        func route(_ inputs: Inputs, rows: Int, gigabytes: Int) -> ComponentRoute? {
            try? RoutePlanner(recipe, inputs, available: gigabytes << 30).route(rows: rows)
        }
        #expect(route(inputs, rows: 2000, gigabytes: 2) == .rows)
        #expect(route(inputs, rows: 20_000, gigabytes: 3) == .passes)
        #expect(route(inputs, rows: 20_000, gigabytes: 64) == .passes)
        #expect(route(inputs, rows: 100_000, gigabytes: 1024) == .covariance)
        #expect(route(inputs, rows: 2000, gigabytes: 0) == nil)
        // Bytes that are not scaled are multiplied as bytes, where the processor does so, and there is room for all pairs.
        recipe.scale = .none
        let multiplies = KernelSet.current.multipliesBytes
        #expect(route(inputs, rows: 20_000, gigabytes: 64) == (multiplies ? .rows : .passes))
        #expect(route(inputs, rows: 20_000, gigabytes: 8) == .passes)
        recipe.scale = .std
        recipe.components = .all
        #expect(route(inputs, rows: 20_000, gigabytes: 3) == nil)
        recipe.solver = .svd
        #expect(route(inputs, rows: 2000, gigabytes: 3) == nil)
    }

    @Test func rowsThatAreReadAgainGiveTheSameComponents() throws {
        let input = fixture("patches-val.bin")
        let inputs = try Inputs([input], options: InputOptions(), in: Run())
        var recipe = Recipe()
        recipe.components = .count(8)
        recipe.scale = .none
        var moments = Moments(of: inputs.description, step: recipe.step, products: true)
        var pipeline = Pipeline(Run())
        try pipeline.fold(try Inputs([input], options: InputOptions(), in: Run())) { block, _ in try moments.add(block)
        }
        try moments.finish()
        let expected = try recipe.fit(moments, input: inputs.description, sources: []).0
        // A memory in which passes fit, and a covariance of 3072 features does not.
        recipe.solver = .lanczos
        let planner = RoutePlanner(recipe, inputs, available: 285 << 20)
        var pass = TrainingPass(
            inputs, into: Moments(of: inputs.description, step: recipe.step, products: false), fingerprints: false,
            like: input, Run())
        let (sums, rows) = try pass.read(planner)
        #expect(pass.sources.map(\.samples) == [moments.count])
        #expect(sums.count == moments.count)
        guard case .passes(let passes)? = rows else { throw Refusal("the rows are to be read again") }
        let found = try recipe.fit(moments, rows: .streamed(passes.pass), input: inputs.description, sources: []).0
        let (a, b) = (try #require(expected.principal), try #require(found.principal))
        for (x, y) in zip(a.explainedVariance, b.explainedVariance) {
            #expect(abs(x - y) <= 1e-10 * a.explainedVariance[0])
        }
        #expect(zip(a.components.elements, b.components.elements).allSatisfy { abs($0 - $1) < 1e-7 })
        #expect(abs(a.totalVariance - b.totalVariance) <= 1e-12 * a.totalVariance)

        // A file that has become another one is noticed.
        for (count, fingerprint) in [
            (moments.count - 1, pass.sources[0].fingerprint), (moments.count, RowsFingerprint()),
        ] {
            let wrong = FilePasses(inputs, recipe.step, rows: count, fingerprint: fingerprint, Run())
            #expect(throws: FitError.numerics(.interrupted)) {
                try recipe.fit(moments, rows: .streamed(wrong.pass), input: inputs.description, sources: [])
            }
            #expect((wrong.failure as? Refusal)?.message.contains("when it was read again") == true)
        }
        recipe.components = .all
        #expect(throws: FitError.needsCount(features: 3072)) {
            try recipe.fit(moments, rows: .streamed(passes.pass), input: inputs.description, sources: [])
        }
    }
}
