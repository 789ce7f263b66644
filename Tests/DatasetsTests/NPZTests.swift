import Foundation
import TestSupport
import Testing

@testable import Datasets

/// A zip archive, written from the specification alone: members stored as they are.
private struct Zip {
    struct Member {
        var name: String
        var body: [UInt8]
        /// Sizes and checksum follow the data, as in what is written to a pipe.
        var isStreamed = false
        var flags = 0
        var method = 0
    }

    static func archive(_ members: [Member], comment: String = "", hasDirectory: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            var sum = CRC32()
            sum.add(member.body.span)
            let flags = member.flags | (member.isStreamed ? 8 : 0)
            let (crc, size) = (littleEndian(sum.value), littleEndian(UInt32(member.body.count)))
            let name = littleEndian(UInt16(member.name.utf8.count))
            let common =
                littleEndian(UInt16(20)) + littleEndian(UInt16(flags)) + littleEndian(UInt16(member.method))
                + [0, 0, 0, 0]
            let offset = littleEndian(UInt32(bytes.count))
            bytes += Array("PK\u{3}\u{4}".utf8) + common
            bytes += member.isStreamed ? [UInt8](repeating: 0, count: 12) : crc + size + size
            bytes += name + [0, 0] + member.name.utf8 + member.body
            if member.isStreamed { bytes += Array("PK\u{7}\u{8}".utf8) + crc + size + size }
            directory += Array("PK\u{1}\u{2}".utf8) + [20, 0] + common + crc + size + size + name
            directory += [UInt8](repeating: 0, count: 12) + offset + member.name.utf8
        }
        guard hasDirectory else { return bytes }
        let count = littleEndian(UInt16(members.count))
        return bytes + directory + Array("PK\u{5}\u{6}".utf8) + [0, 0, 0, 0] + count + count
            + littleEndian(UInt32(directory.count)) + littleEndian(UInt32(bytes.count))
            + littleEndian(UInt16(comment.utf8.count)) + comment.utf8
    }
}

@Suite struct NPZTests {
    private let first = [UInt8](npy("|u1", shape: "2, 3", [1, 2, 3, 4, 5, 6] as [UInt8]))
    private let second = [UInt8](npy("|u1", shape: "1, 2", [7, 8] as [UInt8]))

    private func values(_ path: String, array: String? = nil) throws -> [UInt8] {
        var options = InputOptions()
        options.array = array
        var reader = try RowReader(path: path, options: options)
        #expect(reader.description.format == .npy)
        var all: [UInt8] = []
        while let piece = try reader.next() {
            if case .bytes(let values) = try reader.format.decode(piece).values { all += values }
        }
        return all
    }

    /// The values or the error, from a file and from a pipe.
    private func outcomes(_ bytes: [UInt8], array: String? = nil) throws -> (file: String, pipe: String) {
        func outcome(_ path: String) -> String {
            do { return "\(try values(path, array: array))" } catch {
                return "\((error as? DatasetError)?.problem.words ?? "\(error)")"
            }
        }
        let folder = try TemporaryFolder()
        try folder.write("a.npz", bytes)
        try #require(succeeds("mkfifo \(folder.path)/pipe.npz"))
        let writer = Process()
        writer.executableURL = URL(fileURLWithPath: "/bin/sh")
        writer.arguments = ["-c", "cat \(folder.path)/a.npz > \(folder.path)/pipe.npz 2>/dev/null"]
        try writer.run()
        let piped = outcome("\(folder.path)/pipe.npz")
        writer.waitUntilExit()
        return (outcome("\(folder.path)/a.npz"), piped)
    }

    @Test(arguments: [false, true])
    func theOnlyArrayIsRead(isStreamed: Bool) throws {
        let zip = Zip.archive([.init(name: "arr_0.npy", body: first, isStreamed: isStreamed)], comment: "PK\u{5}\u{6}")
        let (file, pipe) = try outcomes(zip)
        #expect(file == "[1, 2, 3, 4, 5, 6]")
        #expect(pipe == file)
    }

    @Test func oneOfSeveralArraysIsReadByName() throws {
        let zip = Zip.archive([
            .init(name: "readme.txt", body: [1, 2, 3]), .init(name: "x.npy", body: first),
            .init(name: "y.npy", body: second),
        ])
        #expect(try outcomes(zip, array: "x") == ("[1, 2, 3, 4, 5, 6]", "[1, 2, 3, 4, 5, 6]"))
        #expect(try outcomes(zip, array: "y") == ("[7, 8]", "[7, 8]"))
        #expect(try outcomes(zip) == ("holds the arrays 'x', 'y'", "holds more than one array"))
        #expect(try outcomes(zip, array: "z") == ("has no array 'z', only 'x', 'y'", "has no array 'z'"))
    }

    @Test func damagedArchivesAreRefused() throws {
        let whole = Zip.archive([.init(name: "x.npy", body: first)])
        var changed = whole
        changed[35 + first.count - 1] ^= 1
        let wrongSum = "the zip data has another checksum than it says"
        #expect(try outcomes(changed) == (wrongSum, wrongSum))
        #expect(
            try outcomes(Array(whole.prefix(100)))
                == ("the zip data has no directory at its end", "the zip data ends early"))
        // Beside the end record, a locator of a record of 64-bit sizes that is nowhere.
        for place in [UInt64(1) << 63, .max, 1 << 62, 0] {
            var bytes = Zip.archive([
                .init(name: "x.npy", body: first), .init(name: "y", body: Array(repeating: 0, count: 70_000)),
            ])
            let end = littleEndian(UInt32(0)) + littleEndian(place) + littleEndian(UInt32(1))
            bytes.insert(contentsOf: "PK\u{6}\u{7}".utf8 + end, at: bytes.count - 22)
            #expect(try outcomes(bytes).file == "the zip data has no directory at its end")
        }
        let secret = Zip.archive([.init(name: "x.npy", body: first, flags: 1)])
        #expect(try outcomes(secret) == ("the zip data is encrypted", "the zip data is encrypted"))
        let packed = Zip.archive([.init(name: "x.npy", body: first, method: 12)])
        #expect(try outcomes(packed).file == "the zip data is packed by method 12")
        let none = Zip.archive([.init(name: "[Content_Types].xml", body: [60])])
        #expect(
            try outcomes(none) == (
                "is an Office document, which is not read", "is an Office document, which is not read"
            ))
    }

    /// What the archive itself is told apart by, whatever its name.
    @Test func archivesAreKnownByTheirContent() throws {
        let zip = Zip.archive([.init(name: "arr_0.npy", body: first)])
        let read = try withFile("data.bin", zip) { try values($0) }
        #expect(read == [1, 2, 3, 4, 5, 6])
    }

    @Test(arguments: [false, true])
    func whatIsWrittenIsReadBack(deflates: Bool) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/out.npz"
        var sink = try ByteSink(path: path)
        try sink.packAsArray(deflates: deflates)
        // How many rows there are is not known before the end.
        var writer = try RowWriter(sink, head: NPYHead(scalar: .uint8, shape: [3]), rows: nil)
        for row in 0..<1000 { try writer.write([UInt8](repeating: UInt8(row % 256), count: 3), rows: 1) }
        try writer.finish()
        let expected = (0..<1000).flatMap { [UInt8](repeating: UInt8($0 % 256), count: 3) }
        #expect(try values(path) == expected)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(deflates == (bytes.count < 3000))
        #expect(try outcomes(bytes).pipe == "\(expected)")
    }

    @Test func namesThatEndInGZAreCompressed() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/out.csv.gz"
        let sink = try ByteSink(path: path)
        try sink.write(Array("a,b\n".utf8))
        try sink.write(Array(repeating: UInt8(ascii: "1"), count: 200_000))
        try sink.finish()
        try #require(succeeds("gzip -t \(path)"))
        var source = try ByteSource(path: path)
        #expect(try source.readAll().count == 200_004)
        var zipped = try ByteSink(path: folder.path + "/out.npz.gz")
        #expect(throws: DatasetError(folder.path + "/out.npz.gz", .packedTwice)) {
            try zipped.packAsArray(deflates: true)
        }
    }
}

@Suite struct ForeignKindTests {
    @Test(arguments: [
        ("PAR1\u{15}\u{4}", "a Parquet file"), ("RIFF\u{4}\u{1}\u{0}\u{0}WEBPVP8 ", "a WebP picture"),
        ("\u{1}\u{2}\u{3}\u{4}ftypavif", "an AVIF picture"), ("<!DOCTYPE html><p>404", "a page of HTML"),
        ("SQLite format 3\u{0}\u{1}", "an SQLite database"), ("Obj\u{1}\u{4}", "an Avro file"),
    ])
    func foreignFilesAreNamed(start: String, kind: String) throws {
        try withFile("data.bin", Array(start.utf8)) { path in
            let error = #expect(throws: DatasetError.self) { _ = try RowReader(path: path) }
            #expect(error?.problem.words == "is \(kind), which is not read")
            #expect(error?.hint?.isEmpty == false)
        }
        // So is what was saved under the name of a table.
        _ = try withFile("data.csv", Array(start.utf8)) { path in
            #expect(throws: DatasetError.self) { _ = try RowReader(path: path) }
        }
    }

    @Test func bytesOfOtherKindsAreNamed() throws {
        for (start, kind) in [
            ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0], "an HDF5 file"),
            ([0x80, 4, 0x95, 1], "a pickle of Python"),
            ([0x80, 2, 0x63], "a pickle of Python"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "compressed with xz"),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1], "an Excel workbook"),
        ] as [([UInt8], String)] {
            #expect(ForeignKind(start: start)?.words == kind)
        }
    }

    /// A table may begin with the letters of a kind.
    @Test func tablesAreTables() throws {
        let names = try withFile("data", Array("PAR1,BZh\n1,2\n".utf8)) { path in
            try RowReader(path: path).description.featureNames
        }
        #expect(names == ["PAR1", "BZh"])
    }
}
