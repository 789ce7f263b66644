import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Preprocessing

@Suite struct StatisticsFileTests {
    private func written(_ transform: FittedTransform) throws -> [UInt8] {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: url) }
        let sink = try ByteSink(path: url.path)
        try StatisticsFile.write(transform, by: "test", to: sink)
        try sink.finish()
        return [UInt8](try Data(contentsOf: url))
    }

    private func fitted(_ change: (inout Recipe) -> Void) throws -> FittedTransform {
        var random = SeededRandom(1)
        let x = (0..<40 * 12).map { _ in random.normal() * pow(10, Double.random(in: -30...30, using: &random)) }
        var recipe = Recipe()
        change(&recipe)
        let moments = try moments(block(x, features: 12), products: recipe.needsProducts, step: recipe.step)
        var input = description(features: 12)
        input.shape = [3, 2, 2]
        input.featureNames = (0..<12).map { "x\"\($0)\n" }
        input.labelColumns = ["k", "é"]
        let sources = [FittedTransform.Source(name: "a b.csv", samples: 40)]
        return try recipe.fit(moments, input: input, sources: sources).0
    }

    /// What is read is what was written, every number to the bit.
    @Test(arguments: [Recipe.ComponentCount?.none, .count(3), .fraction(0.5), .all])
    func readsBack(components: Recipe.ComponentCount?) throws {
        let transform = try fitted {
            $0.components = components
            $0.scale = components == nil ? .minmax : .std
            $0.range = .init(low: -0.1, high: 1e-7)
            $0.divideBy = 0.3
            $0.ddof = 1
            $0.whiten = components == nil ? .none : .zca
            $0.epsilon = 1e-17
        }
        let back = try StatisticsFile.read(written(transform), name: "f")
        #expect(back == transform)
        #expect(back.statistics.mean.map(\.bitPattern) == transform.statistics.mean.map(\.bitPattern))
        #expect(
            back.principal?.components.elements.map(\.bitPattern)
                == transform.principal?.components.elements.map(\.bitPattern))
    }

    /// How pictures were read, and the names of their classes, come back too.
    @Test(arguments: [PictureOptions.Resize?.none, .stretch(PictureSize(width: 3, height: 4)), .shorterSide(256)])
    func whatIsSaidOfPicturesReadsBack(resize: PictureOptions.Resize?) throws {
        var transform = try fitted { _ in }
        transform.input.format = .pictures
        var pictures = PictureOptions()
        pictures.resize = resize
        pictures.crop = resize == nil ? nil : PictureSize(width: 2, height: 1)
        pictures.isGrey = resize != nil
        pictures.rows = resize == nil ? .pixels : .pictures
        transform.input.pictures = pictures
        transform.input.classes = ["cat", "é"]
        #expect(try StatisticsFile.read(written(transform), name: "f") == transform)
    }

    /// Each key that is missing or of another kind is refused by name.
    @Test func everyKeyIsNeeded() throws {
        let text = String(decoding: try written(try fitted { $0.components = .count(2) }), as: UTF8.self)
        let keys = [
            "version", "input", "shape", "features", "dtype", "feature_names", "label_columns", "fitted_on", "samples",
            "sources", "recipe", "divide_by", "per_sample", "center", "scale", "scale_per", "range", "ddof", "pca",
            "whiten",
            "epsilon", "solver", "statistics", "mean", "std", "min", "max", "global_mean", "global_std", "channel_mean",
            "channel_std", "constant_features", "transform", "subtract", "divide", "rank", "total_variance",
            "explained_variance", "explained_variance_ratio", "components",
        ]
        for key in keys {
            let without = text.replacingOccurrences(of: "\"\(key)\":", with: "\"other\":")
            let error = #expect(throws: StatisticsError.self) {
                try StatisticsFile.read(Array(without.utf8), name: "f")
            }
            #expect(error?.description.contains(key) == true, "\(key): \(error?.description ?? "")")
        }
    }

    @Test(arguments: [
        ("\"dtype\": \"float64\"", "\"dtype\": \"float63\"", "input.dtype"),
        ("\"shape\": [3, 2, 2]", "\"shape\": [3, 2, 3]", "input.shape"),
        ("\"shape\": [3, 2, 2]", "\"shape\": [1e300]", "input.shape"),
        ("\"features\": 12", "\"features\": -12", "input.features"),
        ("\"ddof\": 0", "\"ddof\": 0.5", "recipe.ddof"),
        ("\"divide_by\": 1", "\"divide_by\": 0", "recipe.divide_by"),
        ("\"divide_by\": 1", "\"divide_by\": NaN", "line"),
        ("\"divide_by\": 1", "\"divide_by\": 1e999", "line"),
        ("\"divide_by\": 1", "\"divide_by\": 1e308", "transform: with divide_by"),
        ("\"total_variance\": ", "\"total_variance\": 1e-90, \"x\": ", "pca.total_variance"),
        ("\"global_std\": ", "\"global_std\": -", "statistics.global_std"),
        ("\"divide\": [", "\"divide\": [0, ", "transform.divide"),
        ("\"rank\": ", "\"rank\": 1", "pca.rank"),
        ("\"explained_variance\": [", "\"explained_variance\": [-1, ", "pca.explained_variance"),
    ])
    func whatDoesNotFitIsRefused(part: String, wrong: String, place: String) throws {
        let text = String(decoding: try written(try fitted { $0.components = .count(2) }), as: UTF8.self)
        try #require(text.contains(part))
        let error = #expect(throws: StatisticsError.self) {
            try StatisticsFile.read(Array(text.replacingOccurrences(of: part, with: wrong).utf8), name: "f")
        }
        #expect(error?.description.contains(place) == true, "\(error?.description ?? "")")
    }
}
