import Foundation
import Testing

@testable import Datasets

/// Tables as they come: other delimiters, decimal commas, words for missing values, columns that are chosen.
@Suite struct TableDialectTests {
    private struct Table {
        var rows: [[Double]] = []
        var labels: [String] = []
        var names: [String]?
        var labelNames: [String] = []
        var dropped: [String] = []
        var skipped = 0
    }

    private func read(_ text: String, _ set: (inout InputOptions) -> Void = { _ in }) throws -> Table {
        try withFile("t.csv", Array(text.utf8)) { path in
            var options = InputOptions()
            set(&options)
            var reader = try RowReader(path: path, options: options)
            let description = reader.description
            var table = Table(
                names: description.featureNames, labelNames: description.labelNames,
                dropped: description.droppedColumns)
            while let piece = try reader.next() {
                let block = try reader.format.decode(piece)
                guard case .doubles(let values) = block.values else { continue }
                table.rows += stride(from: 0, to: values.count, by: block.features).map {
                    Array(values[$0..<$0 + block.features])
                }
                if case .text(let labels) = block.labels { table.labels += labels }
                table.skipped += block.skipped
            }
            return table
        }
    }

    private func problem(_ text: String, _ set: (inout InputOptions) -> Void = { _ in }) -> (
        words: String, hint: String?
    ) {
        do {
            _ = try read(text, set)
            return ("no error", nil)
        } catch {
            return ((error as? DatasetError)?.problem.words ?? "\(error)", (error as? DatasetError)?.hint)
        }
    }

    @Test(arguments: [
        ("a;b\n1;2\n3;4\n", [[1, 2], [3, 4]]), ("a\tb\n1\t2\n", [[1, 2]]), ("a|b\n1|2\n", [[1, 2]]),
        ("1;2\n3;4\n", [[1, 2], [3, 4]]),
        // A quoted delimiter is none, and one column stays one column.
        ("\"a;b\",c\n1,2\n", [[1, 2]]), ("a\n1\n2\n", [[1], [2]]),
        // The expected one stays where both divide.
        ("a,b;c\n1,2\n", [[1, 2]]),
    ])
    func theDelimiterIsFound(text: String, rows: [[Double]]) throws {
        #expect(try read(text).rows == rows)
    }

    @Test func aDelimiterThatWasGivenIsNotLookedFor() throws {
        let error = problem("a;b\n1;2\n") { $0.delimiter = UInt8(ascii: ",") }
        #expect(error.words == "'1;2' is not a number")
        let fields = problem("a\n1,2\n") { $0.delimiter = UInt8(ascii: ",") }
        #expect(fields.words == "2 fields where 1 were expected")
        #expect(fields.hint == "say what is between the fields, such as --delimiter ';'")
    }

    @Test func decimalCommas() throws {
        let comma = { (options: inout InputOptions) in options.decimal = UInt8(ascii: ",") }
        #expect(try read("a;b\n1,5;-2,25\n3;4e1\n", comma).rows == [[1.5, -2.25], [3, 40]])
        #expect(try read("1,5;2,7\n3,1;4,2\n", comma).rows == [[1.5, 2.7], [3.1, 4.2]])
        #expect(try read("a\tb\n\"1,5\"\t 2,5 \n", comma).rows == [[1.5, 2.5]])
        #expect(problem("a;b\n1.234,5;2\n", comma).words == "'1.234,5' is not a number")
        #expect(problem("a;b\n1,5;2\n").hint == "if numbers have a comma before their decimals, pass --decimal comma")
    }

    @Test func wordsAndNumbersForMissingValues() throws {
        let table = try read("a,b\n-999,1\n2,?\n,3\n4,5\n") { ($0.missing, $0.missingValues) = (.skip, ["?", "-999"]) }
        #expect(table.rows == [[4, 5]])
        #expect(table.skipped == 3)
        // Only what was named.
        #expect(
            problem("a,b\nNA,1\n") { ($0.missing, $0.missingValues) = (.skip, ["?"]) }.words == "'NA' is not a number")
        #expect(problem("a,b\n,1\n").hint?.contains("--missing mean") == true)
    }

    @Test func missingValuesAreFilledOrKept() throws {
        let text = "a,b\n1,\n,4\n"
        let kept = try read(text) { ($0.missing, $0.fill) = (.mean, .nothing) }
        #expect(kept.rows[0][0] == 1 && kept.rows[0][1].isNaN && kept.rows[1][0].isNaN && kept.rows[1][1] == 4)
        #expect(try read(text) { ($0.missing, $0.fill) = (.mean, .means([7, 8])) }.rows == [[1, 8], [7, 4]])
        #expect(problem(text) { $0.missing = .mean }.words.contains("only where the training means are known"))
    }

    private let mixed = "id,x1,x2,name,y\n7,1,2,foo,3\n8,4,5,bar,6\n"

    @Test func columnsAreChosenByNameNumberRangeAndPattern() throws {
        for choice in ["x1,x2", "x1..x2", "2-3", "x*", "x?", "x2,x1", "2,x2"] {
            let table = try read(mixed) { $0.columns = [ColumnChoice(choice)] }
            #expect(table.names == ["x1", "x2"], "\(choice)")
            #expect(table.rows == [[1, 2], [4, 5]])
            #expect(table.dropped == ["id", "name", "y"])
        }
        let dropped = try read(mixed) { $0.drop = [ColumnChoice("name"), ColumnChoice("1")] }
        #expect(dropped.names == ["x1", "x2", "y"])
        let kept = try read(mixed) { ($0.keep, $0.columns) = ([ColumnChoice("name,id")], [ColumnChoice("x*,id")]) }
        #expect(kept.labelNames == ["id", "name"])
        #expect(kept.labels == ["7", "foo", "8", "bar"])
        #expect(kept.names == ["x1", "x2"])
        #expect(problem(mixed) { $0.columns = [ColumnChoice("x1,zz")] }.words == "has no column 'zz'")
        #expect(problem(mixed) { $0.drop = [ColumnChoice("*")] }.words == "every column is a label, or left out")
    }

    @Test func namesMayLookLikeChoices() throws {
        let text = "\"a,b\",x-1,3,2\n1,2,3,4\n"
        #expect(try read(text) { $0.columns = [ColumnChoice("a,b")] }.names == ["a,b"])
        #expect(try read(text) { $0.columns = [ColumnChoice("x-1,3")] }.names == ["x-1", "3"])
        #expect(try read(text) { ($0.header, $0.columns) = (.yes, [ColumnChoice("2")]) }.names == ["2"])
    }

    /// What was left out of the fit is left out again, wherever it stands.
    @Test func droppedColumnsAreRemembered() throws {
        var description = DatasetDescription(
            format: .csv, shape: [2], scalar: .float64, featureNames: ["x1", "y"])
        description.droppedColumns = ["id", "name", "x2"]
        let text = "y,name,x1,id\n1,foo,2,3\n"
        let table = try read(text) { $0.expected = .init(description, from: "stats.json") }
        #expect(table.rows == [[2, 1]])
        let other = problem("y,x1,z\n1,2,3\n") { $0.expected = .init(description, from: "stats.json") }
        #expect(other.words == "column 'z' unknown to the statistics")
        #expect(other.hint?.contains("--drop") == true)
    }

    @Test func patterns() throws {
        for (pattern, names) in [
            ("*", ["abc", "abd", "xbc"]), ("a*", ["abc", "abd"]), ("*c", ["abc", "xbc"]),
            ("?b?", ["abc", "abd", "xbc"]),
            ("a*b*d", ["abd"]), ("**bc*", ["abc", "xbc"]),
        ] {
            let table = try read("abc,abd,xbc\n1,2,3\n") { $0.columns = [ColumnChoice(pattern)] }
            #expect(table.names == names, "\(pattern)")
        }
    }
}
