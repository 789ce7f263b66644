import Foundation
import TestSupport
import Testing

@testable import Datasets

/// What a header or a file's size promises is held against the bytes that come, and nothing is allocated for it before.
@Suite struct PromiseTests {
    private static func npy(_ shape: String, bytes: Int) -> [UInt8] {
        NPYTests.file(
            "{'descr': '|u1', 'fortran_order': False, 'shape': (\(shape)), }", [UInt8](repeating: 1, count: bytes))
    }

    private static func idx(rows: UInt8, bytes: Int) -> [UInt8] {
        [0, 0, 8, 3, 0, 0, 0, rows, 0, 0, 0, 2, 0, 0, 0, 2] + [UInt8](repeating: 1, count: bytes)
    }

    /// How many rows come through a pipe, or the error.
    private func piped(
        _ bytes: [UInt8], _ options: InputOptions = InputOptions(), pieceSize: Int = 1 << 20
    ) throws -> String {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
        try pipe.fileHandleForWriting.close()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        do throws(DatasetError) {
            var reader = try RowReader(path: path, options: options)
            reader.pieceSize = min(pieceSize, reader.pieceSize)
            var rows = 0
            while let piece = try reader.next() { rows += try reader.format.decode(piece).count }
            return "\(rows) rows"
        } catch {
            return "\(error)".replacingOccurrences(of: "\(path): ", with: "")
        }
    }

    @Test func aPipeHoldsWhatItsHeaderPromises() throws {
        #expect(try piped(Self.npy("3, 4", bytes: 12)) == "3 rows")
        #expect(
            try piped(Self.npy("4, 4", bytes: 12)) == "its header promises 16 bytes of values, but 12 follow")
        #expect(
            try piped(Self.npy("2, 4", bytes: 12)) == "its header promises 8 bytes of values, but 12 follow")
        #expect(
            try piped(Self.npy("2, 4", bytes: 1000), pieceSize: 4)
                == "its header promises 8 bytes of values, but more follow")
        #expect(
            try piped(Self.npy("9223372036854775807, 4", bytes: 12))
                == "its header promises over 2^63 bytes of values, but 12 follow")
        #expect(try piped(Self.idx(rows: 2, bytes: 8)) == "2 rows")
        #expect(try piped(Self.idx(rows: 2, bytes: 4)) == "its header promises 8 bytes of values, but 4 follow")
    }

    /// A row of 2^26 values is believed, and read by and by: the memory for it comes with its bytes.
    @Test func longRowsAreNotBelievedUnseen() throws {
        let refusal = "rows of 67108865 values: more than 67108864 are read only from a file that holds them"
        #expect(try piped(Self.npy("1, 67108865", bytes: 4)) == refusal)
        #expect(
            try piped(Self.npy("1, 67108864", bytes: 4))
                == "its header promises 67108864 bytes of values, but 4 follow")
        var raw = InputOptions()
        raw.format = .raw
        raw.raw = .init()
        raw.raw?.shape = [67_108_865]
        #expect(try piped([1, 2, 3], raw) == refusal)
        // A file without rows shows no more of them than a pipe does.
        try withFile("a.npy", Self.npy("0, 67108865", bytes: 0)) { path in
            let error = DatasetError(path, .rowsUnseen(features: 67_108_865, limit: 67_108_864))
            #expect(throws: error) { _ = try RowReader(path: path) }
        }
    }

    /// A file of which something is cut off, or to which something is added, after it was opened.
    @Test(arguments: [(8, 2), (10, 2), (0, 0), (13, 4), (16, 4)])
    func aFileThatChangesWhileItIsReadIsAnError(bytes: Int, rows: Int) throws {
        let header = Self.npy("3, 4", bytes: 0).count
        try withFile("a.npy", Self.npy("3, 4", bytes: 12)) { path in
            var reader = try RowReader(path: path)
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            try handle.truncate(atOffset: UInt64(header + bytes))
            let error = DatasetError(path, .changedWhileRead(rows: rows, expected: 3))
            #expect(throws: error) { while try reader.next() != nil {} }
            #expect("\(error)" == "\(path): changed while it was read: it had 3 rows, then \(rows)")
        }
    }
}
