import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// `nnprep report`: what the page says, against the statistics file and the rows.
@Suite struct ReportTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func report(_ words: String...) throws -> String {
        let outcome = try folder.nnprep(["report"] + words + ["-o", "r.html"])
        try #require(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let data = try folder.read("r.html")
        #expect(data.count < 3_000_000)
        #expect(XMLParser(data: data).parse())
        return String(decoding: data, as: UTF8.self)
    }

    private func rows(_ html: String, caption: String) throws -> [[String]] {
        let table = try #require(
            html.components(separatedBy: "<table").first { $0.contains("<caption>\(caption)") }, "\(caption)")
        let body = try #require(table.firstMatch(of: /<tbody>(?s)(.*?)<\/tbody>/)).output.1
        return body.split(separator: "\n").map { line in
            line.matches(of: /<t[hd][^>]*>([^<]*)</).map { String($0.output.1) }
        }
    }

    private func headings(_ html: String) -> [String] {
        html.matches(of: /<h2[^>]*>([^<]*)</).map { String($0.output.1) }
    }

    @Test func aTableIsToldWhole() throws {
        try folder.nnprep("fit", "--label-column", "species", fixture("iris-train.csv"), "-o", "iris.json")
        let html = try report(
            "--stats", "iris.json", "--train", fixture("iris-train.csv"), "--val", fixture("iris-val.csv"))
        #expect(
            headings(html) == [
                "Warnings", "Are the splits safe to judge by?", "What is done to a row", "Where it comes from",
                "Statistics of the training rows", "Values before and after", "Two features",
            ])
        #expect(html.contains("<li>Subtract the mean, one per feature.</li>"))
        #expect(html.contains("y = (x - t[&quot;subtract&quot;]) / t[&quot;divide&quot;]"))
        #expect(
            try rows(html, caption: "How many rows have which species") == [
                ["setosa", "35 (33.3 %)", "15 (33.3 %)"], ["versicolor", "35 (33.3 %)", "15 (33.3 %)"],
                ["virginica", "35 (33.3 %)", "15 (33.3 %)"],
            ])

        // Means and shifts, computed again.
        func columns(_ name: String) throws -> [[Double]] {
            let lines = try String(contentsOfFile: fixture(name), encoding: .utf8).split(separator: "\n").dropFirst()
            let rows = lines.map { $0.split(separator: ",").prefix(4).map { Double($0)! } }
            return (0..<4).map { j in rows.map { $0[j] } }
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        let (train, val) = (try columns("iris-train.csv"), try columns("iris-val.csv"))
        let table = try rows(html, caption: "All features, the worst first")
        let names = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
        #expect(Set(table.map { $0[0] }) == Set(names))
        for row in table {
            let j = try #require(names.firstIndex(of: row[0]))
            let (m, n) = (mean(train[j]), mean(val[j]))
            let std = mean(train[j].map { ($0 - m) * ($0 - m) }).squareRoot()
            #expect(abs(try #require(Double(row[1])) - m) < 1e-4)
            #expect(abs(try #require(Double(row[2])) - std) < 1e-4)
            #expect(Double(row[4]) == train[j].max())
            #expect(abs(try #require(Double(row[6])) - (n - m) / std) < 1e-3)
        }
        let shifts = table.map { abs(Double($0[6])!) }
        #expect(shifts == shifts.sorted(by: >))
    }

    @Test func imagesAreShownInFourPanels() throws {
        try folder.nnprep("fit", "--pca", "20", "--whiten", "pca", fixture("small-train.npy"), "-o", "white.json")
        let html = try report("--stats", "white.json", "--val", fixture("small-val.npy"))
        for caption in ["original images", "top 20 of 20 eigenvectors", "reduced images", "whitened images"] {
            #expect(html.contains("<figcaption>\(caption)</figcaption>"))
        }
        #expect(html.matches(of: /<img [^>]*alt="[^"]+"/).count == 3 + 4)
        #expect(headings(html).contains("Principal components"))
        #expect(html.contains("<h3>What whitening does to noise</h3>"))
        #expect(html.contains("Leaks were not looked for"))

        // After the drift of three channels, the first panel is of rows as they are: 36 chosen of 50, at their own size.
        let data = try #require(html.firstMatch(of: /src="data:image\/png;base64,([^"]+)"[^>]*alt="A grid of/)).output.1
        let png = try DecodedPNG([UInt8](try #require(Data(base64Encoded: String(data)))))
        let shown = try png.images(36, side: 8)
        let all = try Array2D(npy: Data(contentsOf: URL(fileURLWithPath: fixture("small-val.npy"))))
        let known = (0..<50).map { Array(all.row($0)) }
        #expect(shown.allSatisfy { known.contains($0) } && Set(shown).count == 36)
    }

    @Test func leaksAndDriftAreOnThePage() throws {
        let train = try Data(contentsOf: URL(fileURLWithPath: fixture("patches-train.bin")))
        let val = try Data(contentsOf: URL(fileURLWithPath: fixture("patches-val.bin")))
        try folder.write("test.bin", val.prefix(3073 * 60) + train.prefix(3073 * 4))
        try folder.nnprep("fit", "--pca", "20", fixture("patches-train.bin"), "-o", "p.json")
        let html = try report("--stats", "p.json", "--train", fixture("patches-train.bin"), "--test", "test.bin")
        #expect(html.contains("4 equal a training row"))
        #expect(html.contains("of 64 rows"))
        #expect(html.contains("rows of the split, and the training rows that they are copies of"))
    }

    @Test func namesAreTextAndNothingElse() throws {
        let name = "<script>alert(\"1\")</script> & more"
        try folder.write("a.csv", "\"\(name.replacingOccurrences(of: "\"", with: "\"\""))\",b\n1,2\n2,3\n5,4\n")
        try folder.nnprep("fit", "a.csv", "-o", "<i>.json")
        let html = try report("--stats", "<i>.json", "--train", "a.csv")
        #expect(html.components(separatedBy: "<script>").count == 2)
        #expect(
            try rows(html, caption: "All features").contains { $0[0].hasPrefix("&lt;script&gt;alert(&quot;1&quot;)") })
    }

    @Test func whatIsWrongIsWarnedOf() throws {
        try folder.write("val.csv", "a,b,kind\n1,7,x\n2,7,y\n4,7,x\n")
        try folder.write("far.csv", "a,b,kind\n1001,7,x\n1002,7,z\n1004,7,x\n")
        try folder.nnprep("fit", "--label-column", "kind", "val.csv", "-o", "s.json", "--quiet")
        let html = try report("--stats", "s.json", "--train", "val.csv", "--test", "far.csv")
        for warning in [
            "fitted on val.csv, whose name says val", "1 of 2 features is constant",
            "the test rows are off by", "1 value of kind in the test split is not in the training split: 'z'",
        ] { #expect(html.contains(warning), "\(warning)") }
        try folder.nnprep("fit", "--label-column", "kind", "far.csv", "-o", "t.json")
        let same = try report("--stats", "t.json", "--test", "far.csv")
        #expect(same.contains("is the test split part of the training data?"))
    }

    @Test(arguments: [
        "--per-sample standardize --center none --scale none", "--center channel --divide-by 255", "--whiten zca",
        "--scale minmax --range 0,1", "--center none --scale none", "--pca 1", "--scale maxabs --center global",
    ])
    func everyRecipeHasAReport(options: String) throws {
        let words = options.split(separator: " ").map(String.init)
        try folder.nnprep(["fit", fixture("small-train.npy"), "-o", "s.json", "--quiet"] + words)
        let html = try report("--stats", "s.json", "--val", fixture("small-val.npy"))
        #expect(headings(html).contains("Images before and after"))
        let alone = try report("--stats", "s.json")
        #expect(!headings(alone).contains("Images before and after"))
    }

    @Test(arguments: ["1.7e308", "9e299", "1e154", "1e-320", "0"])
    func extremeValuesAreToldOf(value: String) throws {
        let number = try #require(Double(value))
        try folder.write("a.csv", "a,b\n\(value),2\n\(-number),5\n1,\(value)\n")
        try folder.write("b.csv", "a,b\n1,2\n3,5\n2,2\n")
        for (fitted, words) in [("a.csv", ""), ("b.csv", ""), ("b.csv", "--pca all --whiten zca")] {
            try folder.nnprep(["fit", fitted, "-o", "s.json"] + words.split(separator: " ").map(String.init))
            let outcome = try folder.nnprep("report", "--stats", "s.json", "--train", "b.csv", "--test", "a.csv")
            #expect(!outcome.signalled && outcome.status <= 1, "\(fitted) \(words): \(outcome.errors)")
        }
    }

    @Test(arguments: [
        ("report", 2, "missing option '--stats FILE'"),
        (
            "report --stats s.json --train -", 1,
            "a report reads its data more than once, so standard input cannot be data"
        ),
        ("report --stats s.json --open -o -", 2, "--open needs -o FILE"),
        ("report --stats s.json --train s.json -o s.json", 1, "s.json: is read too, and would be replaced"),
    ])
    func refusals(line: String, status: Int32, message: String) throws {
        try folder.nnprep("fit", fixture("small-train.npy"), "-o", "s.json")
        let outcome = try folder.nnprep(line.split(separator: " ").map(String.init))
        #expect(outcome.status == status && outcome.errors.contains(message), "\(outcome.errors)")
        #expect(try folder.files == ["s.json"])
    }
}
