import Foundation
import TestSupport
import Testing

/// `check` as a process, on patches of which some are copies of training patches.
@Suite struct CheckTests {
    /// What numpy finds, and what was done to each patch.
    private struct Reference: Decodable {
        var changes: [String]
        var nearest: [Int]
        var similarity: [Double]
        var contrast: [Double]
    }

    private static let train = fixture("patches-train.bin")
    private static let leaky = fixture("patches-leaky.bin")

    private func reference() throws -> Reference {
        try JSONDecoder().decode(
            Reference.self, from: Data(contentsOf: URL(fileURLWithPath: fixture("reference/leaks.json"))))
    }

    /// The lines of a table by their columns' names.
    private func table(_ data: Data) -> [[String: String]] {
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }

    private func json(_ outcome: Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    }

    @Test func copiesAreFoundAsNumpyFindsThem() throws {
        let folder = try Folder()
        let reference = try reference()
        let outcome = try folder.nnprep("check", "--train", Self.train, Self.leaky, "--leaks", "leaks.csv")
        #expect(outcome.status == 3 && outcome.errors.isEmpty, "\(outcome.errors)")
        let pairs = table(try folder.read("leaks.csv"))
        var found: [Int: [String: String]] = [:]
        for pair in pairs { found[Int(pair["row"]!)! - 1] = pair }
        for (row, change) in reference.changes.enumerated() {
            switch change {
            case "new": #expect(found[row] == nil)
            case "mirrored": break
            default: #expect(found[row] != nil, "row \(row + 1): \(change)")
            }
            guard let pair = found[row] else { continue }
            #expect(pair["equal"] == (change == "equal" ? "yes" : "no"))
            #expect(Int(pair["training_row"]!) == reference.nearest[row])
            #expect(abs(Double(pair["similarity"]!)! - reference.similarity[row]) < 2e-5)
            #expect(abs(Double(pair["contrast"]!)! - max(0, reference.contrast[row])) < 2e-5)
        }
        // One copy has the label of another photograph.
        #expect(pairs.count { $0["other_label"] == "yes" } == 1)
        #expect(outcome.text.contains("1 has another label"))
        // The nearest first.
        let contrasts = pairs.map { Double($0["contrast"]!)! }
        #expect(contrasts == contrasts.sorted())
        #expect(outcome.text.contains("leaks: \(pairs.count) of 68 rows"))
    }

    /// However the training rows are cut, and in whatever order parts are merged, all of them tell what one check tells.
    @Test func partsOfTheTrainingRowsTellTheSame() throws {
        let folder = try Folder()
        try folder.nnprep("fit", "--pca", "48", Self.train, "-o", "all.json")
        let records = try Data(contentsOf: URL(fileURLWithPath: Self.train))
        for (name, rows) in [("a.bin", 0..<7), ("b.bin", 7..<300), ("c.bin", 300..<600)] {
            try folder.write(name, Data(records[rows.lowerBound * 3073..<rows.upperBound * 3073]))
        }
        let check = ["check", "--stats", "all.json", "--input-format", "cifar10", Self.leaky, "--json"]
        let whole = try folder.nnprep(check + ["--train", "a.bin", "b.bin", "c.bin"])
        #expect(whole.status == 3 && whole.errors.isEmpty, "\(whole.errors)")
        let part = check.dropLast()
        for name in ["a", "b", "c"] {
            let outcome = try folder.nnprep(part + ["--nearest", "\(name).json", "--train", "\(name).bin"])
            #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome.errors)")
        }
        #expect(try folder.nnprep(check + ["--train", "a.json", "b.json", "c.json"]).output == whole.output)
        #expect(try folder.nnprep(check + ["--train", "a.json", "b.json", "c.bin"]).output == whole.output)
        try folder.nnprep(part + ["--nearest", "ab.json", "--train", "a.json", "b.json"])
        #expect(try folder.nnprep(check + ["--train", "ab.json", "c.json"]).output == whole.output)
        try folder.nnprep(part + ["--nearest", "abc.json", "--train", "a.bin", "b.bin", "c.bin"])
        try folder.nnprep(part + ["--nearest", "merged.json", "--train", "ab.json", "c.json"])
        #expect(try folder.read("merged.json") == folder.read("abc.json"))
        // Equal rows need no components.
        try folder.nnprep("fit", Self.train, "-o", "plain.json")
        let equal = ["check", "--stats", "plain.json", Self.leaky, "--only", "leaks", "--threshold", "0", "--json"]
        try folder.nnprep(equal.dropLast() + ["--nearest", "equal.json", "--train", Self.train])
        let merged = try json(folder.nnprep(equal + ["--train", "equal.json"]))["leaks"] as? [String: Any]
        #expect(merged?["equal"] as? Int == 4 && merged?["near"] as? Int == 0)
        // In another order, rows have other numbers: what is found is the same.
        let turned = try #require(
            try json(folder.nnprep(check + ["--train", "c.json", "a.json", "b.json"]))["leaks"] as? [String: Any])
        let straight = try #require(try json(whole)["leaks"] as? [String: Any])
        #expect(turned["near"] as? Int == straight["near"] as? Int && turned["equal"] as? Int == 4)
    }

    @Test func partsThatDoNotBelongTogetherAreRefused() throws {
        let folder = try Folder()
        try folder.nnprep("fit", "--pca", "8", Self.train, "-o", "all.json")
        try folder.nnprep("fit", Self.train, "-o", "plain.json")
        let part = ["check", "--only", "leaks", Self.leaky, "--train", Self.train]
        try folder.nnprep(part + ["--stats", "all.json", "--nearest", "part.json"])
        func says(_ words: String, _ arguments: String...) throws {
            let outcome = try folder.nnprep(["check"] + arguments)
            #expect(outcome.status == 1 && outcome.errors.contains(words), "\(outcome.errors)")
        }
        let val = fixture("patches-val.bin")
        try says("part.json: is of another split", "--stats", "all.json", val, "--train", "part.json")
        try folder.nnprep("fit", "--pca", "9", Self.train, "-o", "other.json")
        try says("or of other components", "--stats", "other.json", Self.leaky, "--train", "part.json")
        try says("pass --stats of all training rows", "--stats", "plain.json", Self.leaky, "--train", "part.json")
        try says("pass --stats", Self.leaky, "--nearest", "x.json", "--train", Self.train)
        try says(
            "has no values to draw", "--stats", "all.json", Self.leaky, "--picture", "x.png", "--train", "part.json")
        let text = String(decoding: try folder.read("part.json"), as: UTF8.self)
        for (old, new, words) in [
            ("\"version\": 2", "\"version\": 9", "another version of nnprep"),
            ("\"samples\": 600", "\"samples\": 3", "a whole number from"),
            ("\"rows\": 68", "\"rows\": 67", "expected 67 values, found 68"),
            ("\"measure\": \"cosine\"", "\"measure\": \"sine\"", "expected one of"),
            ("\"equal\": [", "\"equal\": [0, ", "expected 68 values, found 69"),
        ] {
            #expect(text.contains(old))
            try folder.write("wrong.json", Data(text.replacingOccurrences(of: old, with: new).utf8))
            try says(words, "--stats", "all.json", Self.leaky, "--train", "wrong.json")
        }
        try folder.write("cut.json", Data(text.utf8.prefix(5_000)))
        try says("does not hold nearest rows: line", "--stats", "all.json", Self.leaky, "--train", "cut.json")
    }

    @Test func theCleanSplitHasTheOtherRecordsAsTheyStand() throws {
        let folder = try Folder()
        let outcome = try folder.nnprep(
            "check", Self.leaky, "--only", "leaks", "--clean", "clean.bin", "--leaks", "leaks.jsonl", "--train",
            Self.train)
        #expect(outcome.status == 3 && outcome.errors.isEmpty)
        let lines = String(decoding: try folder.read("leaks.jsonl"), as: UTF8.self).split(separator: "\n")
        let rows = try lines.map { line in
            let pair = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return try #require(pair["row"] as? Int)
        }
        let records = try Data(contentsOf: URL(fileURLWithPath: Self.leaky))
        var expected = Data()
        for row in 0..<68 where !rows.contains(row + 1) { expected += records[row * 3073..<(row + 1) * 3073] }
        #expect(try folder.read("clean.bin") == expected)
        let again = try folder.nnprep(
            "check", "--only", "leaks", "--input-format", "cifar10", "--train", Self.train, folder.path("clean.bin"))
        #expect(again.status == 0 && again.text.contains("leaks: none found"))
    }

    @Test func statisticsAloneTellOfDrift() throws {
        let folder = try Folder()
        try folder.nnprep("split", Self.train, "-o", ".", "--val", "0.5", "--test", "0")
        try folder.nnprep("fit", "train.bin", "--input-format", "cifar10", "--pca", "20", "--whiten", "pca")
        func check(_ name: String) throws -> Outcome {
            try folder.nnprep("check", "--stats", "stats.json", name, "--input-format", "cifar10")
        }
        let same = try check("val.bin")
        #expect(same.status == 0 && same.text.contains("drift: none found"), "\(same.text)\(same.errors)")
        #expect(!same.text.contains("leaks"))
        // Every second value by another constant: the darker half of all bytes.
        var dark = try folder.read("val.bin")
        for k in dark.indices where k % 3073 != 0 { dark[k] /= 2 }
        try folder.write("dark.bin", dark)
        let found = try check("dark.bin")
        #expect(found.status == 3 && found.text.contains("drift: found"))
        var swapped = Data()
        let whole = try folder.read("val.bin")
        for row in 0..<whole.count / 3073 {
            let start = row * 3073
            swapped += whole[start..<start + 1] + whole[start + 2049..<start + 3073]
            swapped += whole[start + 1025..<start + 2049] + whole[start + 1..<start + 1025]
        }
        try folder.write("bgr.bin", swapped)
        let reading = try check("bgr.bin")
        #expect(reading.status == 3 && reading.text.contains("BGR"), "\(reading.text)")
    }

    @Test func floatsThatWereDividedAreRecognized() throws {
        let folder = try Folder()
        // The training rows themselves, over 255 and channels last.
        let records = try Data(contentsOf: URL(fileURLWithPath: Self.train))
        var values: [Float] = []
        for row in 0..<300 {
            for pixel in 0..<1024 {
                for channel in 0..<3 { values.append(Float(records[row * 3073 + 1 + channel * 1024 + pixel]) / 255) }
            }
        }
        try folder.write("x.npy", npy(values, columns: 3072))
        let outcome = try folder.nnprep("check", "--train", Self.train, "x.npy")
        #expect(outcome.status == 3)
        #expect(outcome.text.contains("divided by 255, and channels last"), "\(outcome.text)")
    }

    @Test func jsonHasAllOfIt() throws {
        let folder = try Folder()
        let outcome = try folder.nnprep("check", "--train", Self.train, Self.leaky, "--json")
        #expect(outcome.status == 3)
        let whole = try json(outcome)
        let leaks = try #require(whole["leaks"] as? [String: Any])
        let pairs = try #require(leaks["pairs"] as? [[String: Any]])
        #expect(leaks["equal"] as? Int == 4 && pairs.count == (leaks["near"] as? Int ?? 0) + 4)
        #expect(leaks["measure"] as? String == "cosine" && leaks["components"] as? Int == 96)
        #expect(leaks["training_rows"] as? Int == 600 && whole["rows"] as? Int == 68 && whole["found"] as? Bool == true)
        let drift = try #require(whole["drift"] as? [String: Any])
        #expect((drift["channels"] as? [Any])?.count == 3 && (drift["components"] as? [Any])?.count == 96)
        let clean = try json(
            try folder.nnprep("check", "--only", "leaks", "--train", Self.train, fixture("patches-val.bin"), "--json"))
        #expect(clean["found"] as? Bool == false && clean["drift"] is NSNull)
    }

    @Test func thresholdsAreObeyed() throws {
        let folder = try Folder()
        func count(_ threshold: String) throws -> Int {
            let outcome = try folder.nnprep(
                "check", "--only", "leaks", "--threshold", threshold, "--train", Self.train, Self.leaky, "--json")
            let leaks = try #require(try json(outcome)["leaks"] as? [String: Any])
            return try #require(leaks["pairs"] as? [Any]).count
        }
        #expect(try count("0") == 4)
        let reference = try reference()
        #expect(try count("0.05") == reference.contrast.count { $0 < 0.05 })
        #expect(try count("1") == reference.contrast.count { $0 < 1 })
    }

    @Test func picturesShowThePairs() throws {
        let folder = try Folder()
        let outcome = try folder.nnprep(
            "check", "--only", "leaks", "--picture", "leaks.png", "--train", Self.train, Self.leaky)
        #expect(outcome.status == 3 && outcome.errors.isEmpty)
        let picture = try DecodedPNG([UInt8](try folder.read("leaks.png")))
        // The nearest pair that is not equal comes first: the split's patch, every pixel a square of two units, which are four pixels of the picture.
        let pairs =
            try #require(
                try json(
                    try folder.nnprep("check", "--only", "leaks", "--json", "--train", Self.train, Self.leaky)
                )["leaks"] as? [String: Any])["pairs"] as? [[String: Any]]
        let first = try #require(pairs?.first { $0["equal"] as? Bool == false })
        for (file, key, left) in [(Self.leaky, "row", 16), (Self.train, "training_row", 16 + 64 + 2)] {
            let row = try #require(first[key] as? Int) - 1
            let record = try Data(contentsOf: URL(fileURLWithPath: file))[row * 3073..<(row + 1) * 3073]
            let bytes = [UInt8](record)
            for (x, y) in [(0, 0), (31, 31), (10, 20)] {
                let pixel = (0..<3).map { bytes[1 + $0 * 1024 + y * 32 + x] }
                #expect(picture[2 * (left + 2 * x), 2 * (16 + 2 * y)] == pixel)
            }
        }
        let none = try folder.nnprep(
            "check", "--only", "leaks", "--picture", "none.png", "--train", Self.train, fixture("patches-val.bin"))
        #expect(none.status == 0 && none.errors.contains("nothing to draw"))
        #expect(try folder.files == ["leaks.png"])
    }

    @Test func tablesAreComparedByDistance() throws {
        let folder = try Folder()
        var random = SeededRandom(8)
        func line(_ values: [Double], _ label: String) -> String {
            values.map { "\($0)" }.joined(separator: ",") + ",\(label)\n"
        }
        let head = "a,b,c,d,kind\n"
        let rows = (0..<400).map { _ in (0..<4).map { 1e6 * Double($0) + random.normal() * Double($0 + 1) } }
        try folder.write("train.csv", head + rows.map { line($0, "x") }.joined())
        let fresh = (0..<100).map { _ in (0..<4).map { 1e6 * Double($0) + random.normal() * Double($0 + 1) } }
        let copies = rows[200..<205].map { row in row.map { $0 + 0.001 * random.normal() } }
        try folder.write("test.csv", head + (fresh + copies + [rows[7]]).map { line($0, "y") }.joined())
        let outcome = try folder.nnprep(
            "check", "--train", "train.csv", "test.csv", "--leaks", "leaks.csv", "--clean", "c.csv")
        #expect(outcome.status == 3, "\(outcome.errors)")
        let pairs = table(try folder.read("leaks.csv"))
        let found = Dictionary(uniqueKeysWithValues: pairs.map { (Int($0["row"]!)!, Int($0["training_row"]!)!) })
        #expect(found[106] == 8)
        for k in 0..<5 { #expect(found[101 + k] == 201 + k) }
        #expect(found.count <= 7)
        #expect(pairs.allSatisfy { $0["label"] == "y" && $0["training_label"] == "x" && $0["other_label"] == "yes" })
        let clean = String(decoding: try folder.read("c.csv"), as: UTF8.self)
        #expect(clean.hasPrefix(head) && clean.split(separator: "\n").count == 1 + 106 - found.count)
    }

    @Test func threadsAndFilesDoNotMatter() throws {
        let folder = try Folder()
        let records = try Data(contentsOf: URL(fileURLWithPath: Self.train))
        try folder.write("a.bin", records[..<(3073 * 211)])
        try folder.write("b.bin", records[(3073 * 211)...])
        try folder.nnprep("fit", "--pca", "40", "--whiten", "pca", Self.train)
        func pairs(_ words: [String]) throws -> [[String: String]] {
            let outcome = try folder.nnprep(
                ["check", Self.leaky, "--input-format", "cifar10", "--only", "leaks", "--stats", "stats.json"]
                    + ["--leaks", "-"] + words)
            #expect(outcome.status == 3 && outcome.text.hasPrefix("file,row,"), "\(outcome.errors)")
            return table(outcome.output)
        }
        let whole = try pairs(["--threads", "1", "--train", Self.train])
        let parts = try pairs(["--threads", "3", "--train", "a.bin", "b.bin"])
        #expect(whole.count == parts.count && whole.count > 20)
        for (one, other) in zip(whole, parts) {
            let row = Int(other["training_row"]!)! + (other["training_file"]!.hasSuffix("b.bin") ? 211 : 0)
            #expect(one["row"] == other["row"] && Int(one["training_row"]!) == row)
            #expect(one["similarity"] == other["similarity"] && one["contrast"] == other["contrast"])
        }
    }

    private func lines(_ rows: Int, _ line: (Int) -> String) -> Data { Data((0..<rows).map(line).joined().utf8) }

    @Test("among fewer than 20 training rows only equal rows are leaks", arguments: [1, 2, 5, 19])
    func fewTrainingRows(count: Int) throws {
        let folder = try Folder()
        var random = SeededRandom(3)
        func noise(_: Int) -> String { (0..<3).map { _ in "\(random.normal())" }.joined(separator: ",") + "\n" }
        try folder.write("train.csv", Data("a,b,c\n".utf8) + lines(count, noise))
        try folder.write("val.csv", Data("a,b,c\n".utf8) + lines(50, noise))
        let outcome = try folder.nnprep("check", "--only", "leaks", "--train", "train.csv", "val.csv")
        #expect(outcome.status == 0 && outcome.text.contains("fewer than 20 training rows"), "\(outcome.text)")
        let itself = try folder.nnprep("check", "--only", "leaks", "--train", "train.csv", "train.csv")
        #expect(itself.status == 3 && itself.text.contains("\(count) equal a training row"), "\(itself.text)")
        let split = try folder.nnprep("split", "train.csv", "-o", "parts", "--together")
        #expect(count < 3 || split.text.contains("no equal rows; similarity proves nothing"), "\(split.text)")
    }

    @Test(
        "rows of few distinct values are leaks only where their labels are the same, or more are equal than by chance")
    func fewDistinctRows() throws {
        let folder = try Folder()
        func passenger(_ name: String) -> (Int) -> String { { "\(name)\($0),\(20 + $0 % 10),\($0 % 2)\n" } }
        let header = Data("name,age,survived\n".utf8)
        try folder.write("train.csv", header + lines(200, passenger("p")))
        try folder.write("test.csv", header + lines(20, passenger("q")))
        try folder.write("leaky.csv", header + lines(15, passenger("q")) + lines(5, passenger("p")))
        func leaks(_ split: String, _ options: String...) throws -> [String: Any] {
            let outcome = try folder.nnprep(
                ["check", "--only", "leaks", "--json", "--train", "train.csv", split] + options)
            return try #require(try json(outcome)["leaks"] as? [String: Any], "\(outcome.errors)")
        }
        for options in [["--label-column", "name"], ["--keep", "name"]] {
            let none = try leaks("test.csv", options[0], options[1])
            #expect(none["found"] as? Bool == false && none["equal_by_chance"] as? Int == 0)
            #expect((none["only_equal"] as? String)?.contains("10 distinct ones of 200") == true)
            let found = try leaks("leaky.csv", options[0], options[1])
            #expect(found["equal"] as? Int == 5 && found["near"] as? Int == 0 && found["other_label"] as? Int == 0)
        }
        let chance = try leaks("test.csv", "--drop", "name")
        #expect(chance["found"] as? Bool == false && chance["equal_by_chance"] as? Int == 20)
        let split = try folder.nnprep("split", "train.csv", "-o", "parts", "--together", "--label-column", "name")
        #expect(split.text.contains("no equal rows") && split.text.contains("train: 160 rows, as asked"))
    }

    @Test func trainingRowsMayComeThroughAPipe() throws {
        let folder = try Folder()
        let outcome = try folder.shell(
            "cat '\(Self.train)' | nnprep check --input-format cifar10 --train - '\(Self.leaky)' --json")
        #expect(outcome.status == 3 && outcome.errors.contains("can be read only once"))
        let leaks = try #require(try json(outcome)["leaks"] as? [String: Any])
        #expect((leaks["near"] as? Int ?? 0) > 15 && leaks["equal"] as? Int == 4)
    }

    @Test func theTrainingDataItselfIsToldInWords() throws {
        let folder = try Folder()
        let outcome = try folder.nnprep("check", "--train", Self.train, Self.train)
        #expect(outcome.status == 3 && outcome.text.contains("training data itself"))
    }

    @Test func rowsWithoutADirectionAreCounted() throws {
        let folder = try Folder()
        // The mean of these images is 100 everywhere.
        var values: [Float] = []
        for k in 0..<64 {
            let row = (0..<16).map { Float(($0 * 37 + k / 2 * 11) % 90) }
            values += k % 2 == 0 ? row.map { 100 + $0 } : row.map { 100 - $0 }
        }
        try folder.write("train.npy", npy("<f4", shape: "64, 4, 4", values.flatMap { littleEndian($0.bitPattern) }))
        let split = [Float](repeating: 100, count: 32) + values.prefix(16)
        try folder.write("test.npy", npy("<f4", shape: "3, 4, 4", split.flatMap { littleEndian($0.bitPattern) }))
        let outcome = try folder.nnprep("check", "--only", "leaks", "--train", "train.npy", "test.npy")
        #expect(
            outcome.status == 3 && outcome.text.contains("2 rows have no direction"), "\(outcome.text)\(outcome.errors)"
        )
        #expect(outcome.text.contains("1 of 3 rows"))
    }

    @Test func rowsThatDoNotVaryAreComparedForEquality() throws {
        let folder = try Folder()
        try folder.write("train.npy", npy([Double](repeating: 7, count: 40), columns: 4))
        try folder.write("test.npy", npy([7.0, 7, 7, 7, 1, 2, 3, 4], columns: 4))
        let outcome = try folder.nnprep("check", "--only", "leaks", "--train", "train.npy", "test.npy")
        // All training rows are equal: one more proves nothing.
        #expect(outcome.status == 0 && outcome.text.contains("1 of 2 rows equals"), "\(outcome.text)\(outcome.errors)")
        #expect(outcome.text.contains("often equal one another (1 distinct ones of 10)"))
    }

    @Test func oneColumnAndOneRowAreFine() throws {
        let folder = try Folder()
        try folder.write("train.npy", npy((0..<50).map { Double($0 * $0 % 31) + Double($0) / 64 }, columns: 1))
        try folder.write("test.npy", npy([3.26, 1.53], columns: 1))
        let outcome = try folder.nnprep("check", "--train", "train.npy", "test.npy")
        #expect(outcome.status == 0, "\(outcome.text)\(outcome.errors)")
        #expect(outcome.text.contains("in one direction only"))
        try folder.write("one.npy", npy([3.26], columns: 1))
        let one = try folder.nnprep("check", "--train", "one.npy", "one.npy")
        #expect(one.status == 3 && one.text.contains("held against 1 training row\n"), "\(one.text)\(one.errors)")
    }

    @Test(arguments: [
        (["check", "x.bin"], 2, "pass --stats, --train, or both"),
        (["check", "--only", "leaks", "--stats", "s.json", "x.bin"], 2, "pass --train"),
        (["check", "--stats", "s.json", "x.bin", "--clean", "y.bin"], 2, "pass --train"),
        (["check", "--only", "drift", "--leaks", "l.csv", "--train", "@train", "@leaky"], 2, "looks for none"),
        (["check", "--threshold", "1.5", "--train", "@train", "@leaky"], 2, "a number from 0 to 1"),
        (["check", "--leaks", "-", "--clean", "-", "--train", "@train", "@leaky"], 2, "one of them"),
        (["check", "--stats", "s.json", "--nearest", "n.json", "x.bin"], 2, "pass --train"),
        (["check", "--nearest", "n.json", "--json", "--train", "@train", "@leaky"], 2, "tell of all parts"),
        (["check", "--train", "-", "-"], 1, "can be read only once"),
        (["check", "--train", "@train", "@small"], 1, "has 192 features where"),
        (["check", "--leaks", "l.txt", "--train", "@train", "@leaky"], 1, "does not say what to write"),
        (["check", "--picture", "l.gif", "--train", "@train", "@leaky"], 1, "does not say what to draw"),
        (["check", "--leaks", "no/l.csv", "--train", "@train", "@leaky"], 1, "cannot write"),
        (["check", "--clean", "@leaky", "--train", "@train", "@leaky"], 1, "would be replaced"),
        (["check", "--missing", "skip", "--clean", "c.bin", "--train", "@train", "@leaky"], 1, "as they stand"),
        (["check", "--train", "nothing.bin", "@leaky"], 1, "no such file"),
    ])
    func whatCannotBeDoneIsToldInWords(words: [String], status: Int32, message: String) throws {
        let folder = try Folder()
        let files = ["@train": Self.train, "@leaky": Self.leaky, "@small": fixture("small-val.npy")]
        let outcome = try folder.nnprep(words.map { files[$0] ?? $0 })
        #expect(outcome.status == status && outcome.errors.contains(message), "\(outcome.errors)")
        #expect(outcome.output.isEmpty && !outcome.signalled)
        #expect(try folder.files.isEmpty)
    }

    @Test func momentsAreEnoughForDriftAndTooLittleForLeaks() throws {
        let folder = try Folder()
        try folder.nnprep("moments", Self.train, "-o", "m.safetensors")
        let drift = try folder.nnprep("check", "--only", "drift", "--train", "m.safetensors", Self.leaky)
        #expect(drift.status == 0 && drift.text.contains("held against 600 training rows"), "\(drift.errors)")
        let leaks = try folder.nnprep("check", "--train", "m.safetensors", Self.leaky)
        #expect(leaks.status == 1 && leaks.errors.contains("holds moments, and leaks are found among rows"))
    }

    @Test func togetherKeepsCopiesInOnePart() throws {
        let folder = try Folder()
        _ = try folder.shell("cat '\(Self.train)' '\(Self.leaky)' > all.bin")
        let outcome = try folder.nnprep(
            "split", "all.bin", "-o", "parts", "--together", "--input-format", "cifar10", "--test", "0.2", "--seed", "5"
        )
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.text.contains("668 rows: ") && outcome.text.contains("train: 467 rows, as asked"))
        let records = try Data(contentsOf: URL(fileURLWithPath: folder.path("all.bin")))
        var part: [Data: String] = [:]
        for name in ["train", "val", "test"] {
            let file = try folder.read("parts/\(name).bin")
            for start in stride(from: 0, to: file.count, by: 3073) { part[file[start..<start + 3073]] = name }
        }
        let reference = try reference()
        var apart = 0
        for (row, change) in reference.changes.enumerated() where change != "new" && change != "mirrored" {
            let copy = records[(600 + row) * 3073..<(601 + row) * 3073]
            let original = records[(reference.nearest[row] - 1) * 3073..<reference.nearest[row] * 3073]
            if part[copy] != part[original] { apart += 1 }
        }
        #expect(apart == 0)
        let check = try folder.nnprep(
            "check", "--only", "leaks", "--train", "parts/train.bin", "--input-format", "cifar10", "parts/test.bin")
        #expect(check.status == 0, "\(check.text)")
        let pipe = try folder.shell("cat all.bin | nnprep split - -o p --together --input-format cifar10")
        #expect(pipe.status == 1 && pipe.errors.contains("more than once"))
        let usage = try folder.nnprep("split", "all.bin", "-o", "p", "--threshold", "0.1")
        #expect(usage.status == 2 && usage.errors.contains("--together"))
    }
}
