import Datasets
import Foundation
import LinearAlgebra
import Preprocessing
import TestSupport
import Testing

/// Rows that are too wide for a covariance.
@Suite struct WideTests {
    private func statistics(_ folder: Folder, _ name: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: folder.read(name)) as? [String: Any])
    }

    private func components(_ folder: Folder, _ name: String) throws -> (
        solver: String, variances: [Double], [[Double]]
    ) {
        let pca = try #require(try statistics(folder, name)["pca"] as? [String: Any])
        return (
            try #require(pca["solver"] as? String), try #require(pca["explained_variance"] as? [Double]),
            try #require(pca["components"] as? [[Double]])
        )
    }

    private func expectAlike(_ folder: Folder, _ a: String, _ b: String) throws {
        let (first, second) = (try components(folder, a), try components(folder, b))
        for (x, y) in zip(first.variances, second.variances) { #expect(abs(x - y) <= 1e-8 * first.variances[0]) }
        for (x, y) in zip(first.2, second.2) {
            #expect(zip(x, y).allSatisfy { abs($0 - $1) < 1e-6 })
        }
        #expect(first.variances.count == second.variances.count)
    }

    @Test(arguments: [["--pca", "20"], ["--pca", "0.9"], ["--pca", "5", "--scale", "std", "--ddof", "1"]])
    func theDualGivesTheSameComponents(options: [String]) throws {
        let folder = try Folder()
        let input = fixture("small-train.npy")
        let plain = try folder.nnprep(["fit"] + options + ["--solver", "eigh", input, "-o", "a.json"])
        #expect(plain.status == 0, "\(plain.errors)")
        let dual = try folder.nnprep(["fit"] + options + ["--solver", "dual", input, "-o", "b.json"])
        #expect(dual.status == 0, "\(dual.errors)")
        #expect(try components(folder, "b.json").solver == "dual")
        try expectAlike(folder, "a.json", "b.json")
    }

    @Test(arguments: seedOfThisRun)
    func manyFeaturesAndFewRowsTakeTheDualOfThemselves(seed: UInt64) throws {
        let folder = try Folder()
        var generator = SeededRandom(seed)
        let width = 5000
        let lines = (0..<12).map { _ in
            (0..<width).map { _ in "\(Int.random(in: 0..<100, using: &generator))" }.joined(separator: ",")
        }
        try folder.write("wide.csv", lines.joined(separator: "\n") + "\n")
        #expect(try folder.nnprep("fit", "--pca", "all", "wide.csv", "-o", "a.json").status == 0)
        let found = try components(folder, "a.json")
        #expect(found.solver == "dual")
        #expect(found.variances.count == 11)
        // A pipe, of which nobody knows the length beforehand, gives the same.
        let piped = try folder.nnprep("fit", "--pca", "all", "-", "-o", "b.json", input: folder.read("wide.csv"))
        #expect(piped.status == 0, "\(piped.errors)")
        try expectAlike(folder, "a.json", "b.json")
    }

    @Test func aPipeThatTurnsOutLongGoesOverToTheCovariance() throws {
        let folder = try Folder()
        let width = 4100
        let rows = (0..<16).map { row in
            Data((0..<width).map { UInt8(truncatingIfNeeded: row &* 31 &+ $0 &* (row % 7 + 1)) })
        }
        var data = Data()
        for row in 0..<2100 { data += rows[row % 16] }
        try folder.write("long.bin", data)
        let options = ["fit", "--input-format", "raw", "--shape", "\(width)", "--pca", "3"]
        #expect(try folder.nnprep(options + ["long.bin", "-o", "a.json"]).status == 0)
        let piped = try folder.nnprep(options + ["-", "-o", "b.json"], input: folder.read("long.bin"))
        #expect(piped.status == 0, "\(piped.errors)")
        #expect(try components(folder, "b.json").solver == "lanczos")
        #expect(try components(folder, "a.json").variances == components(folder, "b.json").variances)
    }

    /// More rows than the dual is for, but where bytes are multiplied as such: a file is read again and again, the rows of a
    /// pipe are kept.
    @Test(arguments: ["none", "std"]) func manyWideRowsGiveTheSameThroughAPipe(scale: String) throws {
        let folder = try Folder()
        let (count, width) = (4200, 8400)
        // 1,000 rows are a, the others b: all of the variance lies along a - b, and it takes all rows to know how much.
        let a = (0..<width).map { UInt8($0 * 7 % 251) }
        let b = (0..<width).map { UInt8(($0 * 13 + 5) % 241) }
        // Scaled, all entries along a - b are equal, and rounding would choose the sign: a third kind of row makes them differ.
        let c = scale == "none" ? b : (0..<width).map { UInt8(($0 * 29 + 11) % 239) }
        try folder.write("wide.bin", Data((0..<count).flatMap { $0 < 1000 ? a : $0 < 1400 ? c : b }))
        let distance = zip(a, b).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
        let share = 1000 / Double(count)
        let options = ["fit", "--input-format", "raw", "--shape", "\(width)", "--pca", "1", "--scale", scale]
        #expect(try folder.nnprep(options + ["wide.bin", "-o", "a.json"]).status == 0)
        let piped = try folder.nnprep(options + ["-", "-o", "b.json"], input: folder.read("wide.bin"))
        #expect(piped.status == 0, "\(piped.errors)")
        let solver = try components(folder, "b.json").solver
        #expect(solver == "lanczos" || scale == "none" && solver == "dual")
        try expectAlike(folder, "a.json", "b.json")
        guard scale == "none" else { return }
        let variance = try components(folder, "a.json").variances[0]
        #expect(abs(variance - share * (1 - share) * distance) <= 1e-8 * variance)
    }

    @Test func theDualNeedsFewerRowsThanFeatures() throws {
        let folder = try Folder()
        let run = try folder.nnprep(
            "fit", "--pca", "2", "--solver", "dual", "--label-column", "species", fixture("iris-train.csv"))
        #expect(run.status == 1)
        #expect(run.errors.contains("--solver dual is for fewer rows than features"))
        #expect(try folder.files.isEmpty)
    }
}
