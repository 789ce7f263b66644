import Foundation
import TestSupport
import Testing

/// Whole numbers beyond 2^53, which doubles do not hold: kept by what copies, told of by what computes.
@Suite struct LargeIntegerTests {
    private let numbers: [Int64] = [1, 9_007_199_254_740_993, -9_007_199_254_740_993, 1 << 60, .max, .min, 0, -5]

    private func file(_ type: String, _ numbers: [Int64]) -> Data {
        let bytes = numbers.flatMap { type.first == ">" ? littleEndian($0).reversed() : littleEndian($0) }
        return npy(type, shape: "\(numbers.count / 2), 2", bytes)
    }

    /// What follows the header of an array, and the header's dtype and shape.
    private func parts(_ data: Data) -> (header: String, values: [UInt8]) {
        let length = 10 + Int(data[8]) + Int(data[9]) << 8
        return (String(decoding: data[10..<length], as: UTF8.self), [UInt8](data[length...]))
    }

    @Test(
        "convert keeps the type, the order of bytes and the values of an array",
        arguments: [
            "|i1", "<i2", ">i2", "<u2", "<i4", ">i4", "<u4", "<i8", ">i8", "<u8", ">u8", "<f2", ">f2", "<f4", ">f4",
            "<f8", ">f8",
        ])
    func arrays(type: String) throws {
        let folder = try Folder()
        let size = Int(String(type.last!))!
        // Any bytes are a value, but for the exponents of infinity and NaN; minus zero and subnormal numbers are among these.
        var bytes = (0..<48 * size).map { UInt8(truncatingIfNeeded: $0 &* 37 ^ 0x80) }
        let top = type.first == ">" ? 0 : size - 1
        if type.contains("f") {
            for start in stride(from: 0, to: bytes.count, by: size) where bytes[start + top] & 0x7C == 0x7C {
                bytes[start + top] ^= 0x40
            }
            bytes.replaceSubrange(0..<2 * size, with: [UInt8](repeating: 0, count: 2 * size))
            bytes[top] = 0x80
            bytes[2 * size - 1 - top] = 1
        }
        try folder.write("a.npy", npy(type, shape: "4, 3, 2, 2", bytes))
        for name in ["b.npy", "b.npz"] {
            let outcome = try folder.nnprep("convert", "a.npy", "-o", name)
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        }
        let unpacked = try folder.nnprep("convert", "b.npz", "-o", "c.npy")
        #expect(unpacked.status == 0)
        for name in ["b.npy", "c.npy"] {
            let (header, values) = parts(try folder.read(name))
            #expect(values == bytes)
            #expect(header.contains("'descr': '\(type)'") && header.contains("'shape': (4, 3, 2, 2)"), "\(header)")
        }
    }

    @Test("convert keeps whole numbers to the last digit in tables")
    func tables() throws {
        let folder = try Folder()
        for type in ["<i8", ">i8"] {
            try folder.write("a.npy", file(type, numbers))
            let outcome = try folder.nnprep("convert", "a.npy", "--output-format", "csv")
            #expect(
                outcome.text == """
                    x1,x2
                    1,9007199254740993
                    -9007199254740993,1152921504606846976
                    9223372036854775807,-9223372036854775808
                    0,-5

                    """)
            #expect(outcome.errors.isEmpty)
        }
        try folder.write("u.npy", npy("<u8", shape: "1, 1", littleEndian(UInt64.max)))
        #expect(try folder.nnprep("convert", "u.npy", "--output-format", "csv").text == "x1\n18446744073709551615\n")
    }

    @Test("convert from table to table keeps the text of numbers")
    func texts() throws {
        let folder = try Folder()
        try folder.write(
            "a.csv",
            "id;x;name\n9007199254740993;0.10;'a\n 00501 ;1e5;b\n\"-0\";0.1234567890123456789;c\n"
                + "123456789012345678901234567890123456789012;+5.;d\n")
        let outcome = try folder.nnprep("convert", "a.csv", "--label-column", "name")
        #expect(
            outcome.text
                == """
                name,id,x
                'a,9007199254740993,0.10
                b,00501,1e5
                c,-0,0.1234567890123456789
                d,123456789012345678901234567890123456789012,+5.

                """)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        try folder.write("c.csv", "x;y\n1,50;9007199254740993\n;2\n")
        let comma = try folder.nnprep(
            "convert", "c.csv", "--decimal", "comma", "--missing", "skip", "--output-format", "tsv")
        #expect(comma.text.contains("1.50") && comma.text.contains("9007199254740993") && comma.status == 0)
        // A type that is asked for is that of numbers.
        #expect(
            try folder.nnprep(
                "convert", "c.csv", "--decimal", "comma", "--missing", "skip", "--dtype", "float64",
                "--output-format", "tsv"
            ).text.contains("1.5\t"))
    }

    @Test("what an array of doubles cannot hold is an error, unless it is asked for")
    func doubles() throws {
        let folder = try Folder()
        try folder.write("a.csv", "id,x\n1,2\n-9007199254740993,3\n")
        try folder.write("a.npy", file("<i8", [1, 2, 3, 9_007_199_254_740_993]))
        let table = try folder.nnprep("convert", "a.csv", "-o", "b.npy")
        #expect(table.status == 1)
        #expect(
            table.errors == """
                nnprep: error: a.csv: line 3, column 1 ('id'): -9007199254740993 is not a number that float64 holds to the last digit
                  hint: write csv, which keeps every digit; or pass --dtype float64 to round it

                """)
        let raw = try folder.nnprep("convert", "a.npy", "-o", "b.raw")
        #expect(raw.status == 1 && raw.errors.contains("a.npy: row 2, feature x2: 9007199254740993 is not"))
        for name in ["a.csv", "a.npy"] {
            let asked = try folder.nnprep("convert", name, "--dtype", "float64", "-o", "b.npy")
            #expect(asked.status == 0 && asked.errors.split(separator: "\n").count == 1)
            #expect(asked.errors.contains("to the last digit: computed as"), "\(asked.errors)")
        }
        // Files of several types take the type that holds all of them.
        try folder.write("f.npy", npy([0.1, 2, 3, 4] as [Double], columns: 2))
        try folder.write("g.npy", npy([0.1, 2, 3, 4] as [Float], columns: 2))
        #expect(try folder.nnprep("convert", "g.npy", "f.npy", "-o", "b.npy").status == 0)
        #expect(try Array2D(npy: folder.read("b.npy")).values == [Double(Float(0.1)), 2, 3, 4, 0.1, 2, 3, 4])
        #expect(try folder.nnprep("convert", "f.npy", "a.npy", "-o", "b.npy").status == 1)
        let piped = try folder.nnprep("convert", "g.npy", "-", "-o", "b.npy", input: folder.read("f.npy"))
        #expect(piped.status == 1 && piped.errors.contains("row 1, feature x1: 0.1 is not"), "\(piped.errors)")
    }

    @Test("what computes warns once, naming the first number that is rounded")
    func warnings() throws {
        let folder = try Folder()
        let base: Int64 = 1 << 53
        try folder.write("a.npy", file("<i8", (Int64(0)..<20).map { $0 < 4 ? $0 : base + $0 }))
        try folder.write("a.csv", "t,x\n" + (Int64(0)..<10).map { "\(base + $0),\($0)\n" }.joined())
        for (name, place, number) in [
            ("a.npy", "row 3, feature x2", base + 5), ("a.csv", "line 3, column 1 ('t')", base + 1),
        ] {
            let double = number - 1
            for command in [
                ["fit", name], ["apply", "--stats", "stats.json", name, "-o", "y.csv"], ["moments", name, "-o", "m"],
                ["inspect", name],
            ] {
                let outcome = try folder.nnprep(command)
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(
                    outcome.errors.split(separator: "\n").filter { $0.contains("last digit") } == [
                        "nnprep: warning: \(name): \(place): \(number) is more than a double holds to the last digit: "
                            + "computed as \(double)"
                    ], "\(command): \(outcome.errors)")
            }
        }
        // Those that doubles hold are no reason for a warning.
        try folder.write("even.npy", file("<i8", (Int64(0)..<20).map { base + 2 * $0 }))
        #expect(try folder.nnprep("fit", "even.npy").errors.isEmpty)
    }

    @Test("check takes rows for equal where the numbers are, whatever their type")
    func copies() throws {
        let folder = try Folder()
        let base: Int64 = 1 << 60
        func table(_ rows: [[Int64]]) -> String {
            "x1,x2\n" + rows.map { $0.map(String.init).joined(separator: ",") + "\n" }.joined()
        }
        let train = (Int64(0)..<40).map { [base + $0, $0 * $0 % 7] }
        let apart = (Int64(0)..<40).map { [base + 40 + $0, $0 * $0 % 7] }
        let mixed = apart[..<37] + train[5..<8]
        for (name, rows) in [("train", train), ("apart", apart), ("mixed", Array(mixed))] {
            try folder.write("\(name).npy", file("<i8", rows.flatMap(\.self)))
            try folder.write("\(name).csv", table(rows))
            try folder.write("\(name)-u.npy", file("<u8", rows.flatMap(\.self)))
        }
        for train in ["train.npy", "train.csv", "train-u.npy"] {
            for (split, copies) in [("apart", 0), ("mixed", 3)] {
                for ending in [".npy", ".csv", "-u.npy"] {
                    let outcome = try folder.nnprep(
                        "check", "--only", "leaks", "--threshold", "0", "--train", train, "--json", "\(split)\(ending)")
                    let root = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
                    let leaks = try #require(root?["leaks"] as? [String: Any], "\(outcome.errors)")
                    let pairs = try #require(leaks["pairs"] as? [[String: Any]])
                    #expect(pairs.count == copies, "\(train) \(split)\(ending)")
                    #expect(outcome.status == (copies == 0 ? 0 : 3))
                }
            }
        }
    }

    @Test("split passes records on as they stand")
    func split() throws {
        let folder = try Folder()
        try folder.write("a.npy", file(">i8", (Int64(0)..<40).map { Int64.max - $0 }))
        try folder.write("a.csv", "id,x\n" + (Int64(0)..<20).map { "\(Int64.max - $0), 0.10\n" }.joined())
        for name in ["a.npy", "a.csv"] {
            #expect(try folder.nnprep("split", name, "-o", "parts", "--val", "0.2", "--test", "0.2").status == 0)
        }
        let whole = parts(try folder.read("a.npy")).values
        let rows = Set(stride(from: 0, to: whole.count, by: 16).map { Array(whole[$0..<$0 + 16]) })
        var (found, lines): (Set<[UInt8]>, [String]) = ([], [])
        for part in ["train", "val", "test"] {
            let (header, values) = parts(try folder.read("parts/\(part).npy"))
            #expect(header.contains("'>i8'"))
            for start in stride(from: 0, to: values.count, by: 16) { found.insert(Array(values[start..<start + 16])) }
            lines += String(decoding: try folder.read("parts/\(part).csv"), as: UTF8.self).split(separator: "\n")
                .dropFirst().map(String.init)
        }
        #expect(found == rows)
        #expect(Set(lines) == Set((Int64(0)..<20).map { "\(Int64.max - $0), 0.10" }))
    }
}
