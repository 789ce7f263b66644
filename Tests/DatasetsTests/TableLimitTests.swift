import Foundation
import Testing

@testable import Datasets

/// Tables that would exhaust memory are refused early; what is just below the limits is read.
@Suite struct TableLimitTests {
    private func rows(_ bytes: [UInt8]) throws -> (rows: Int, features: Int) {
        try withFile("t.csv", bytes) { path in
            var reader = try RowReader(path: path)
            var rows = 0
            while let piece = try reader.next() { rows += try reader.format.decode(piece).count }
            return (rows, reader.description.features)
        }
    }

    private func problem(_ bytes: [UInt8]) throws -> DatasetError.Problem? {
        do {
            _ = try rows(bytes)
            return nil
        } catch let error as DatasetError {
            return error.problem
        }
    }

    @Test func columnsAreLimited() throws {
        let limit = CSVRecords.mostColumns
        let fitting = [UInt8](("1" + String(repeating: ",2", count: limit - 1)).utf8)
        let read = try rows(fitting)
        #expect(read.rows == 1 && read.features == limit)
        #expect(try problem(fitting + [UInt8](",3".utf8)) == .tooManyColumns(limit: limit))
    }

    /// In the first records, and in one after them; without quotes, and with one that is never closed.
    @Test(arguments: ["", "1,2\n3,4\n5,6\n7,8\n"], ["1,", "1,\""])
    func linesAreLimited(start: String, field: String) throws {
        let line = [UInt8](field.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: CSVRecords.longestLine)
        #expect(try problem([UInt8](start.utf8) + line) == .lineTooLong(limit: CSVRecords.longestLine))
    }

    @Test func aLineOfAHundredMegabytesIsRead() throws {
        let label = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000_000)
        var options = InputOptions()
        options.labelColumns = ["2"]
        let labels = try withFile("t.csv", [UInt8]("1,".utf8) + label + [UInt8]("\n2,y\n".utf8)) { path in
            var reader = try RowReader(path: path, options: options)
            var lengths: [Int] = []
            while let piece = try reader.next() {
                guard case .text(let labels) = try reader.format.decode(piece).labels else { continue }
                lengths += labels.map(\.utf8.count)
            }
            return lengths
        }
        #expect(labels == [100_000_000, 1])
    }
}
