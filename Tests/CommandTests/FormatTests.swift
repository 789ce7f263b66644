import Foundation
import TestSupport
import Testing

/// Formats beside CIFAR, numpy and tables, as files and in pipes.
@Suite struct FormatTests {
    private let val = fixture("patches-val.bin")

    /// Writes the first channel of some patches as idx, as MNIST has it.
    private func writeIDX(_ name: String, in folder: Folder, rows: Int = 20) throws -> Data {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: val))
        var file = Data([0, 0, 8, 3, 0, 0, 0, UInt8(rows), 0, 0, 0, 32, 0, 0, 0, 32])
        for row in 0..<rows { file += bytes[row * 3073 + 1..<row * 3073 + 1025] }
        try folder.write(name, file)
        return file
    }

    @Test func gzipIsKnownByItsContent() throws {
        let folder = try Folder()
        let outcome = try folder.shell(
            """
            gzip -c '\(val)' > val.bin.gz; gzip -c '\(fixture("iris-val.csv"))' > iris
            nnprep convert --input-format cifar10 val.bin.gz -o a.npy --quiet
            cat val.bin.gz | nnprep convert --input-format cifar10 - -o b.npy --quiet
            nnprep convert '\(val)' -o c.npy --quiet
            nnprep convert iris --label-column species > iris.csv
            (gzip -c < '\(val)'; gzip -1 -c < '\(val)') | nnprep inspect --input-format cifar10 - | grep rows
            """)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.text == "  rows      400\n")
        let expected = try folder.read("c.npy")
        #expect(try folder.read("a.npy") == expected && folder.read("b.npy") == expected)
        let iris = String(decoding: try folder.read("iris.csv"), as: UTF8.self)
        #expect(iris.hasPrefix("species,sepal_length") && iris.split(separator: "\n").count == 46)
    }

    @Test func damagedGzipIsRefused() throws {
        let folder = try Folder()
        let table = (0..<2000).map { "\($0),\($0 &* 7919 % 1000)\n" }.joined()
        try folder.write("t.csv", table)
        _ = try folder.shell("gzip t.csv")
        let whole = try folder.read("t.csv.gz")
        for count in [3, 10, 18, whole.count / 2, whole.count - 9, whole.count - 8, whole.count - 1] {
            try folder.write("cut.csv.gz", whole.prefix(count))
            let outcome = try folder.nnprep("inspect", "cut.csv.gz")
            #expect(outcome.status == 1 && !outcome.signalled)
            #expect(outcome.errors.contains("byte \(count): the gzip data ends early"), "\(outcome.errors)")
        }
        for place in [20, whole.count / 2, whole.count - 6] {
            var damaged = whole
            damaged[place] ^= 0x55
            try folder.write("bad.csv.gz", damaged)
            let outcome = try folder.nnprep("inspect", "bad.csv.gz")
            #expect(outcome.status == 1 && !outcome.signalled, "\(place)")
        }
        try folder.write("more.csv.gz", whole + Data("more".utf8))
        #expect(
            try folder.nnprep("inspect", "more.csv.gz").errors.contains(
                "byte \(whole.count): the gzip data is followed"))
        try folder.write("zeros.csv.gz", whole + Data(count: 512))
        #expect(try folder.nnprep("inspect", "zeros.csv.gz").status == 0)
    }

    @Test func idxInAndOut() throws {
        let folder = try Folder()
        let file = try writeIDX("train-images-idx3-ubyte", in: folder)
        let inspect = try folder.nnprep("inspect", "train-images-idx3-ubyte")
        #expect(inspect.text.contains("idx, 1 x 32 x 32 uint8"))
        #expect(try folder.nnprep("convert", "train-images-idx3-ubyte", "-o", "a.npy").status == 0)
        #expect(try Array2D(npy: folder.read("a.npy")).shape == [20, 1, 32, 32])
        #expect(try folder.nnprep("convert", "a.npy", "-o", "b.idx").status == 0)
        #expect(try folder.read("b.idx") == file)
        #expect(try folder.shell("nnprep convert a.npy --output-format idx | cmp - b.idx").status == 0)
        for count in [3, 4, 7, 15, 100, file.count - 1] {
            try folder.write("cut.idx", file.prefix(count))
            let outcome = try folder.nnprep("inspect", "cut.idx")
            #expect(outcome.status == 1 && !outcome.signalled && outcome.errors.contains("cut.idx: "))
        }
        try folder.write("labels.idx", Data([0, 0, 8, 1, 0, 0, 0, 2, 5, 7]))
        #expect(try folder.nnprep("inspect", "labels.idx").errors.contains("is an idx file of labels, not of rows"))
        try folder.write("floats.idx", Data([0, 0, 13, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]))
        #expect(try folder.nnprep("inspect", "floats.idx").errors.contains("its values are float32"))
        try folder.write("huge.idx", Data([0, 0, 8, 4] + [UInt8](repeating: 0xFF, count: 16)))
        #expect(try folder.nnprep("inspect", "huge.idx").status == 1)
    }

    @Test func rawRecordsNeedAShape() throws {
        let folder = try Folder()
        try folder.write("a.raw", Data([9, 1, 2, 3, 8, 4, 5, 6]))
        let table = try folder.nnprep(
            "convert", "--shape", "3", "--label-bytes", "1", "a.raw", "--output-format", "csv")
        #expect(table.text == "label,x1,x2,x3\n9,1,2,3\n8,4,5,6\n")
        #expect(try folder.nnprep("convert", "a.raw").errors.contains("give it with --shape"))
        #expect(try folder.nnprep("convert", "a.raw", "--shape", "3").errors.contains("byte 6: a record of 3 bytes"))
        #expect(try folder.nnprep("convert", "a.raw", "--shape", "3x").status == 2)
        #expect(try folder.nnprep("convert", "a.raw", "--shape", "2147483647x2147483647x4").status == 1)
        try folder.nnprep("convert", "a.raw", "--shape", "4", "--dtype", "float64", "-o", "b.raw")
        let back = try folder.nnprep(
            "convert", "b.raw", "--shape", "2x2", "--dtype-in", "float64", "--dtype", "uint8", "-o", "c.raw")
        #expect(back.status == 0)
        #expect(try folder.read("c.raw") == folder.read("a.raw"))
    }

    @Test func channelsLast() throws {
        let folder = try Folder()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: val))
        var pixels: [UInt8] = []
        var labels = Data("label\n".utf8)
        for row in 0..<200 {
            labels += Data("\(bytes[row * 3073])\n".utf8)
            for pixel in 0..<1024 {
                for channel in 0..<3 { pixels.append(bytes[row * 3073 + 1 + channel * 1024 + pixel]) }
            }
        }
        try folder.write("hwc.npy", npy("|u1", shape: "200, 32, 32, 3", pixels))
        try folder.write("labels.csv", labels)
        for (words, name) in [
            ([fixture("patches-val.bin")], "chw.json"), (["hwc.npy", "--channels-last"], "hwc.json"),
        ] {
            let outcome = try folder.nnprep(
                ["fit", "--quiet", "--center", "channel", "--scale", "maxabs", "-o", name] + words)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        func channels(_ name: String) throws -> [Double] {
            let root = try JSONSerialization.jsonObject(with: folder.read(name)) as? [String: Any]
            let statistics = try #require(root?["statistics"] as? [String: Any])
            let transform = try #require(root?["transform"] as? [String: Any])
            let means = try #require(statistics["channel_mean"] as? [Double])
            return try means + (#require(statistics["channel_std"] as? [Double]))
                + Set(#require(transform["divide"] as? [Double])).sorted()
        }
        #expect(try channels("hwc.json") == channels("chw.json"))
        let outcome = try folder.shell(
            """
            nnprep apply --stats hwc.json hwc.npy -o y.npy
            nnprep inverse --stats hwc.json y.npy --labels labels.csv --output-format cifar10 > back.bin
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try folder.read("back.bin") == bytes)
        try folder.write("few.csv", "label\n1\n")
        let few = try folder.nnprep(
            "inverse", "--stats", "hwc.json", "y.npy", "--labels", "few.csv", "-o", "b.bin", "--output-format",
            "cifar10")
        #expect(few.errors == "nnprep: error: --labels few.csv: has labels for 1 rows, and there are 200\n")
    }
}
