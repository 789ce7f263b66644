/// The beginning of a table: what its columns are, found from its first records and the options.
struct CSVHeader {
    let records: CSVRecords
    /// Where the first row of values begins: its offset from the start of the file, and its line.
    let offset: Int
    let line: Int
    /// The names, where they are numbers that count up: a header by their look alone.
    let countingNames: [String]?

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

        let kind = Self.kind(of: first, before: second, dialect, options)
        let hasHeader = kind != .values
        countingNames = kind == .countingHeader ? first : nil
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

    private enum FirstRecord {
        case header, countingHeader, values
    }

    /// What the first record is, where no option says it. It is a header
    /// - where the table must have named columns, and it has their names, or that of a label that was named;
    /// - where none of its fields is a number, and one is a word that does not stand for a missing value;
    /// - where such a word stands over a number in the second record;
    /// - where it counts up, as `countsUp` says.
    ///
    /// Otherwise it holds values, of which some may be missing.
    private static func kind(
        of first: [String], before second: [String]?, _ dialect: CSVDialect, _ options: InputOptions
    ) -> FirstRecord {
        switch options.header {
        case .yes: return .header
        case .no: return .values
        case .auto: break
        }
        if options.labelColumns.contains(where: { Int($0) == nil && first.contains($0) }) { return .header }
        let expected = options.expected?.description
        if let names = expected?.featureNames, Set(first).isSuperset(of: names) { return .header }
        let isNumber = first.map(dialect.isNumber)
        let isWord = zip(first, isNumber).map { text, isNumber in
            !isNumber && !dialect.isMissing(String(decoding: Array(text.utf8).trimmed, as: UTF8.self))
        }
        if !isNumber.contains(true) { return isWord.contains(true) ? .header : .values }
        guard let second, second.count == first.count else { return .values }
        if zip(isWord, second).contains(where: { $0 && dialect.isNumber($1) }) { return .header }
        // What was fitted without names has none here.
        if let expected, expected.format.isText, expected.featureNames == nil { return .values }
        return countsUp(first, isWord[0], before: second, dialect) ? .countingHeader : .values
    }

    /// Whether a first record is a header of numbers, as pandas writes for columns without names, and tables of years have.
    ///
    /// After at most one empty field or word, its fields are 0, 1, 2, ..., or 1, 2, 3, ..., or years (1800 to 2100) at equal
    /// steps, all in plain digits. The second record does not go on so: its fields do not count up from one of these numbers or
    /// the next one; where the first are years, they are not all years. Where that is not sure, it is not one:
    /// - one number, unless it follows an empty field over a word or a 0, where a row index begins;
    /// - two numbers, where the second record has no others, as binary values do, and no empty field comes before them;
    /// - two years that are not one apart.
    private static func countsUp(
        _ first: [String], _ beginsWithWord: Bool, before second: [String], _ dialect: CSVDialect
    ) -> Bool {
        let beginsEmpty = Array(first[0].utf8).trimmed.isEmpty
        let skipped = beginsEmpty || beginsWithWord ? 1 : 0
        guard let numbers = wholeNumbers(first.dropFirst(skipped)), let start = numbers.first else { return false }
        let years = 1800...2100
        let areYears = numbers.allSatisfy(years.contains)
        guard areYears ? numbers.rise(by: numbers.count > 2 ? nil : 1) : start <= 1 && numbers.rise(by: 1) else {
            return false
        }
        if numbers.count == 1 {
            return beginsEmpty && (second[0] == "0" || !second[0].isEmpty && !dialect.isNumber(second[0]))
        }
        guard let below = wholeNumbers(second.dropFirst(skipped)) else { return true }
        if areYears { return !below.allSatisfy(years.contains) }
        if numbers.count == 2, !beginsEmpty, below.allSatisfy(numbers.contains) { return false }
        return !(below.rise(by: 1) && (start...start + numbers.count).contains(below[0]))
    }

    /// Numbers in plain digits, without leading zeros; nil where a field is something else.
    private static func wholeNumbers(_ fields: ArraySlice<String>) -> [Int]? {
        var numbers: [Int] = []
        for field in fields {
            let digits = Array(field.utf8).trimmed
            guard digits.count <= 9, digits == [0x30] || digits.first != 0x30,
                digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(String(decoding: digits, as: UTF8.self))
            else { return nil }
            numbers.append(number)
        }
        return numbers
    }
}

extension [Int] {
    /// Whether each number is larger than the one before it by this step; nil for that between the first two.
    fileprivate func rise(by step: Int?) -> Bool {
        let step = step ?? self[1] - self[0]
        return step > 0 && zip(self, dropFirst()).allSatisfy { $1 - $0 == step }
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
