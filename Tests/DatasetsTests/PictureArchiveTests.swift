import Foundation
import TestSupport
import Testing

@testable import Datasets

/// A tar archive, written from the specification alone.
struct Tar {
    var bytes: [UInt8] = []

    mutating func add(
        _ name: String, _ body: [UInt8] = [], kind: Character = "0", link: String = "", prefix: String = ""
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, _ offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, 0)
        put("0000644\0", 100)
        put(octal(body.count, 11), 124)
        put("        ", 148)
        put(String(kind), 156)
        put(link, 157)
        put("ustar\0" + "00", 257)
        put(prefix, 345)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0 ", 148)
        bytes += header + body + [UInt8](repeating: 0, count: (512 - body.count % 512) % 512)
    }

    mutating func addPAX(_ records: [(String, String)]) {
        var body = ""
        for (key, value) in records {
            let rest = " \(key)=\(value)\n"
            var length = rest.utf8.count + 1
            while "\(length)".count + rest.utf8.count != length { length += 1 }
            body += "\(length)\(rest)"
        }
        add("PaxHeader", Array(body.utf8), kind: "x")
    }

    mutating func end() { bytes += [UInt8](repeating: 0, count: 1024) }
}

@Suite struct PictureArchiveTests {
    private let grey = pictureOptions(grey: true)

    private func read(_ tar: Tar, _ options: InputOptions? = nil) throws -> ReadPictures {
        try withFile("a.tar", tar.bytes) { try ReadPictures($0, options ?? grey) }
    }

    private func refused(_ bytes: [UInt8], name: String = "a.tar") throws -> String {
        try withFile(name, bytes) { refusal($0, grey).words }
    }

    @Test func samplesOfWebDatasetAreReadInOrder() throws {
        var tar = Tar()
        tar.add("0007.jpg.txt", Array("a caption".utf8))
        tar.add("0007.cls", Array("3\n".utf8))
        tar.add("0007.png", pixel(7))
        tar.add("0001.png", pixel(1))
        tar.add("0001.json", Array(#"{"caption": "x", "label": 12}"#.utf8))
        tar.add("0001.depth.png", pixel(99))
        tar.add("0002.PNG", pixel(2))
        tar.add("0002.json", Array(#"{"cls": "cat"}"#.utf8))
        tar.end()
        let read = try read(tar)
        #expect(read.values == [7, 1, 2])
        #expect(read.labels == ["3", "12", "cat"])
        #expect(read.description.labelNames == ["label"])
        #expect(read.rowCount == nil)
    }

    @Test func foldersInArchivesAreLabelsByName() throws {
        var tar = Tar()
        tar.add("./photos/", kind: "5")
        tar.add("./photos/dog/b.1.png", pixel(1))
        tar.add("./photos/dog/b.2.png", pixel(2))
        tar.add("./photos/dog/._b.png", [1])
        tar.add("./photos/cat/Thumbs.db", [1])
        tar.add("./photos/cat/a.png", pixel(3))
        tar.add("__MACOSX/photos/cat/a.png", [1])
        let read = try read(tar)
        #expect(read.values == [1, 2, 3])
        #expect(read.labels == ["dog", "dog", "cat"])
    }

    @Test func foldersInArchivesHaveTheNumbersOfTheStatistics() throws {
        var tar = Tar()
        tar.add("photos/dog/b.png", pixel(1))
        tar.add("photos/cat/young/b.png", pixel(1))
        var description = DatasetDescription(format: .pictures, shape: [1, 1, 1], scalar: .uint8)
        description.classes = ["cat", "dog"]
        var options = grey
        options.expected = .init(description, from: "stats.json")
        #expect(try read(tar, options).labels == ["1", "0"])
        // Pictures to be predicted are in a folder of any name.
        var other = Tar()
        other.add("unknown/b.png", pixel(1))
        #expect(try read(other, options).labels.isEmpty)
    }

    @Test func longNamesAreThoseOfGNUAndPAX() throws {
        let long = String(repeating: "x", count: 150)
        var tar = Tar()
        tar.add("b.png", pixel(1), prefix: String(repeating: "p", count: 155))
        tar.add("././@LongLink", Array("gnu/\(long).png\0".utf8), kind: "L")
        tar.add("gnu/short", pixel(2))
        tar.addPAX([("mtime", "1.5"), ("path", "päx/\(long).png")])
        tar.add("short", pixel(3))
        let read = try read(tar)
        #expect(read.values == [1, 2, 3])
        #expect(read.labels == [String(repeating: "p", count: 155), "gnu", "päx"])
    }

    @Test func sizesOfPAXAndBase256AreRead() throws {
        var tar = Tar()
        let body = pixel(5)
        tar.addPAX([("size", "\(body.count)")])
        tar.add("a.png", body)
        var header = Array(tar.bytes[1024..<1536])
        // The size as a big-endian number, and the checksum again.
        header.replaceSubrange(
            124..<136,
            with: [0x80] + [UInt8](repeating: 0, count: 9) + [UInt8(body.count >> 8), UInt8(body.count & 255)])
        header.replaceSubrange(148..<156, with: Array("        ".utf8))
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        header.replaceSubrange(
            148..<156, with: Array((String(repeating: "0", count: 6 - sum.count) + sum + "\0 ").utf8))
        tar.bytes.replaceSubrange(1024..<1536, with: header)
        #expect(try read(tar).values == [5])
    }

    @Test func archivesThatFollowEachOtherAreReadAsOne() throws {
        var tar = Tar()
        tar.add("a.png", pixel(1))
        tar.end()
        tar.add("b.png", pixel(2))
        tar.end()
        #expect(try read(tar).values == [1, 2])
    }

    @Test func gzippedArchivesAreRead() throws {
        let folder = try TemporaryFolder()
        var tar = Tar()
        tar.add("a.png", pixel(1))
        try folder.write("a.tar", tar.bytes)
        try #require(succeeds("gzip -k \(folder.path)/a.tar"))
        #expect(try ReadPictures(folder.path + "/a.tar.gz", grey).values == [1])
    }

    @Test(.enabled(if: succeeds("tar --version")), arguments: ["gnu", "ustar", "pax", "v7"])
    func archivesOfTarAreRead(format: String) throws {
        let folder = try TemporaryFolder()
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures").path
        try #require(
            succeeds(
                "tar --format=\(format) --sort=name --exclude=broken.jpg -C \(root) -cf \(folder.path)/a.tar pictures"))
        let options = pictureOptions(.stretch(PictureSize(width: 8, height: 8)))
        let archive = try ReadPictures(folder.path + "/a.tar", options)
        #expect(
            archive.labels == ["astronaut", "more", "astronaut", "chelsea", "chelsea", "chelsea", "coffee", "coffee"])
        // The same pictures as those of the folder, in the order of the archive.
        var skipping = options
        skipping.skipsBroken = true
        #expect(archive.rows == (try ReadPictures(root + "/pictures", skipping)).rows)
    }

    @Test func linksToPicturesAreErrors() throws {
        for kind in ["1", "2"] as [Character] {
            var tar = Tar()
            tar.add("a.png", pixel(1))
            tar.add("b.png", kind: kind, link: "a.png")
            #expect(
                try refused(tar.bytes)
                    == "a.tar: b.png: is a link to 'a.png', which an archive that is read once cannot follow")
        }
    }

    @Test func damagedArchivesAreRefused() throws {
        var tar = Tar()
        tar.add("a.png", pixel(1))
        let whole = tar.bytes
        tar.add("b.png", pixel(2))
        #expect(
            try refused(Array(tar.bytes.dropLast(300)))
                == "a.tar: byte \(1536 + pixel(2).count): the tar data ends early")
        #expect(try refused(Array(tar.bytes.prefix(1200))) == "a.tar: byte 1024: the tar data ends early")
        var damaged = tar.bytes
        damaged[1030] ^= 1
        #expect(try refused(damaged) == "a.tar: byte 1024: the tar data has a damaged header")
        #expect(try refused(Array("x".utf8) + whole) == "a.tar: byte 0: the tar data has a damaged header")
        var empty = Tar()
        empty.add("notes.txt", [1])
        #expect(try refused(empty.bytes) == "a.tar: holds no pictures")
        var huge = Tar()
        huge.add("a.png", pixel(1))
        huge.add("././@LongLink", [], kind: "L")
        var header = Array(huge.bytes[1024..<1536])
        header.replaceSubrange(124..<136, with: Array("77777777777\0".utf8))
        header.replaceSubrange(148..<156, with: Array("        ".utf8))
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        header.replaceSubrange(
            148..<156, with: Array((String(repeating: "0", count: 6 - sum.count) + sum + "\0 ").utf8))
        huge.bytes.replaceSubrange(1024..<1536, with: header)
        #expect(try refused(huge.bytes) == "a.tar: byte 1536: the tar data has a name that is too long")
    }

    /// An archive of the names: pictures are of the value that follows the name after a space, labels of that text.
    private func archive(_ members: String...) -> Tar {
        var tar = Tar()
        for member in members {
            let parts = member.split(separator: " ")
            let isPicture = parts[0].lowercased().hasSuffix("png") || parts[0].lowercased().hasSuffix("jpeg")
            tar.add(
                String(parts[0]), isPicture ? pixel(UInt8(parts[1])!) : Array(parts[1...].joined(separator: " ").utf8))
        }
        return tar
    }

    @Test(
        "key.png is the sample, in whatever order its files come",
        arguments: [
            ["a.png 1", "a.seg.png 9", "a.cls 5", "b.png 2", "b.seg.png 8", "b.cls 6"],
            ["a.cls 5", "a.mask.png 9", "a.png 1", "b.cls 6", "b.mask.png 8", "b.png 2"],
            ["x.y/a.seg.png 9", "x.y/a.CLS 5\n", "x.y/a.JPEG 1", "x.y/b.JPEG 2", "x.y/b.txt t", "x.y/b.cls \t6 "],
        ])
    func masksAreNoSamples(members: [String]) throws {
        var tar = Tar()
        for member in members { tar.bytes += archive(member).bytes }
        let read = try read(tar)
        #expect(read.values == [1, 2])
        #expect(read.labels == ["5", "6"])
    }

    @Test func masksWithoutLabelsAreNoSamples() throws {
        let read = try read(archive("a.png 1", "a.seg.png 9", "b.seg.png 9", "b.png 2"))
        #expect(read.values == [1, 2])
        #expect(read.beside == ["a.seg.png", "b.seg.png"])
        // Names with dots are names where no picture has the name of the key.
        #expect(try self.read(archive("i.1.png 1", "i.2.png 2", "j.1.png 3")).values == [1, 2, 3])
    }

    @Test(
        "what WebDataset would take apart, or drop, is an error",
        arguments: [
            (
                ["a.png 1", "b.png 2", "a.cls 5"],
                "a.cls: has no picture beside it: the files of a sample must follow each other"
            ),
            (
                ["a.png 1", "b.png 2", "a.json {\"label\":1}"],
                "a.json: has no picture beside it: the files of a sample must follow each other"
            ),
            (
                ["a.json {\"label\":1}", "b.png 2", "a.png 1"],
                "a.png: belongs to the sample 'a', which came before: the files of a sample must follow each other"
            ),
            (
                ["a.png 1", "b.png 2", "a.seg.png 5"],
                "a.seg.png: belongs to the sample 'a', which came before: the files of a sample must follow each other"
            ),
            (
                ["a.seg.png 1", "b.png 2", "a.png 5"],
                "a.png: belongs to the sample 'a', which came before: the files of a sample must follow each other"
            ),
            (["a.png 1", "a.cls 5", "b.png 2"], "b.png: has no label beside it, as those before it have"),
            (
                ["a.png 1", "b.png 2", "b.cls 5"],
                "b.cls: is a label, and the pictures before it have no label beside them"
            ),
            (
                ["f/a.png 1", "f/b.png 2", "f/b.cls 5"],
                "f/b.cls: is a label, and the pictures before it have no label beside them"
            ),
            (["a.png 1", "a.cls 5", "a.png 2"], "a.png: is in the archive twice"),
            (["a.png 1", "a.cls 5", "b.png 1", "b.cls 4", "./a.png 2", "a.cls 5"], "a.png: is in the archive twice"),
            (["f/a.png 1", "f/b.png 1", "f/a.png 1"], "f/a.png: is in the archive twice"),
            (
                ["a.left.png 1", "a.right.png 2", "a.cls 5"],
                "a.left.png: the sample has the pictures 'a.left.png', 'a.right.png': which is its own cannot be told"
            ),
            (
                ["a.png 1", "a.jpeg 2", "a.cls 5"],
                "a.png: the sample has the pictures 'a.png', 'a.jpeg': which is its own cannot be told"
            ),
            (
                ["a.seg.png 1", "a.cls 5"],
                "a.seg.png: is the only picture of its sample, and its name has more than one dot"
            ),
            (["a.png 1", "a.cls "], "a.cls: is no label: a short text or a number was expected"),
        ] as [([String], String)])
    func samplesTornApartAreErrors(members: [String], words: String) throws {
        var tar = Tar()
        for member in members { tar.bytes += archive(member).bytes }
        #expect(try refused(tar.bytes) == "a.tar: \(words)")
    }

    @Test func archivesThatFollowEachOtherMayUseTheSameNames() throws {
        var tar = archive("a.png 1", "a.cls 5")
        tar.end()
        tar.bytes += archive("a.png 2", "a.cls 6").bytes
        #expect(try read(tar).labels == ["5", "6"])
    }

    @Test(
        "a pax record whose length is not that of a record is an error",
        arguments: ["-9223372036854775808", "9223372036854775808", "0", "1", "+10", "99", ""])
    func paxLengths(length: String) throws {
        var tar = Tar()
        tar.add("PaxHeader", Array("\(length) path=a\n".utf8), kind: "x")
        tar.add("a.png", pixel(1))
        #expect(try refused(tar.bytes) == "a.tar: byte 1024: the tar data has a damaged pax header")
    }

    @Test("a picture is read no farther than its pixels can need, and the next one is found")
    func aPictureIsReadInBounds() throws {
        var tar = Tar()
        tar.add("a.png", pixel(1) + [UInt8](repeating: 0, count: 1 << 27))
        tar.add("b.png", [UInt8](pixel(1).prefix(8)) + [UInt8](repeating: 0, count: 1 << 27))
        tar.add("c.png", pixel(3))
        var options = grey
        options.skipsBroken = true
        let read = try read(tar, options)
        #expect(read.values == [3])
        let words = [
            "a.png: is a picture of more than 67108872 bytes, which its pixels do not need",
            "b.png: is a broken PNG file: [00][00][00][00]: invalid chunk type",
        ]
        #expect(read.broken.count == 2 && zip(read.broken, words).allSatisfy { $0.contains($1) }, "\(read.broken)")
    }

    @Test func aSampleWithoutALabelIsAnError() throws {
        var tar = Tar()
        tar.add("1.png", pixel(1))
        tar.add("1.cls", Array("1".utf8))
        tar.add("2.png", pixel(1))
        #expect(try refused(tar.bytes) == "a.tar: 2.png: has no label beside it, as those before it have")
    }
}
