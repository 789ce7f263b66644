import Foundation
import TestSupport
import Testing

/// The numbers in the statistics file, against those that numpy gives for the fixtures.
@Suite struct StatisticsTests {
    private func json(_ data: Data) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func reference(_ name: String) throws -> [String: Any] {
        try json(Data(contentsOf: URL(fileURLWithPath: fixture("reference/\(name)"))))
    }

    private func expectClose(_ values: Any?, _ expected: Any?, _ tolerance: Double, _ comment: Comment) throws {
        if let number = expected as? Double, let value = values as? Double {
            #expect(abs(value - number) <= tolerance, comment)
            return
        }
        let values = try #require(values as? [Double], comment)
        let expected = try #require(expected as? [Double], comment)
        #expect(values.count >= expected.count, comment)
        #expect(zip(values, expected).allSatisfy { abs($0 - $1) <= tolerance }, comment)
    }

    @Test(arguments: [
        ("patches-train.bin", "statistics-patches.json", ["--pca", "40"], 1e-11),
        ("small-train.npy", "statistics-small.json", ["--pca", "all"], 1e-11),
        ("iris-train.csv", "statistics-iris.json", ["--pca", "all", "--label-column", "species"], 1e-13),
    ])
    func equalNumpy(data: String, file: String, options: [String], tolerance: Double) throws {
        let folder = try Folder()
        try folder.nnprep(["fit", fixture(data)] + options)
        let root = try json(folder.read("stats.json"))
        let statistics = try #require(root["statistics"] as? [String: Any])
        let expected = try reference(file)
        for key in ["mean", "std", "global_mean", "global_std"] {
            try expectClose(statistics[key], expected[key], tolerance, "\(key)")
        }
        for key in ["min", "max"] { try expectClose(statistics[key], expected[key], 0, "\(key)") }
        if !(expected["channel_mean"] is NSNull) {
            for key in ["channel_mean", "channel_std"] {
                try expectClose(statistics[key], expected[key], tolerance, "\(key)")
            }
        }
        #expect((statistics["constant_features"] as? [Int]) == [])
        let pca = try #require(root["pca"] as? [String: Any])
        let variances = try #require(expected["explained_variance"] as? [Double])
        try expectClose(pca["explained_variance"], variances, 1e-10 * variances[0], "explained_variance")
        try expectClose(
            pca["total_variance"], expected["total_variance"], 1e-12 * (expected["total_variance"] as! Double),
            "total_variance")
        let components = try #require(pca["components"] as? [[Double]])
        for (i, component) in try #require(expected["components"] as? [[Double]]).enumerated() {
            try expectClose(components[i], component, 1e-9, "component \(i)")
        }
    }
}
