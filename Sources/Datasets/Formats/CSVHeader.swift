/// The beginning of a table: what its columns are, found from its first records and the options.
struct CSVHeader {
    let records: CSVRecords
    /// Where the first row of values begins: its offset from the start of the file, and its line.
    let offset: Int
    let line: Int

    /// - Parameters:
    ///   - start: the file's first bytes.
    ///   - count: how many of them are whole records, at least the first two where there are two.
    init(start: [UInt8], count: Int, file: String, format: Format, options: InputOptions) throws(DatasetError) {
        let dialect = CSVDialect(delimiter: options.delimiter(for: format), options)
        var scanner = CSVTextScanner(file: file, delimiter: dialect.delimiter, bytes: start, count: count)
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.position = 3 }
        guard let first = try scanner.next() else { throw DatasetError(file, .empty) }
        let afterFirst = (offset: scanner.position, line: scanner.line)
        let second = try? scanner.next()

        let hasHeader = Self.isHeader(first, before: second, dialect, options)
        let names: [String]? = hasHeader ? first : nil
        if let names {
            var seen: Set<String> = []
            for name in names where !seen.insert(name).inserted {
                throw DatasetError(file, at: .line(scanner.lineOfFirst), .duplicateColumn(name))
            }
        }
        let columns = try CSVColumns(
            first.count, names: names, sample: hasHeader ? second : first, dialect, file: file, options)
        var description = DatasetDescription(
            format: format, shape: [columns.features.count], scalar: .float64,
            featureNames: hasHeader ? columns.features : nil, labelColumns: columns.labels)
        description.droppedColumns = columns.dropped
        offset = hasHeader ? afterFirst.offset : scanner.offsetOfFirst
        records = CSVRecords(
            file: file, description: description, dialect: dialect, missing: options.missing ?? .error,
            fill: options.fill ?? .nothing, roles: columns.roles, runs: columns.runs, columnNames: names,
            keepsText: options.keepsText, start: Array(start[..<offset]))
        line = hasHeader ? afterFirst.line : scanner.lineOfFirst
    }

    /// A header is a first record without any number in it, or with a word where the second record has a number.
    private static func isHeader(
        _ first: [String], before second: [String]?, _ dialect: CSVDialect, _ options: InputOptions
    ) -> Bool {
        switch options.header {
        case .yes: return true
        case .no: return false
        case .auto:
            if options.labelColumns.contains(where: { Int($0) == nil && first.contains($0) }) { return true }
            let numbers = first.map(dialect.isNumber)
            if !numbers.contains(true) { return first.contains { !$0.isEmpty } }
            guard let second, second.count == first.count else { return false }
            return zip(zip(first, numbers), second).contains { !$0.0.isEmpty && !$0.1 && dialect.isNumber($1) }
        }
    }
}

/// Reads records as text, for the few that decide what the columns are.
struct CSVTextScanner {
    let file: String
    let delimiter: UInt8
    /// The first `count` of these are read.
    let bytes: [UInt8]
    let count: Int
    var position = 0
    var line = 1
    /// Where the first record that `next` gave begins.
    private(set) var offsetOfFirst = 0
    private(set) var lineOfFirst = 1
    private var any = false

    init(file: String, delimiter: UInt8, bytes: [UInt8], count: Int) {
        self.file = file
        self.delimiter = delimiter
        self.bytes = bytes
        self.count = count
    }

    mutating func next() throws(DatasetError) -> [String]? {
        // Its own reference, as spans of a value that changes are not allowed.
        let all = self.bytes
        let bytes = all.span.extracting(first: count)
        while position < count, let next = pastLineEnd(bytes, position) {
            position = next
            line += 1
        }
        guard position < count else { return nil }
        if !any {
            (any, offsetOfFirst, lineOfFirst) = (true, position, line)
        }
        var fields: [String] = []
        while true {
            fields.append(try field(bytes, fields.count))
            guard fields.count <= CSVRecords.mostColumns else {
                throw DatasetError(file, at: .line(line), .tooManyColumns(limit: CSVRecords.mostColumns))
            }
            guard position < count, bytes[position] == delimiter else { break }
            position += 1
        }
        if position < count { position = pastLineEnd(bytes, position)! }
        line += 1
        return fields
    }

    private mutating func field(_ bytes: Span<UInt8>, _ column: Int) throws(DatasetError) -> String {
        do throws(CSVField.Fault) {
            var line = line
            let field = try CSVField(bytes, from: position, delimiter: delimiter, line: &line)
            self.line = line
            guard let text = field.text(in: bytes) else {
                throw CSVField.Fault(problem: .invalidUTF8, line: line)
            }
            position = field.end
            return text
        } catch let fault {
            throw DatasetError(file, at: .column(column + 1, line: fault.line, name: nil), fault.problem)
        }
    }
}
