import Foundation
import TestSupport
import Testing

/// Fitting in parts: `nnprep moments`, and `fit` from what it writes.
@Suite struct MomentsCommandTests {
    /// 600 small images, three shards of them, and the shards' moments.
    private func shardedFolder() throws -> Folder {
        let folder = try Folder()
        try folder.write("train.npy", images(0..<600))
        for (name, rows) in [("a", 0..<100), ("b", 100..<350), ("c", 350..<600)] {
            try folder.write("\(name).npy", images(rows))
            try folder.nnprep("moments", "\(name).npy", "-o", "\(name).safetensors")
        }
        return folder
    }

    /// The beginnings of photographs, as images of 3 x 4 x 4 bytes.
    private func images(_ rows: some Collection<Int>) throws -> Data {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture("patches-train.bin")))
        return npy("|u1", shape: "\(rows.count), 3, 4, 4", rows.flatMap { bytes[$0 * 3073 + 1..<$0 * 3073 + 49] })
    }

    /// Statistics without the list of files that they come from.
    private func statistics(_ folder: Folder, _ name: String) throws -> String {
        let text = String(decoding: try folder.read(name), as: UTF8.self)
        let sources = try #require(text.range(of: #""sources": \[[^\]]*\]"#, options: .regularExpression))
        return text.replacingCharacters(in: sources, with: "")
    }

    /// Through files and pipes, merged before or by fit, alone or beside data, in any order: the same bytes.
    @Test(arguments: [[], ["--pca", "20", "--whiten", "zca", "--divide-by", "255"]])
    func shardsGiveWhatOneFitGives(recipe: [String]) throws {
        let folder = try shardedFolder()
        try folder.nnprep(["fit", "train.npy", "-o", "whole.json"] + recipe)
        let options = recipe.joined(separator: " ")
        let outcome = try folder.shell(
            """
            nnprep moments c.safetensors a.safetensors -o ca.safetensors
            nnprep moments b.npy ca.safetensors -o bca.safetensors
            nnprep fit \(options) b.safetensors ca.safetensors -o 1.json
            nnprep fit \(options) bca.safetensors -o 2.json
            nnprep fit \(options) a.npy c.safetensors b.npy -o 3.json
            cat b.npy | nnprep moments - -o - | nnprep fit \(options) a.safetensors - c.npy -o 4.json
            nnprep fit \(options) <(nnprep moments a.npy -o -) <(cat b.npy) c.safetensors -o 5.json
            """)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let whole = try statistics(folder, "whole.json")
        for number in 1...5 { #expect(try statistics(folder, "\(number).json") == whole, "\(number).json") }
        let text = String(decoding: try folder.read("2.json"), as: UTF8.self)
        for name in ["a.npy", "b.npy", "c.npy"] { #expect(text.contains("\"name\": \"\(name)\"")) }
    }

    /// Doubled until there are as many rows as sums of bytes are exact for, 2^39: not one more is taken, of either kind.
    @Test func noMoreRowsThanCanBeSummed() throws {
        let folder = try Folder()
        try folder.write("x.raw", Data(repeating: 200, count: 1 << 24))
        let raw = "--input-format raw --shape 1"
        let outcome = try folder.shell(
            """
            nnprep moments --quiet \(raw) x.raw -o x.safetensors
            for i in {1..15}; do nnprep moments --quiet x.safetensors x.safetensors -o x.safetensors; done
            nnprep fit --quiet x.safetensors -o full.json
            """)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(String(decoding: try folder.read("full.json"), as: UTF8.self).contains("\"samples\": 549755813888"))
        try folder.write("y.raw", Data([1]))
        for more in ["x.safetensors", "\(raw) y.raw"] {
            let refused = try folder.shell("nnprep fit --quiet x.safetensors \(more) -o more.json")
            #expect(refused.status == 1)
            #expect(refused.errors.contains("there are more than can be summed exactly"), "\(refused.errors)")
        }
    }

    /// One moments file answers every recipe; the data are gone.
    @Test func aSweepReadsNoRows() throws {
        let folder = try shardedFolder()
        try folder.nnprep("moments", "train.npy", "-o", "train.safetensors")
        for recipe in [
            ["--center", "channel", "--ddof", "1"], ["--scale", "minmax"], ["--divide-by", "255"],
            ["--pca", "3"], ["--pca", "0.9", "--scale", "std"], ["--whiten", "pca", "--epsilon", "0.1"],
            ["--whiten", "zca", "--epsilon", "1"],
        ] {
            try folder.nnprep(["fit", "train.npy", "-o", "data.json"] + recipe)
            let outcome = try folder.nnprep(["fit", "train.safetensors", "-o", "moments.json"] + recipe)
            #expect(outcome.status == 0)
            let same = try statistics(folder, "data.json") == statistics(folder, "moments.json")
            #expect(same, "\(recipe)")
        }
    }

    /// A table's columns keep their names, and its moments what was done to each row.
    @Test func tablesAndStepsAreRemembered() throws {
        let folder = try Folder()
        try folder.write("a.csv", "x,kind,y\n1,a,10\n3,b,25\n")
        try folder.write("b.csv", "y,x,kind\n7,2,c\n")
        let step = ["--per-sample", "center", "--divide-by", "2"]
        try folder.nnprep(["moments", "a.csv", "--label-column", "kind", "-o", "a.safetensors"] + step)
        try folder.nnprep(["fit", "a.csv", "b.csv", "--label-column", "kind", "-o", "data.json"] + step)
        let outcome = try folder.nnprep("fit", "a.safetensors", "b.csv", "-o", "moments.json")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(try statistics(folder, "moments.json") == statistics(folder, "data.json"))
    }

    @Test func inspectTellsOfMoments() throws {
        let folder = try shardedFolder()
        try folder.nnprep("moments", "a.safetensors", "b.npy", "--no-products", "-o", "ab.safetensors")
        let text = try folder.nnprep("inspect", "ab.safetensors").text
        #expect(text.contains("npy, 3 x 4 x 4 uint8") && text.contains("a.npy (100), b.npy (250)"))
        let json = try #require(
            try JSONSerialization.jsonObject(with: folder.nnprep("inspect", "--json", "ab.safetensors").output)
                as? [String: Any])
        #expect(json["kind"] as? String == "moments" && json["rows"] as? Int == 350)
        #expect(json["products"] as? Bool == false && json["shape"] as? [Int] == [3, 4, 4])
    }

    @Test func rowsThatCountTwiceAreNoticed() throws {
        let folder = try shardedFolder()
        // The rows of a and b in another order, and in other shards.
        try folder.write("ba.npy", images(Array(100..<350) + Array(0..<100)))
        try folder.nnprep("moments", "a.safetensors", "b.safetensors", "-o", "ab.safetensors")
        let cases: [(inputs: [String], warning: String)] = [
            (["a.safetensors", "b.safetensors"], ""),
            (["a.safetensors", "a.safetensors"], "a.safetensors: is given more than once, so its rows count twice"),
            (["a.safetensors", "a.npy"], "a.npy: its rows are in a.safetensors already, so they count twice"),
            (
                ["ab.safetensors", "c.npy", "b.safetensors"],
                "b.safetensors: its rows are in ab.safetensors already, so they count twice"
            ),
            (["ab.safetensors", "ba.npy"], "ba.npy: its rows are in ab.safetensors already, so they count twice"),
        ]
        for (inputs, warning) in cases {
            let outcome = try folder.nnprep(["fit"] + inputs)
            #expect(outcome.status == 0)
            #expect(outcome.errors == (warning.isEmpty ? "" : "nnprep: warning: \(warning)\n"))
        }
    }

    /// Statistics of moments of validation data are a leak, too.
    @Test func heldOutDataAreNoticed() throws {
        let folder = try Folder()
        try folder.write("val-split.npy", images(0..<9))
        try folder.nnprep("moments", "val-split.npy", "-o", "shard.safetensors")
        #expect(try folder.nnprep("fit", "shard.safetensors").errors.contains("val-split.npy: the name says val"))
    }

    @Test func whatCannotBeAnsweredIsRefused() throws {
        let folder = try shardedFolder()
        try folder.nnprep("moments", "--no-products", "b.npy", "-o", "thin.safetensors")
        try folder.nnprep("moments", "--per-sample", "center", "b.npy", "-o", "centered.safetensors")
        try folder.nnprep("fit", "b.npy", "-o", "stats.json")
        try folder.nnprep("apply", "--stats", "stats.json", "b.npy", "-o", "floats.npy")
        try folder.nnprep("moments", "floats.npy", "-o", "floats.safetensors")
        try folder.write("f4.npy", npy("<f4", shape: "1, 3, 4, 4", Data(count: 4 * 48)))
        try folder.write("ab.csv", "a,b\n1,2\n3,4\n")
        try folder.write("ac.csv", "a,c\n1,2\n3,4\n")
        try folder.nnprep("moments", "ab.csv", "-o", "ab.safetensors")
        try folder.nnprep("moments", "ac.csv", "-o", "ac.safetensors")
        try folder.nnprep("export", "--to", "safetensors", "stats.json", "-o", "stats.safetensors")
        try folder.write("cut.safetensors", try folder.read("a.safetensors").dropLast(9))
        let alike = "\n  hint: moments can be merged only of rows that are alike"
        let cases: [(String, String)] = [
            (
                "fit --pca 3 thin.safetensors",
                "thin.safetensors: these moments were made without products, which PCA and whitening need\n"
                    + "  hint: make them again without --no-products"
            ),
            (
                "fit --per-sample center a.safetensors",
                "a.safetensors: has moments of rows with --per-sample none, which cannot answer for --per-sample center\n"
                    + "  hint: make them again from the data with --per-sample center"
            ),
            (
                "fit --divide-by 255 centered.safetensors",
                "centered.safetensors: has moments of rows with --per-sample center after --divide-by 1, which cannot "
                    + "answer for --divide-by 255\n  hint: make them again from the data with --divide-by 255"
            ),
            (
                "moments a.safetensors thin.safetensors -o x",
                "thin.safetensors: was made with --no-products, and a.safetensors was not\n"
                    + "  hint: leave the products out of both with --no-products"
            ),
            (
                "fit a.safetensors centered.safetensors",
                "centered.safetensors: its per-sample step is center, and that of a.safetensors is none\(alike)"
            ),
            (
                "fit a.safetensors floats.safetensors",
                "floats.safetensors: its shape is 48, and that of a.safetensors is 3 x 4 x 4\(alike)"
            ),
            (
                "fit a.safetensors ab.safetensors",
                "ab.safetensors: its shape is 2, and that of a.safetensors is 3 x 4 x 4\(alike)"
            ),
            (
                "fit ab.safetensors ac.safetensors",
                "ac.safetensors: its name of feature 2 is 'c', and that of ab.safetensors is 'b'\(alike)"
            ),
            (
                "fit --pca 2 --solver dual a.safetensors",
                "a.safetensors: --solver dual works on the rows themselves, and moments have none\n"
                    + "  hint: leave --solver out, or give the data"
            ),
            (
                "fit f4.npy a.safetensors", "f4.npy: its dtype is float32, and that of a.safetensors is uint8\(alike)"
            ),
            (
                "fit a.npy f4.npy",
                "f4.npy: its values are not bytes, and those of a.npy are\n"
                    + "  hint: nnprep convert --dtype float32 gives both the same type"
            ),
            (
                "fit stats.safetensors",
                "stats.safetensors: is a safetensors file, but not a moments file of nnprep\n"
                    + "  hint: nnprep moments writes moments files"
            ),
            (
                "moments --divide-by 255 a.npy -o x",
                "--divide-by needs --per-sample center or standardize; without, fit divides\n"
                    + "  hint: see 'nnprep moments --help'"
            ),
        ]
        for (line, errors) in cases {
            let outcome = try folder.nnprep(
                line.split(separator: " ").map(String.init) + (line.contains("-o") ? [] : ["-o", "x"]))
            #expect(outcome.errors == "nnprep: error: \(errors)\n", "\(line)")
            #expect(outcome.status == (line.contains("--divide-by 255 a.npy") ? 2 : 1) && !outcome.signalled)
            #expect(try !folder.files.contains("x"))
        }
        let cut = try folder.nnprep("fit", "cut.safetensors", "-o", "x")
        #expect(cut.status == 1 && cut.errors.contains("cut.safetensors: ends after "))
        #expect(
            try folder.shell("cat cut.safetensors | nnprep fit - -o x").errors.contains("standard input: ends after "))
        let twice = try folder.nnprep("fit", "-", "-", input: Data("a\n1\n".utf8))
        #expect(twice.status == 1 && twice.errors.contains("standard input: can be read only once"))
    }
}
