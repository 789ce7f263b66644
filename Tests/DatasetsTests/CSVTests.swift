import Foundation
import TestSupport
import Testing

@testable import Datasets

/// What a table comes to: its rows, or the message that refuses it.
private func read(_ text: String, _ set: (inout InputOptions) -> Void = { _ in }) throws -> (
    rows: [[Double]], labels: [[String]]
) {
    try read(Array(text.utf8), set)
}

private func read(_ bytes: [UInt8], _ set: (inout InputOptions) -> Void = { _ in }) throws -> (
    rows: [[Double]], labels: [[String]]
) {
    var options = InputOptions()
    options.format = .csv
    set(&options)
    let header = try CSVHeader(start: bytes, count: bytes.count, file: "t.csv", format: .csv, options: options)
    let rest = Array(bytes[header.offset...])
    let piece = Piece(bytes: rest, count: rest.count, offset: header.offset, line: header.line)
    return rowsOf(try header.records.decode(piece), labels: header.records.description.labelNames.count)
}

private func rowsOf(_ block: RowBlock, labels labelCount: Int) -> (rows: [[Double]], labels: [[String]]) {
    guard case .doubles(let values) = block.values else { return ([], []) }
    var labels: [[String]] = []
    if case .text(let all) = block.labels {
        labels = stride(from: 0, to: all.count, by: labelCount).map { Array(all[$0..<$0 + labelCount]) }
    }
    return (
        stride(from: 0, to: values.count, by: block.features).map { Array(values[$0..<$0 + block.features]) }, labels
    )
}

private func message(_ text: String, _ set: (inout InputOptions) -> Void = { _ in }) -> String {
    do {
        _ = try read(text, set)
        return "no error"
    } catch {
        return "\(error)"
    }
}

/// Fields of all lengths and kinds.
private func randomNumber(_ random: inout SeededRandom) -> String {
    func digits(_ count: ClosedRange<Int>) -> String {
        let count = Int.random(in: count, using: &random)
        return String((0..<count).map { _ in "0123456789".randomElement(using: &random)! })
    }
    let longest = [3, 3, 9, 21].randomElement(using: &random)!
    var text = ["", "", "", "-", "+"].randomElement(using: &random)! + digits(1...longest)
    if Bool.random(using: &random) { text += "." + digits(1...22) }
    if Int.random(in: 0..<8, using: &random) == 0 { text += "e-" + digits(1...2) }
    switch Int.random(in: 0..<40, using: &random) {
    case 0: return "\"\(text)\""
    case 1: return " \(text) "
    default: return text
    }
}

@Suite struct CSVTests {
    @Test(arguments: seedOfThisRun)
    func numbersSideBySide(seed: UInt64) throws {
        var random = SeededRandom(seed)
        for round in 0..<200 {
            let delimiter = [",", ";", "\t"][round % 3]
            let columns = Int.random(in: 1...40, using: &random)
            let label = Int.random(in: 1...columns + 1, using: &random)
            let table = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                (0..<columns).map { _ in randomNumber(&random) }
            }
            let text = table.map { row in
                var fields = row
                fields.insert("-75", at: label - 1)
                return fields.joined(separator: delimiter)
            }.joined(separator: Bool.random(using: &random) ? "\n" : "\r\n")
            let read = try read(text) {
                $0.delimiter = delimiter.utf8.first!
                $0.header = .no
                $0.labelColumns = [String(label)]
            }
            let expected = table.map { row in
                row.map { Double($0.filter { $0 != "\"" && $0 != " " })!.bitPattern }
            }
            #expect(read.rows.map { $0.map(\.bitPattern) } == expected, "\(text)")
            #expect(read.labels == table.map { _ in ["-75"] })
        }
    }

    @Test(arguments: [18, 20])
    func aRecordOfAnotherLengthAmongLongOnes(found: Int) {
        func row(_ count: Int) -> String { (1...count).map(String.init).joined(separator: ",") + "\n" }
        #expect(message(row(19) + row(19) + row(found) + row(19) + row(19)).contains("line 3"))
        #expect(message(row(19) + row(19) + row(found) + row(19) + row(19)).contains("\(found)"))
        // An empty last field counts.
        let commas = row(19).replacing("\n", with: ",\n")
        #expect(message(row(19) + row(19) + commas + row(19) + row(19)).contains("20"))
    }

    @Test func aBadFieldAmongPlainOnesIsNamed() {
        let row = (1...19).map(String.init).joined(separator: ",") + "\n"
        let text = row + row.replacing("12", with: "1-2") + row + row
        #expect(message(text).contains("line 2, column 12"))
    }

    @Test(
        arguments: [
            ("1,2\n3,4\n", [[1, 2], [3, 4]]),
            ("1,2\n3,4", [[1, 2], [3, 4]]),
            ("1,2\r\n3,4\r\n", [[1, 2], [3, 4]]),
            ("a,b\n1,2\n3,4\n", [[1, 2], [3, 4]]),
            ("\u{FEFF}a,b\n1,2\n", [[1, 2]]),
            ("\u{FEFF}1,2\n", [[1, 2]]),
            ("\n\n1,2\n\n3,4\n\n", [[1, 2], [3, 4]]),
            (" 4 ,\t2\n+3,-.5e1\n", [[4, 2], [3, -5]]),
            ("\"1\",\" 2 \"\n", [[1, 2]]),
            ("\"a\"\"b\",\"c,d\"\n1,2\n", [[1, 2]]),
            ("\"a\nb\",c\n1,2\n", [[1, 2]]),
            ("0,1,x\n5,6,7\n", [[5, 6, 7]]),
            ("5\n6\n", [[5], [6]]),
            ("a,b\n", []),
        ] as [(String, [[Double]])])
    func tables(text: String, expected: [[Double]]) throws {
        #expect(try read(text).rows == expected)
    }

    @Test func labelsArePassedThroughAsText() throws {
        let text = "x,kind,y\n1,\"a \"\"b\"\", c\",2\n3,  d,4\n"
        for column in ["kind", "2"] {
            let (rows, labels) = try read(text) { $0.labelColumns = [column] }
            #expect(rows == [[1, 2], [3, 4]])
            #expect(labels == [["a \"b\", c"], ["  d"]])
        }
    }

    @Test func columnsAreMatchedByName() throws {
        let fitted = DatasetDescription(
            format: .csv, shape: [2], scalar: .float64, featureNames: ["x", "y"], labelColumns: ["kind"])
        func applied(_ text: String, _ set: (inout InputOptions) -> Void = { _ in }) throws -> [[Double]] {
            try read(text) {
                $0.expected = .init(fitted, from: "stats.json")
                $0.knownLabels = fitted.labelNames
                set(&$0)
            }.rows
        }
        #expect(try applied("y,kind,x\n1,a,2\n") == [[2, 1]])
        #expect(try applied("y,x\n1,2\n") == [[2, 1]])
        #expect(try applied("1,2\n3,4\n") == [[1, 2], [3, 4]])
        #expect(throws: DatasetError("t.csv", .missingColumns(["x"]))) { try applied("y,kind\n1,a\n") }
        #expect(throws: DatasetError("t.csv", .unknownColumns(["z"]))) { try applied("x,y,z\n1,2,3\n") }
        #expect(try applied("x,y,z\n1,2,3\n") { $0.labelColumns = ["z"] } == [[1, 2]])
    }

    @Test(arguments: [
        ("", "t.csv: is empty"),
        ("\n\n", "t.csv: is empty"),
        ("a,b\n1\n", "t.csv: line 2: 1 field where 2 were expected"),
        ("a,b\n1,2\n\n3,4,5,6\n", "t.csv: line 4: 4 fields where 2 were expected"),
        ("a,b\n1,x\n", "t.csv: line 2, column 2 ('b'): 'x' is not a number"),
        ("4,2\n1,0x10\n", "t.csv: line 2, column 2: '0x10' is not a number"),
        ("4,2\n1,1_000\n", "t.csv: line 2, column 2: '1_000' is not a number"),
        ("4,2\n1,1 2\n", "t.csv: line 2, column 2: '1 2' is not a number"),
        ("a,b\n1,\n", "t.csv: line 2, column 2 ('b'): the value is missing"),
        ("a,b\n1,NaN\n", "t.csv: line 2, column 2 ('b'): the value is missing"),
        ("a,b\n1,-inf\n", "t.csv: line 2, column 2 ('b'): -inf is not a finite number"),
        ("a,b\n1,1e999\n", "t.csv: line 2, column 2 ('b'): '1e999' is too large for a double"),
        ("a,b\n1,\"2\n", "t.csv: line 2, column 2 ('b'): the quote that opens here is never closed"),
        ("a,b\n1,2\"3\n", "t.csv: line 2, column 2 ('b'): a quote inside a field"),
        ("a,b\n1,\"2\"3\n", "t.csv: line 2, column 2 ('b'): a quote inside a field"),
        ("a,a\n1,2\n", "t.csv: line 1: two columns are named 'a'"),
        ("a,b\n\"1\n2\",3\n4,x\n", "t.csv: line 2, column 1 ('a'): '1\\n2' is not a number"),
        ("a,b\n1,2\r3,4\n", "t.csv: line 2, column 2 ('b'): '2\\r3' is not a number"),
        ("a,b\n1,setosa\n", "t.csv: line 2, column 2 ('b'): 'setosa' is not a number"),
    ])
    func refusals(text: String, expected: String) {
        #expect(message(text) == expected)
    }

    @Test func linesWithinQuotesCount() {
        #expect(
            message("x,kind\n1,\"a\nb\"\n2,c\nz,d\n") { $0.labelColumns = ["kind"] }
                == "t.csv: line 5, column 1 ('x'): 'z' is not a number")
    }

    @Test func labelProblems() {
        #expect(message("x,k\n1,a\n") { $0.labelColumns = ["q"] } == "t.csv: has no column 'q'")
        #expect(
            message("x,k\n1,a\n") { $0.labelColumns = ["x", "k"] } == "t.csv: every column is a label, or left out")
        #expect(throws: DatasetError.self) {
            try read(Array("x,k\n1,".utf8) + [0xFF, 0x0A]) { $0.labelColumns = ["k"] }
        }
    }

    @Test func rowsWithMissingValuesCanBeSkipped() throws {
        var options = InputOptions()
        options.missing = .skip
        options.labelColumns = ["k"]
        let header = try CSVHeader(start: Array("a,k,b\n".utf8), count: 6, file: "t", format: .csv, options: options)
        let rest = Array("1,x,2\n,y,3\n4,z,n/a\n5,w,6\n".utf8)
        let block = try header.records.decode(Piece(bytes: rest, count: rest.count))
        #expect(block.skipped == 2)
        #expect(block.count == 2)
        #expect(block.labels == .text(["x", "w"]))
        #expect(rowsOf(block, labels: 1).rows == [[1, 2], [5, 6]])
    }

    /// Cut at every byte, a table's records are the same, and a piece is never cut within one.
    @Test func piecesAreWholeRecords() throws {
        let text = "1,\"a\n\"\"b\"\r\n2,c\n\n3,\"\"\n4,d"
        var options = InputOptions()
        options.header = .no
        options.labelColumns = ["2"]
        let header = try CSVHeader(
            start: Array(text.utf8), count: text.utf8.count, file: "t", format: .csv, options: options)
        let bytes = Array(text.utf8)
        let whole = rowsOf(try header.records.decode(Piece(bytes: bytes, count: bytes.count)), labels: 1)
        #expect(whole.rows == [[1], [2], [3], [4]])
        #expect(whole.labels == [["a\n\"b"], ["c"], [""], ["d"]])
        for end in 0...bytes.count {
            let start = Piece(bytes: bytes, count: end)
            let cut = try header.records.wholeRecords(in: start, atEnd: false)
            #expect(cut <= end)
            let first = rowsOf(try header.records.decode(Piece(bytes: bytes, count: cut)), labels: 1)
            let tail = Array(bytes[cut...])
            let second = rowsOf(try header.records.decode(Piece(bytes: tail, count: tail.count)), labels: 1)
            #expect(first.rows + second.rows == whole.rows)
            #expect(first.labels + second.labels == whole.labels)
        }
    }

    @Test func whatIsWrittenReadsBack() throws {
        let output = OutputDescription(
            file: "o", format: .csv, shape: [2], scalar: .float64, featureNames: ["x,1", "y"], labelNames: ["k\"k"])
        let encoder = try output.encoder()
        let values = [1, -0.1, 1e-300, 12_345_678_901_234_568]
        let labels = ["a,b", "\"\n"]
        let bytes =
            try encoder.header(rows: 2)
            + encoder.encode(
                RowBlock(count: 2, features: 2, values: .doubles(values), labels: .text(labels)), firstRow: 1)
        let back = try read(bytes) { $0.labelColumns = ["k\"k"] }
        #expect(back.rows == [[1, -0.1], [1e-300, 12_345_678_901_234_568]])
        #expect(back.labels == [["a,b"], ["\"\n"]])
    }
}
