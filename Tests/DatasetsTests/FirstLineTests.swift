import Testing

@testable import Datasets

/// Whether the first line of a table names the columns, where its fields are numbers.
@Suite struct FirstLineTests {
    private func open(
        _ text: String, _ set: (inout InputOptions) -> Void = { _ in }
    ) throws -> (names: [String]?, notes: [DatasetNote]) {
        try withFile("t.csv", Array(text.utf8)) { path in
            var options = InputOptions()
            options.labelColumns = ["1"]
            options.missing = .skip
            set(&options)
            let reader = try RowReader(path: path, options: options)
            return (reader.description.featureNames, reader.notes)
        }
    }

    @Test(
        "a first line that counts up is a header, and a note says so",
        arguments: [
            "0,1,2\n5,2,3\n4,5,6\n", "1,2,3\n5,2,3\n", "0,1,2\n-1,-2,-3\n", "0,1,2\n2,1,0\n", "0,1\n5,0.5\n",
            "0,1\n4,5\n",
            // What pandas writes with an index, of several columns and of one.
            ",0,1\n0,7,8\n1,5,3\n", ",0\n0,1.5\n", ",0\na,1.5\n",
            // Years, by themselves and after a key.
            "country,1990,1991\nDE,2,3\n", "1990,1991\n2,3\n", "1990,1995,2000\n2,3,4\n", ",2019,2020\na,1,2\n",
            // Quotes, blanks, and other delimiters.
            "\"0\",\"1\",\"2\"\n5,2,3\n", " 0, 1, 2\n5,2,3\n", "0;1;2\n5;2;3\n", "0\t1\t2\n5\t2\t3\n",
            "0,1,2\r\n5,2,3\r\n",
            // Columns of text and of missing values.
            "0,1,2\na,5,b\n", "0,1,2\n,,\n",
        ])
    func counting(text: String) throws {
        let (names, notes) = try open(text)
        #expect(names != nil)
        guard case .countingHeader? = notes.first?.kind else {
            Issue.record("no note")
            return
        }
        #expect(notes.count == 1)
        let no = try open(text) { ($0.header, $0.labelColumns, $0.keep) = (.no, [], [ColumnChoice("1")]) }
        #expect(no.names == nil && no.notes.isEmpty)
        let yes = try open(text) { $0.header = .yes }
        #expect(yes.names == names && yes.notes.isEmpty)
    }

    @Test(
        "numbers that go on so, or could be values, are values",
        arguments: [
            // Going on: the next numbers, or each line one further.
            "1,2\n3,4\n", "0,1,2\n3,4,5\n", "1,2,3\n2,3,4\n", "0,1,2\n0,1,2\n", "2019,2020\n2020,2021\n",
            // Binary values; a label and binary values.
            "0,1\n1,0\n", "0,1\n1,1\n", "yes,0,1\nno,1,0\n",
            // One line, one column, one number after a word.
            "0,1,2\n", "0,1,2", "setosa,1\nvirginica,2\n",
            // Not in plain digits, not from 0 or 1, not by one.
            "0.0,1.0,2.0\n5,2,3\n", "-1,0,1\n5,2,3\n", "2,3,4\n5,2,3\n", "0,2,4\n5,2,3\n", "1990,1995\n2,3\n",
            "2000,1999,1998\n2,3,4\n", "00,01,02\n5,2,3\n",
            // A missing value among numbers.
            "1.5,nan\n2,3\n4,5\n", "2,,3\n1,2,3\n", "NA,1,2\n1,2,3\n", "1,NULL\n2,3\n", "nan,nan\n1,2\n",
        ])
    func values(text: String) throws {
        let (names, notes) = try open(text)
        #expect(names == nil)
        #expect(notes.isEmpty)
    }

    @Test("one column of numbers has no header", arguments: ["0\n5\n7\n", "1\n2\n3\n", "0\n1\n0\n", "1990\n5\n"])
    func oneColumn(text: String) throws {
        #expect(try open(text) { $0.labelColumns = [] }.names == nil)
    }

    @Test(
        "words are a header without a note", arguments: ["a,b\n1,2\n", "a,1\n3,4\n", "id,0,1\n5,6,7\n", "NA,K\n1,2\n"])
    func words(text: String) throws {
        let (names, notes) = try open(text)
        #expect(names != nil && notes.isEmpty)
    }

    @Test("what the rows must agree with has the last word")
    func expectedNames() throws {
        func expecting(_ names: [String]?) throws -> [String]? {
            let first = DatasetDescription(format: .csv, shape: [3], scalar: .float64, featureNames: names)
            let found = try open("0,1,2\n3,4,5\n") { ($0.labelColumns, $0.expected) = ([], .init(first, from: "s")) }
            #expect(found.notes.isEmpty)
            return found.names
        }
        #expect(try expecting(["0", "1", "2"]) == ["0", "1", "2"])
        #expect(try expecting(nil) == nil)
    }
}
