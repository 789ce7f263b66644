import Foundation
import TestSupport
import Testing

@testable import nnprep

/// What is said beside the results: warnings, progress, and where nothing is said.
@Suite struct MannersTests {
    @Test func fitWarnsOfLeaks() throws {
        let folder = try Folder()
        let table = "a,b\n" + (0..<100_000).map { "\($0),\($0 % 7)\n" }.joined()
        for name in ["one.csv", "two.csv", "test.csv"] { try folder.write(name, table) }
        try folder.write("test.csv", table.replacingOccurrences(of: "99999,", with: "99998,"))
        let outcome = try folder.nnprep("fit", "one.csv", "two.csv", "test.csv")
        #expect(outcome.status == 0)
        #expect(
            outcome.errors.split(separator: "\n") == [
                "nnprep: warning: test.csv: the name says test; statistics should come from the training split alone",
                "nnprep: warning: two.csv: has the same content as one.csv, so its rows count twice",
            ])
        #expect(try folder.nnprep("fit", "--quiet", "one.csv", "two.csv").errors.isEmpty)
        #expect(try folder.nnprep("fit", "one.csv").errors.isEmpty)
    }

    @Test(arguments: ["--pca=3", "--whiten", "--scale", "--center", "--epsilon", "--divide-by", "--solver"])
    func onlyFitTakesRecipes(option: String) throws {
        let folder = try Folder()
        let outcome = try folder.nnprep("apply", "--stats", "stats.json", option, "x.bin")
        #expect(
            outcome.status == 2 && outcome.errors.contains("belongs to fit: apply never refits"), "\(outcome.errors)")
    }

    @Test func inspectTakesTextAsLabels() throws {
        let folder = try Folder()
        try folder.write("t.csv", "id,x,y,kind\nr1,1,2,a\nr2,3,4,b\nr3,5,NA,a\n")
        let outcome = try folder.nnprep("inspect", "t.csv", "--missing", "skip")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.text.contains("kind      2 labels: a (1), b (1)") && outcome.text.contains("csv, 2 float64"))
        // Everywhere else a column of text must be named.
        #expect(try folder.nnprep("fit", "t.csv").errors.contains("--label-column id"))
        try folder.write("ids.csv", "id,x\n" + (0..<20_000).map { "r\($0),1\n" }.joined())
        #expect(try folder.nnprep("inspect", "ids.csv").text.contains("more than 10000 labels"))
    }

    @Test func progressIsShownWhenAskedFor() throws {
        let folder = try Folder()
        try folder.write("t.csv", "a\n" + (0..<1000).map { "\($0)\n" }.joined())
        let outcome = try folder.nnprep("fit", "--progress", "always", "t.csv")
        // Drawn over itself, and erased.
        #expect(outcome.errors.contains("%  ") && outcome.errors.hasSuffix("\r\u{1B}[K"), "\(outcome.errors)")
        #expect(try folder.nnprep("fit", "t.csv").errors.isEmpty)
        #expect(try folder.nnprep("fit", "--progress", "always", "--quiet", "t.csv").status == 2)
    }

    @Test(arguments: [
        (0, 100, 1.0, 80, "[>" + String(repeating: " ", count: 39) + "]    0 %  0 B/s"),
        (
            50, 100, 1.0, 80,
            "[" + String(repeating: "=", count: 20) + ">" + String(repeating: " ", count: 19)
                + "]   50 %  50 B/s  1 s left"
        ),
        (100, 100, 2.0, 80, "[" + String(repeating: "=", count: 40) + "]  100 %  50 B/s  0 s left"),
        (2_500_000_000, 10_000_000_000, 100.0, 45, " 25 %  25 MB/s  5 min 0 s left"),
        (1_000_000, 100_000_000_000, 1.0, 30, "  0 %  1.0 MB/s  27 h 46 min left"),
        (3_000, nil, 1.5, 80, "3.0 kB  2.0 kB/s"),
    ])
    func progressLine(_ done: Int, _ total: Int?, _ seconds: Double, _ width: Int, _ line: String) {
        #expect(ProgressBar.line(done: done, of: total, seconds: seconds, width: width) == line)
    }

    /// Who stops reading gets no error, whatever the command prints.
    @Test(arguments: [
        "convert --output-format csv '\(fixture("patches-train.bin"))'", "completions bash", "--man", "--help",
        "fit --help",
        "inspect '\(fixture("iris-train.csv"))' --json", "export stats.json --to python",
        "export stats.json --to safetensors", "fit -o - '\(fixture("patches-train.bin"))'",
    ])
    func closedPipesAreNoError(_ words: String) throws {
        let folder = try Folder()
        try #require(folder.nnprep("fit", fixture("patches-train.bin")).status == 0)
        let outcome = try folder.shell("nnprep \(words) | head -c 1 > /dev/null; exit ${PIPESTATUS[0]}")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(try folder.files == ["stats.json"])
    }
}
