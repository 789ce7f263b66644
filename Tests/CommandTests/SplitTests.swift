import Foundation
import TestSupport
import Testing

/// `split` as a process.
@Suite struct SplitTests {
    /// A table in which much could go wrong: quotes, line ends in fields, missing values, CRLF, no line end at the end.
    private static let table =
        "\u{FEFF}id,\"the, name\",class\r\n"
        + (0..<97).map { "\($0),\"row \"\"\($0)\"\"\r\nof 97\",\($0 % 3 == 0 ? "a" : "b")\r\n" }.joined()
        + "NA, 97 ,\"b\""

    @Test func tablesKeepEveryByte() throws {
        let folder = try Folder()
        try folder.write("t.csv", Self.table)
        let outcome = try folder.nnprep("split", "t.csv", "-o", "new/parts", "--stratify", "--label-column", "class")
        #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome.errors)")
        let head = "\u{FEFF}id,\"the, name\",class\r\n"
        let parts = try ["train", "val", "test"].map { part in
            let text = String(decoding: try folder.read("new/parts/\(part).csv"), as: UTF8.self)
            #expect(text.hasPrefix(head))
            return Array(text.unicodeScalars.dropFirst(head.unicodeScalars.count))
        }
        let records = parts.map { part in
            String(String.UnicodeScalarView(part)).components(separatedBy: "\r\n").dropLast().reduce(into: [String]()) {
                // A record begins with its number; what does not goes on.
                if $1.hasPrefix("of 97") { $0[$0.count - 1] += "\r\n" + $1 } else { $0.append($1) }
            }
        }
        #expect(records.map(\.count) == [78, 10, 10])
        let original = Self.table.components(separatedBy: head)[1].components(separatedBy: "\r\n")
        var expected: [String] = []
        for line in original {
            if line.hasPrefix("of 97") { expected[expected.count - 1] += "\r\n" + line } else { expected.append(line) }
        }
        let order = Dictionary(uniqueKeysWithValues: zip(expected, expected.indices))
        for part in records {
            let numbers = part.compactMap { order[$0] }
            #expect(numbers.count == part.count && numbers == numbers.sorted())
        }
        #expect(Set(records.joined()) == Set(expected))
        // 33 of class a, 65 of class b.
        #expect(records.map { $0.filter { $0.hasSuffix(",a") }.count }[1...].allSatisfy { (3...4).contains($0) })
    }

    @Test func imagesStayBytes() throws {
        let folder = try Folder()
        let outcome = try folder.nnprep(
            "split", fixture("patches-train.bin"), "-o", ".", "--val", "0.25", "--test", "0", "--seed", "3")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(try folder.files == ["train.bin", "val.bin"])
        let original = try records(Data(contentsOf: URL(fileURLWithPath: fixture("patches-train.bin"))))
        let parts = try ["train.bin", "val.bin"].map { try records(folder.read($0)) }
        #expect(parts.map(\.count) == [450, 150])
        // Each part is a subsequence, and together they are all.
        var rest = parts.map { $0[...] }
        for record in original {
            let part = try #require(rest.firstIndex { $0.first == record })
            rest[part].removeFirst()
        }
        #expect(rest.map(\.count) == [0, 0])
    }

    private func records(_ data: Data) throws -> [Data] {
        stride(from: 0, to: data.count, by: 3073).map { Data(data[$0..<min($0 + 3073, data.count)]) }
    }

    @Test func arraysGetRightHeaders() throws {
        let folder = try Folder()
        let array = npy(">i2", shape: "50, 1, 2", (0..<100).flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })
        try folder.write("a.npy", array)
        for (command, counts) in [("split a.npy -o out", [40, 5, 5]), ("split - -o piped < a.npy", [40, 5, 5])] {
            let outcome = try folder.shell("nnprep " + command)
            try #require(outcome.status == 0, "\(outcome.errors)")
            let name = command.contains("piped") ? "piped" : "out"
            var values: [UInt8] = []
            for (part, count) in zip(["train", "val", "test"], counts) {
                let data = try folder.read("\(name)/\(part).npy")
                let text = String(decoding: data.prefix(128), as: UTF8.self)
                #expect(text.contains("'descr': '>i2'") && text.contains("'shape': (\(count), 1, 2)"), "\(text)")
                #expect(data.count % 64 == count * 4 % 64)
                values += data.suffix(count * 4)
            }
            #expect(values.sorted() == array.suffix(200).sorted())
        }
    }

    @Test func pipesAreSplitInOnePass() throws {
        let folder = try Folder()
        let rows = (0..<1000).map { "\($0),\($0 % 2 == 0 ? "x" : "y")\n" }
        try folder.write("t.csv", "n,label\n" + rows.joined())
        let outcome = try folder.shell("cat t.csv | nnprep split - --stratify --input-format csv -o out")
        try #require(outcome.status == 0, "\(outcome.errors)")
        let parts = try ["train", "val", "test"].map {
            String(decoding: try folder.read("out/\($0).csv"), as: UTF8.self).split(separator: "\n").dropFirst()
        }
        let expected = rows.map { $0.dropLast() }.sorted()
        let got = parts.joined().sorted()
        #expect(got == expected)
        #expect(abs(parts[1].count - 100) <= 10 && abs(parts[2].count - 100) <= 10)
    }

    @Test(arguments: [
        ("split t.csv", 2, "missing option '--output DIR'"),
        ("split t.csv -o -", 2, "a folder"),
        ("split t.csv -o out --val 0.5 --test 0.5", 2, "leave nothing for train"),
        ("split t.csv -o out --val 1", 2, "expected a fraction"),
        ("split train.csv -o .", 1, "./train.csv: is the input itself"),
        ("split t.csv -o t.csv/x", 1, "cannot make the folder"),
        ("split broken.csv -o out/deep", 1, "line 3"),
        ("split numbers.csv -o out --stratify", 2, "--stratify needs labels"),
        ("split two.csv -o out --stratify", 1, "say which is the label"),
    ])
    func refuses(_ line: String, _ status: Int32, _ words: String) throws {
        let folder = try Folder()
        for name in ["t.csv", "train.csv"] { try folder.write(name, Self.table) }
        try folder.write("numbers.csv", "a,b\n1,2\n")
        try folder.write("two.csv", "a,b,c\n1,x,y\n")
        try folder.write("broken.csv", "a,b\n1,2\n3\n")
        let before = try folder.files
        let outcome = try folder.shell("nnprep " + line)
        #expect(outcome.status == status && outcome.errors.contains(words), "\(outcome.errors)")
        #expect(try folder.files == before)
    }

    @Test func leftoversAndEmptyPartsAreTold() throws {
        let folder = try Folder()
        try folder.write("t.csv", "a\n1\n2\n3\n")
        #expect(try folder.nnprep("split", "t.csv", "-o", "out").errors.contains("out/val.csv has no rows"))
        let again = try folder.nnprep("split", "t.csv", "-o", "out", "--val", "0.4", "--test", "0")
        #expect(again.status == 0 && again.errors.contains("out/test.csv: is left from before"), "\(again.errors)")
        #expect(try folder.nnprep("split", "t.csv", "-o", "out", "--test", "0", "--quiet").errors.isEmpty)
    }
}
