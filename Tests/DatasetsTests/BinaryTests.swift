import Foundation
import Testing

@testable import Datasets

/// Runs `body` with a file of these bytes.
func withFile<Result>(_ name: String, _ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent(name).path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try body(path)
}

/// All rows of a file, as doubles, with its label bytes.
private func readAll(_ path: String, _ options: InputOptions = InputOptions()) throws -> (
    values: [Double], labels: [UInt8], count: Int
) {
    var reader = try RowReader(path: path, options: options)
    var result: (values: [Double], labels: [UInt8], count: Int) = ([], [], 0)
    while let piece = try reader.next() {
        let block = try reader.format.decode(piece)
        switch block.values {
        case .bytes(let values): result.values += values.map(Double.init)
        case .floats(let values): result.values += values.map(Double.init)
        case .doubles(let values): result.values += values
        }
        if case .bytes(let labels) = block.labels { result.labels += labels }
        result.count += block.count
    }
    return result
}

private func message(_ name: String, _ bytes: [UInt8], _ options: InputOptions = InputOptions()) throws -> String {
    try withFile(name, bytes) { path in
        do {
            _ = try readAll(path, options)
            return "no error"
        } catch let error as DatasetError {
            return "\(error)".replacingOccurrences(of: path, with: name)
        }
    }
}

@Suite struct CIFARTests {
    @Test func recordsAreLabelsAndPixels() throws {
        var options = InputOptions()
        for (format, labels) in [(Format.cifar10, [UInt8(7)]), (.cifar100, [11, 42])] {
            options.format = format
            let record = labels + (0..<3072).map { UInt8($0 % 251) }
            try withFile("a.bin", record + record) { path in
                let rows = try readAll(path, options)
                #expect(rows.count == 2)
                #expect(rows.labels == labels + labels)
                #expect(rows.values == (0..<2).flatMap { _ in (0..<3072).map { Double($0 % 251) } })
            }
        }
    }

    @Test(
        "a label that CIFAR does not have is refused in the first record and in the last",
        arguments: [
            (Format.cifar10, [UInt8(200)], 1, "label 200, and cifar10 has labels from 0 to 9"),
            (.cifar10, [10], 300, "label 10, and cifar10 has labels from 0 to 9"),
            (.cifar100, [20, 3], 1, "label 20, and cifar100 has coarse labels from 0 to 19"),
            (.cifar100, [19, 100], 300, "label 100, and cifar100 has fine labels from 0 to 99"),
        ])
    func otherLabels(format: Format, labels: [UInt8], row: Int, words: String) throws {
        var options = InputOptions()
        options.format = format
        let pixels = [UInt8](repeating: 7, count: 3072)
        let others = (1..<row).flatMap { _ in labels.map { _ in UInt8(9) } + pixels }
        try withFile("a.bin", others + labels + pixels) { path in
            let error = #expect(throws: DatasetError.self) { try readAll(path, options) }
            #expect("\(error!)".hasSuffix("record \(row) has the \(words)"))
            #expect(error?.hint?.contains("--input-format raw --shape 3072 --label-bytes \(labels.count)") ?? false)
        }
    }

    @Test("labels that CIFAR does not have are not written as CIFAR")
    func otherLabelsAreNotWritten() throws {
        let output = OutputDescription(
            file: "o", format: .cifar10, shape: [3, 32, 32], scalar: .uint8, featureNames: [], labelNames: ["label"])
        let rows = RowBlock(
            count: 2, features: 3072, values: .bytes([UInt8](repeating: 0, count: 2 * 3072)),
            labels: .text(["9", "10"]))
        let encoder = try output.encoder()
        #expect(throws: DatasetError("o", .labelTooLarge(10, row: 6, largest: 9, .cifar10))) {
            try encoder.encode(rows, firstRow: 5)
        }
    }

    @Test func theSizeTellsWhichOfTheTwo() throws {
        func format(_ bytes: Int) throws -> Format {
            try withFile("a.bin", [UInt8](repeating: 0, count: bytes)) { try RowReader(path: $0).description.format }
        }
        #expect(try format(3073 * 2) == .cifar10)
        #expect(try format(3074 * 2) == .cifar100)
        #expect(
            try message("a.bin", [UInt8](repeating: 0, count: 3000))
                == "a.bin: 3000 bytes are not whole records of cifar10 (3073 bytes) or cifar100 (3074 bytes)")
        #expect(try message("a.bin", []) == "a.bin: is empty")
        #expect(throws: DatasetError("f", .ambiguousRecords(bytes: 3073 * 3074))) {
            try CIFAR.format(ofBytes: 3073 * 3074, file: "f")
        }
    }

    @Test func aTruncatedRecordIsRefused() throws {
        var options = InputOptions()
        options.format = .cifar10
        #expect(
            try message("a.bin", [UInt8](repeating: 0, count: 3073 * 2 - 1), options)
                == "a.bin: byte 3073: a record of 3073 bytes begins here, but only 3072 are left")
    }
}

@Suite struct NPYTests {
    static func file(_ dictionary: String, _ values: [UInt8], version: UInt8 = 1) -> [UInt8] {
        let text = Array(dictionary.utf8) + [0x0A]
        let length = [UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + (version == 1 ? [] : [0, 0])
        return NPYHeader.magic + [version, 0] + length + text + values
    }

    @Test(arguments: [UInt8(1), 2, 3])
    func versions(version: UInt8) throws {
        let bytes = Self.file(
            "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }", [1, 2, 3, 4, 5, 6], version: version)
        let values = try withFile("a.npy", bytes) { try readAll($0).values }
        #expect(values == [1, 2, 3, 4, 5, 6])
    }

    @Test(
        arguments: [
            ("|i1", [0xFF], -1), ("<u2", [1, 2], 513), (">u2", [1, 2], 258), ("<i2", [0xFE, 0xFF], -2),
            (">i4", [0xFF, 0xFF, 0xFF, 0xFD], -3), ("<u4", [0, 0, 0, 0x80], 2_147_483_648),
            ("<i8", [1, 0, 0, 0, 0, 0, 0, 0x80], -0x1p63), ("<u8", [0, 0, 0, 0, 0, 0, 0, 0x80], 0x1p63),
            ("<f2", [0x00, 0x3C], 1), ("<f2", [0x01, 0x80], -0x1p-24), ("<f2", [0xFF, 0x7B], 65504),
            (">f2", [0xC0, 0x00], -2),
            ("<f4", [0, 0, 0x80, 0x3F], 1), (">f4", [0x40, 0x49, 0x0F, 0xDB], Double(Float(bitPattern: 0x4049_0FDB))),
            ("<f8", [0, 0, 0, 0, 0, 0, 0xF0, 0x3F], 1),
            ("=f8", [0, 0, 0, 0, 0, 0, 0, 0x40], 2),
        ] as [(String, [UInt8], Double)])
    func types(descr: String, bytes: [UInt8], expected: Double) throws {
        let bytes = Self.file("{'descr': '\(descr)', 'fortran_order': False, 'shape': (1, 1), }", bytes)
        let values = try withFile("a.npy", bytes) { try readAll($0).values }
        #expect(values == [expected])
    }

    @Test(arguments: [
        ("{'descr': '<c8', 'fortran_order': False, 'shape': (1, 1), }", "an array with dtype '<c8' cannot be read"),
        (
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1), }",
            "an array with dtype 'structured' cannot be read"
        ),
        ("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", "an array with Fortran order cannot be read"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }", "an array with 1 axis cannot be read"),
        (
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }",
            "its header promises 16 bytes of values, but 4 follow"
        ),
        (
            "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 2), }",
            "its header promises over 2^63 bytes of values, but 4 follow"
        ),
        (
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 9223372036854775807), }",
            "has rows with no values, or more of them than can be addressed"
        ),
        (
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 0), }",
            "has rows with no values, or more of them than can be addressed"
        ),
        (
            "{'descr': '<f4', 'shape': (1, 1), }",
            "byte 10: is not an npy file: its header is no dictionary of descr, fortran_order, shape"
        ),
        (
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 1), }",
            "byte 10: is not an npy file: its header is no dictionary of descr, fortran_order, shape"
        ),
        ("import os", "byte 10: is not an npy file: its header is no dictionary of descr, fortran_order, shape"),
        ("{", "byte 10: is not an npy file: its header is no dictionary of descr, fortran_order, shape"),
    ])
    func refusals(dictionary: String, expected: String) throws {
        #expect(try message("a.npy", Self.file(dictionary, [0, 0, 0x80, 0x3F])) == "a.npy: \(expected)")
    }

    @Test func everyTruncationIsRefused() throws {
        let whole = Self.file("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }", [0, 0, 0x80, 0x3F])
        for end in 0..<whole.count { #expect(try message("a.npy", Array(whole[..<end])) != "no error") }
    }

    @Test(
        "a NaN is a missing value in every floating type: an error, left out, or filled in",
        arguments: [
            ("<f2", 0x3C00, 0x7E00, 0x7C00), (">f2", 0x3C00, 0xFE01, 0xFC00),
            ("<f4", 0x3F80_0000, 0x7FC0_0000, 0x7F80_0000),
            (">f4", 0x3F80_0000, 0xFFFF_FFFF, 0xFF80_0000),
            ("<f8", 0x3FF0_0000_0000_0000, 0x7FF8_0000_0000_0000, 0x7FF0_0000_0000_0000),
            (">f8", 0x3FF0_0000_0000_0000, 0x7FF0_0000_0000_0001, 0xFFF0_0000_0000_0000),
        ] as [(String, UInt64, UInt64, UInt64)])
    func missingValues(descr: String, one: UInt64, nan: UInt64, infinity: UInt64) throws {
        let size = Int(String(descr.last!))!
        func file(_ values: [UInt64]) -> [UInt8] {
            let bytes = values.flatMap { value in
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
                return descr.first == ">" ? bytes.reversed() : bytes
            }
            return Self.file("{'descr': '\(descr)', 'fortran_order': False, 'shape': (3, 2), }", bytes)
        }
        let bytes = file([one, 0, 0, nan, one, one])
        #expect(try message("a.npy", bytes) == "a.npy: row 2, feature x2: the value is missing")
        var options = InputOptions()
        options.missing = .skip
        let skipped = try withFile("a.npy", bytes) { path in
            #expect(try RowReader(path: path, options: options).rowCount == nil)
            return try readAll(path, options)
        }
        #expect(skipped.values == [1, 0, 1, 1] && skipped.count == 2)
        options.missing = .mean
        // Means that single precision does not hold.
        options.fill = .means([5, 0.1])
        #expect(try withFile("a.npy", bytes) { try readAll($0, options).values } == [1, 0, 0, 0.1, 1, 1])
        for missing in InputOptions.Missing.allCases {
            options.missing = missing
            let words = try message("a.npy", file([one, 0, one, one, infinity, missing == .error ? 0 : nan]), options)
            #expect(words.hasPrefix("a.npy: row 3, feature x1: ") && words.hasSuffix("inf is not a finite number"))
        }
    }

    @Test("labels stay with their rows where rows are left out")
    func labelsOfRowsLeftOut() throws {
        var options = InputOptions()
        options.raw = .init()
        options.raw!.shape = [1]
        options.raw!.labelBytes = 2
        options.raw!.scalar = .float32
        let nan: [UInt8] = [0, 0, 0xC0, 0x7F]
        let bytes: [UInt8] = [1, 2] + nan + [3, 4, 0, 0, 0x80, 0x3F, 5, 6] + nan + [7, 8, 0, 0, 0, 0x40]
        #expect(try message("a.raw", bytes, options) == "a.raw: row 1, feature x1: the value is missing")
        options.missing = .skip
        let read = try withFile("a.raw", bytes) { try readAll($0, options) }
        #expect(read.values == [1, 2] && read.labels == [3, 4, 7, 8])
    }

    @Test("rows are counted through all pieces of a file")
    func rowsBeyondTheFirstPiece() throws {
        var values = [UInt8](repeating: 0, count: 3 << 20)
        values.replaceSubrange(values.count - 8..<values.count - 4, with: [0, 0, 0xC0, 0x7F])
        let rows = values.count / 8
        let bytes = Self.file("{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), 2), }", values)
        #expect(try message("a.npy", bytes) == "a.npy: row \(rows), feature x1: the value is missing")
    }

    @Test func whatIsWrittenReadsBack() throws {
        let encoder = NPYEncoder(
            OutputDescription(
                file: "", format: .npy, shape: [2, 1], scalar: .float32, featureNames: [], labelNames: []))
        let block = RowBlock(count: 2, features: 2, values: .floats([1, -2.5, 3, 0x1p-140]))
        let header = encoder.header(rows: 2)
        #expect(header.count % 64 == 0)
        #expect(encoder.header(rows: .max).count == header.count)
        let values = try withFile("a.npy", header + encoder.encode(block, firstRow: 1)) { try readAll($0).values }
        #expect(values == [1, -2.5, 3, 0x1p-140])
    }
}
