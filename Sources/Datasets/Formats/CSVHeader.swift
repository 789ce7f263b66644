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
        let delimiter = options.delimiter ?? (format == .tsv ? UInt8(ascii: "\t") : UInt8(ascii: ","))
        var scanner = CSVTextScanner(file: file, delimiter: delimiter, bytes: start, count: count)
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.position = 3 }
        guard let first = try scanner.next() else { throw DatasetError(file, .empty) }
        let afterFirst = (offset: scanner.position, line: scanner.line)
        let second = try? scanner.next()

        let hasHeader = Self.isHeader(first, before: second, options)
        let names: [String]? = hasHeader ? first : nil
        if let names {
            var seen: Set<String> = []
            for name in names where !seen.insert(name).inserted {
                throw DatasetError(file, at: .line(scanner.lineOfFirst), .duplicateColumn(name))
            }
        }
        let roles: [CSVColumn]
        let labels: [String]
        let features: [String]
        let sample = hasHeader ? second : first
        (roles, features, labels) = try Self.roles(first.count, names: names, sample: sample, file: file, options)
        offset = hasHeader ? afterFirst.offset : scanner.offsetOfFirst
        records = CSVRecords(
            file: file,
            description: DatasetDescription(
                format: format, shape: [features.count], scalar: .float64, featureNames: hasHeader ? features : nil,
                labelColumns: labels),
            delimiter: delimiter, missing: options.missing, roles: roles, columnNames: names,
            start: Array(start[..<offset]))
        line = hasHeader ? afterFirst.line : scanner.lineOfFirst
    }

    /// A header is a first record without any number in it, or with a word where the second record has a number.
    private static func isHeader(_ first: [String], before second: [String]?, _ options: InputOptions) -> Bool {
        switch options.header {
        case .yes: return true
        case .no: return false
        case .auto:
            if options.labelColumns.contains(where: { Int($0) == nil && first.contains($0) }) { return true }
            let numbers = first.map(isNumber)
            if !numbers.contains(true) { return first.contains { !$0.isEmpty } }
            guard let second, second.count == first.count else { return false }
            return zip(zip(first, numbers), second).contains { !$0.0.isEmpty && !$0.1 && isNumber($1) }
        }
    }

    /// Which column is which feature or label, and their names.
    /// - Parameter sample: the first record of values, if there is one.
    private static func roles(
        _ columns: Int, names: [String]?, sample: [String]?, file: String, _ options: InputOptions
    ) throws(DatasetError) -> (roles: [CSVColumn], features: [String], labels: [String]) {
        let present = names ?? (1...columns).map(String.init)
        let numbers = Dictionary(uniqueKeysWithValues: zip(present, present.indices))
        func column(_ wanted: String) -> Int? {
            if let index = numbers[wanted] { return index }
            guard let number = Int(wanted), present.indices.contains(number - 1) else { return nil }
            return number - 1
        }

        var labels: [Int] = []
        for wanted in options.labelColumns {
            guard let column = column(wanted) else {
                throw DatasetError(file, .noSuchColumn(wanted, columns: names ?? []))
            }
            if !labels.contains(column) { labels.append(column) }
        }
        let expected = options.expected?.description
        // A split without labels is welcome: what is to be predicted often lacks them.
        for known in options.knownLabels {
            if let column = numbers[known], names != nil, !labels.contains(column) { labels.append(column) }
        }
        if options.textIsLabel, let sample, sample.count == columns {
            labels += (0..<columns).filter { !labels.contains($0) && isText(sample[$0]) }
        }
        let labelSet = Set(labels)
        var features = (0..<columns).filter { !labelSet.contains($0) }
        guard !features.isEmpty else { throw DatasetError(file, .noFeatures) }

        if let expectedNames = expected?.featureNames, names != nil {
            let missing = expectedNames.filter { name in numbers[name].map(labelSet.contains) ?? true }
            let known = Set(expectedNames)
            let unknown = features.map { present[$0] }.filter { !known.contains($0) }
            guard missing.isEmpty else { throw DatasetError(file, .missingColumns(missing)) }
            guard unknown.isEmpty else { throw DatasetError(file, .unknownColumns(unknown)) }
            features = expectedNames.compactMap { numbers[$0] }
        }
        var roles = [CSVColumn](repeating: .feature(0), count: columns)
        for (index, column) in features.enumerated() { roles[column] = .feature(index) }
        for (index, column) in labels.enumerated() { roles[column] = .label(index) }
        return (roles, features.map { present[$0] }, labels.map { present[$0] })
    }
}

/// Whether a field's text is neither a number nor what stands for a missing one.
private func isText(_ text: String) -> Bool {
    !isNumber(text) && !isMissing(String(decoding: Array(text.utf8).trimmed, as: UTF8.self))
}

/// Whether a field's text, without spaces around it, stands for a missing number.
func isMissing(_ text: String) -> Bool {
    ["", "na", "n/a", "nan", "null"].contains(text.lowercased())
}

/// Whether a field's text is a number.
func isNumber(_ text: String) -> Bool {
    DecimalText.parse(Array(text.utf8).trimmed.span) != nil
}

extension [UInt8] {
    /// Without the spaces at both ends.
    fileprivate var trimmed: [UInt8] {
        Array(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
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
