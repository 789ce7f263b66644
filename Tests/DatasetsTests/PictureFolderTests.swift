import Foundation
import Testing

@testable import Datasets

/// A folder that lives as long as this value.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: [UInt8] = []) throws {
        let file = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }
}

/// A grey picture of one pixel, so that a row tells which file it is from.
func pixel(_ value: UInt8) -> [UInt8] {
    func chunk(_ kind: String, _ body: [UInt8]) -> [UInt8] {
        var sum = CRC32()
        let bytes = Array(kind.utf8) + body
        sum.add(bytes.span)
        return bigEndian(body.count) + bytes + bigEndian(Int(sum.value))
    }
    func bigEndian(_ number: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
    let row: [UInt8] = [0, value]
    // zlib's header, one stored block, and the Adler-32 of its bytes.
    let (a, b) = (1 + Int(value), 2 + Int(value))
    let data = [0x78, 0x01, 1, 2, 0, 0xFD, 0xFF] + row + bigEndian(b << 16 | a)
    return [0x89] + Array("PNG\r\n\u{1A}\n".utf8) + chunk("IHDR", bigEndian(1) + bigEndian(1) + [8, 0, 0, 0, 0])
        + chunk("IDAT", data) + chunk("IEND", [])
}

@Suite struct PictureFolderTests {
    private let grey = pictureOptions(grey: true)

    @Test func classFoldersAreNumberedByTheirSortedNames() throws {
        let folder = try TemporaryFolder()
        try folder.write("dog/b.png", pixel(4))
        try folder.write("dog/a.png", pixel(3))
        try folder.write("Zebra/x.png", pixel(1))
        try folder.write("cat/x.png", pixel(2))
        try folder.write("élan/x.png", pixel(5))
        let read = try ReadPictures(folder.path, grey)
        #expect(read.description.classes == ["Zebra", "cat", "dog", "élan"])
        #expect(read.description.labelNames == ["label"])
        #expect(read.values == [1, 2, 3, 4, 5])
        #expect(read.labels == ["0", "1", "2", "2", "3"])
        #expect(read.rowCount == 5)
    }

    /// As sorted(os.walk()) has them: by the whole path of the folder, then by the name of the file.
    @Test func nestedFoldersBelongToTheClassAboveThem() throws {
        let folder = try TemporaryFolder()
        try folder.write("a/z.png", pixel(1))
        try folder.write("a/b/x.png", pixel(2))
        try folder.write("a/b-c/x.png", pixel(3))
        try folder.write("a/b/d/x.png", pixel(4))
        let read = try ReadPictures(folder.path, grey)
        #expect(read.values == [1, 2, 3, 4])
        #expect(read.labels == ["0", "0", "0", "0"])
    }

    @Test func aFolderWithoutClassFoldersHasNoLabels() throws {
        let folder = try TemporaryFolder()
        try folder.write("b.png", pixel(2))
        try folder.write("a.PNG", pixel(1))
        try folder.makeFolder("empty")
        let read = try ReadPictures(folder.path, grey)
        #expect(read.values == [1, 2])
        #expect(read.description.labelNames.isEmpty && read.description.classes == nil)
    }

    @Test func whatSystemsLeaveBehindIsPassedOver() throws {
        let folder = try TemporaryFolder()
        try folder.write("a/x.png", pixel(7))
        for name in [
            ".DS_Store", "Thumbs.db", "a/Thumbs.db", "a/._x.png", "a/.hidden.png", "__MACOSX/a/x.png",
            ".ipynb_checkpoints/y.png", "a/@eaDir/x.png", "a/notes.txt", "a/desktop.ini", "labels.csv",
        ] {
            try folder.write(name, [1, 2, 3])
        }
        let read = try ReadPictures(folder.path, grey)
        #expect(read.values == [7])
        #expect(read.description.classes == ["a"])
    }

    /// A split that lacks a class must not give the others other numbers.
    @Test func anEmptyClassKeepsItsNumber() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("a")
        try folder.write("b/x.png", pixel(1))
        let read = try ReadPictures(folder.path, grey)
        #expect(read.description.classes == ["a", "b"])
        #expect(read.labels == ["1"])
    }

    @Test func linksAreFollowedAndLoopsEnd() throws {
        let other = try TemporaryFolder()
        try other.write("x.png", pixel(9))
        let folder = try TemporaryFolder()
        try folder.write("a/x.png", pixel(1))
        try folder.link("a/y.png", to: "\(other.path)/x.png")
        try folder.link("a/again", to: folder.path)
        try folder.link("a/more", to: other.path)
        try folder.link("b", to: other.path)
        let read = try ReadPictures(folder.path, grey)
        #expect(read.values == [1, 9, 9, 9])
        #expect(read.labels == ["0", "0", "0", "1"])
    }

    @Test func aLinkToNothingIsABrokenPicture() throws {
        let folder = try TemporaryFolder()
        try folder.write("a/x.png", pixel(1))
        try folder.link("a/y.png", to: "nowhere.png")
        #expect(refusal(folder.path + "/a", grey).words == "a/y.png: cannot open: no such file or directory")
        let read = try ReadPictures(folder.path, pictureOptions(grey: true, skipsBroken: true))
        #expect(read.values == [1])
        #expect(read.broken == ["\(folder.path)/a/y.png: cannot open: no such file or directory"])
    }

    @Test func brokenPicturesAreErrorsByNameOrLeftOutWithTheirLabels() throws {
        let folder = try TemporaryFolder()
        try folder.write("a/0.png", Array(pixel(1).prefix(50)))
        try folder.write("a/1.png", pixel(1))
        try folder.write("b/2.png", pixel(2))
        try folder.write("b/3.png", [])
        try folder.write("b/4.jpg", [0xFF, 0xD8, 0xFF, 0xE0])
        try folder.write("c/5.webp", Array("RIFF....WEBPVP8 ".utf8))
        let error = refusal(folder.path + "/a", grey)
        #expect(error.words.hasPrefix("a/0.png: is a broken PNG file: the file ends"))
        #expect(error.hint == "leave broken pictures out with --skip-broken")
        let read = try ReadPictures(folder.path, pictureOptions(grey: true, skipsBroken: true))
        #expect(read.values == [1, 2])
        #expect(read.labels == ["0", "1"])
        #expect(read.rowCount == nil)
        #expect(
            read.broken.map { $0.replacingOccurrences(of: folder.path + "/", with: "") } == [
                "a/0.png: is a broken PNG file: the file ends in the middle of the picture", "b/3.png: is empty",
                "b/4.jpg: is a broken JPEG file: the file ends before the picture begins",
                "c/5.webp: is a WebP picture, not a JPEG or PNG picture",
            ])
    }

    @Test func differentSizesNameTwoPicturesAndTheOption() throws {
        let folder = try TemporaryFolder()
        let (small, large) = (try fixtureBytes("kinds/png-2-8.png"), try fixtureBytes("pictures/chelsea/fur.png"))
        try folder.write("p/a.png", small)
        try folder.write("p/b.png", small)
        try folder.write("p/c.png", large)
        let error = refusal(folder.path + "/p")
        #expect(error.words == "p/c.png: is 50 x 50 pixels, and p/a.png is 19 x 13")
        #expect(error.hint?.contains("--resize WxH") == true)
        let read = try ReadPictures(folder.path + "/p", pictureOptions(.stretch(PictureSize(width: 8, height: 4))))
        #expect(read.rows == 3)
        #expect(
            refusal(folder.path + "/p", pictureOptions(.shorterSide(16), crop: PictureSize(width: 24, height: 16)))
                .words == "p/a.png: is 23 x 16 pixels, smaller than the crop of 24 x 16")
    }

    @Test func picturesBesideClassFoldersAreRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write("p/cat/a.png", pixel(1))
        try folder.write("p/b.png", pixel(1))
        #expect(
            refusal(folder.path + "/p").words
                == "p/b.png: is a picture beside folders of pictures such as 'cat': folders are classes, and it "
                + "has none"
        )
    }

    @Test func aFolderWithoutPicturesSaysWhatItHas() throws {
        let folder = try TemporaryFolder()
        try folder.write("p/a.csv", [])
        #expect(refusal(folder.path + "/p").words == "p: holds no pictures, only files such as 'a.csv'")
        try folder.makeFolder("q/deeper")
        #expect(refusal(folder.path + "/q").words == "q: holds no pictures")
    }

    @Test func theNumbersOfClassesFollowTheStatistics() throws {
        let folder = try TemporaryFolder()
        try folder.write("val/cat/a.png", pixel(1))
        try folder.write("val/dog/a.png", pixel(2))
        var description = DatasetDescription(format: .pictures, shape: [1, 1, 1], scalar: .uint8)
        description.classes = ["bird", "cat", "dog"]
        var options = grey
        options.expected = .init(description, from: "stats.json")
        #expect(try ReadPictures(folder.path + "/val", options).labels == ["1", "2"])
        try folder.write("val/emu/a.png", pixel(3))
        #expect(
            refusal(folder.path + "/val", options).words
                == "val/emu: is in the folder 'emu', and the classes are 'bird', 'cat', 'dog'")
    }

    @Test func manyClassesAreLabelsAsText() throws {
        let folder = try TemporaryFolder()
        for i in 0..<300 { try folder.write("\(1000 + i)/x.png", pixel(UInt8(i % 256))) }
        let read = try ReadPictures(folder.path, grey)
        #expect(read.labels == (0..<300).map(String.init))
        #expect(read.values == (0..<300).map { UInt8($0 % 256) })
    }

    /// What was fitted says how pictures are read; other options are refused.
    @Test func picturesAreReadAsTheStatisticsSay() throws {
        let folder = try TemporaryFolder()
        try folder.write("p/a.png", pixel(1))
        var fitted = PictureOptions()
        (fitted.resize, fitted.isGrey) = (.stretch(PictureSize(width: 2, height: 2)), true)
        var description = DatasetDescription(format: .pictures, shape: [1, 2, 2], scalar: .uint8)
        description.pictures = fitted
        var options = InputOptions()
        options.expected = .init(description, from: "stats.json")
        #expect(try ReadPictures(folder.path + "/p", options).values == [1, 1, 1, 1])
        options.pictures = PictureOptions()
        #expect(
            refusal(folder.path + "/p", options).words
                == "p: is read with other options than the pictures of stats.json")
    }
}

func fixtureBytes(_ name: String) throws -> [UInt8] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: root.appendingPathComponent("Fixtures/\(name)")))
}
