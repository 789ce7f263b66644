/// Turns one piece of a table into rows.
struct CSVDecoder: ~Copyable {
    private let records: CSVRecords
    private let offset: Int
    private var line: Int
    private var values: [Double]
    private var labels: [String] = []
    private var skipped = 0
    private var large = LargeIntegers()
    private var texts: ValueTexts?

    init(records: CSVRecords, piece: borrowing Piece) {
        self.records = records
        offset = piece.offset
        line = piece.line
        values = []
        texts = records.keepsText ? ValueTexts() : nil
    }

    mutating func run(_ bytes: Span<UInt8>) throws(DatasetError) -> RowBlock {
        let features = records.description.features
        let labelCount = records.description.labelNames.count
        let delimiter = records.delimiter
        // Numbers with points that stand for nothing else are read where they are.
        let isPlain = records.dialect.decimal == UInt8(ascii: ".") && !records.dialect.hasMissingNumbers
        let hasRuns = isPlain && !DecimalText.canBePart(delimiter) && !records.keepsText
        let columns = records.roles.count
        // Every row has at least a byte for each of its columns, so that what is reserved follows the bytes there are.
        values.reserveCapacity((bytes.count / columns + 1) * features / 2)
        var position = 0
        while position < bytes.count {
            if let next = pastLineEnd(bytes, position) {
                position = next
                line += 1
                continue
            }
            let rowStart = values.count
            let labelStart = labels.count
            let firstLine = line
            let recordStart = position
            values.append(contentsOf: repeatElement(0, count: features))
            texts?.ranges.append(contentsOf: repeatElement(0..<0, count: features))
            if labelCount > 0 { labels.append(contentsOf: repeatElement("", count: labelCount)) }
            var complete = true
            var column = 0
            while true {
                // Features side by side are read side by side, straight to where they go; the field that ends them is read
                // below, and so is what is not plain.
                if hasRuns, column < columns, case .feature(let index) = records.roles[column] {
                    let run = records.runs[column]
                    let read = unsafe values.withUnsafeMutableBufferPointer { values in
                        let room = unsafe values[rowStart + index..<rowStart + index + run]
                        return unsafe DecimalText.parseRun(
                            bytes, from: &position, delimiter: delimiter,
                            into: UnsafeMutableBufferPointer(rebasing: room))
                    }
                    column += read
                }
                guard column < columns else {
                    let found = try fieldCount(bytes, from: position, after: column)
                    throw error(.fieldCount(found, expected: columns), line: firstLine)
                }
                switch records.roles[column] {
                case .feature(let index):
                    if isPlain, let number = DecimalText.parsePrefix(bytes, from: position),
                        isFieldEnd(bytes, number.end, delimiter)
                    {
                        guard number.value.isFinite else {
                            throw error(.outOfRange(text(bytes, position..<number.end)), column, line: line)
                        }
                        values[rowStart + index] = number.value
                        keepText(bytes, position..<number.end, at: rowStart + index)
                        position = number.end
                    } else if let value = try slowNumber(
                        bytes, &position, column, feature: index, at: rowStart + index)
                    {
                        values[rowStart + index] = value
                    } else {
                        complete = false
                    }
                case .label(let index):
                    let field = try field(bytes, from: position, column)
                    guard let label = field.text(in: bytes) else { throw error(.invalidUTF8, column) }
                    labels[labelStart + index] = label
                    position = field.end
                case .dropped: position = try field(bytes, from: position, column).end
                }
                column += 1
                guard position < bytes.count, bytes[position] == delimiter else { break }
                position += 1
            }
            guard column == columns else {
                throw error(.fieldCount(column, expected: columns), line: firstLine)
            }
            if position < bytes.count { position = pastLineEnd(bytes, position)! }
            line += 1
            if !complete {
                skipped += 1
                values.removeLast(features)
                texts?.ranges.removeLast(features)
                labels.removeLast(labelCount)
            } else if values[rowStart...].contains(where: { $0.magnitude >= LargeIntegers.limit }) {
                try findLargeIntegers(bytes, from: recordStart, line: firstLine, firstValue: rowStart)
            }
        }
        var block = RowBlock(
            count: values.count / features, features: features, values: .doubles(values),
            labels: labelCount == 0 ? .none : .text(labels))
        block.skipped = skipped
        block.largeIntegers = large.numbers.isEmpty ? nil : large
        block.texts = texts
        return block
    }

    private mutating func keepText(_ bytes: Span<UInt8>, _ range: Range<Int>, at index: Int) {
        guard let start = texts?.bytes.count else { return }
        texts!.bytes += records.dialect.plainText(bytes, range)
        texts!.ranges[index] = start..<texts!.bytes.count
    }

    /// Reads a record again for its whole numbers beyond 2^53.
    /// - Parameter firstValue: the index of the record's first value.
    private mutating func findLargeIntegers(
        _ bytes: Span<UInt8>, from start: Int, line: Int, firstValue: Int
    ) throws(DatasetError) {
        var (position, line) = (start, line)
        var found: [(number: LargeIntegers.Number, error: DatasetError)] = []
        for (column, role) in records.roles.enumerated() {
            let firstLine = line
            let field = try records.field(bytes, from: position, column, line: &line)
            position = field.end + 1
            guard case .feature(let feature) = role, values[firstValue + feature].magnitude >= LargeIntegers.limit,
                let number = wholeNumber(bytes, field.range)
            else { continue }
            let digits = text(bytes, field.range).filter { !$0.isWhitespace }
            found.append(
                (
                    LargeIntegers.Number(index: firstValue + feature, value: number),
                    error(.rounded(digits, values[firstValue + feature]), column, line: firstLine)
                ))
        }
        if large.firstRounded == nil { large.firstRounded = found.first { !$0.number.isDouble }?.error }
        large.numbers += found.map(\.number).sorted { $0.index < $1.index }
    }

    /// A number that needs more than the fast scan: quoted, with spaces around it, or in another dialect. Nil where the value
    /// is missing and the row is to be left out.
    private mutating func slowNumber(
        _ bytes: Span<UInt8>, _ position: inout Int, _ column: Int, feature: Int, at index: Int
    ) throws(DatasetError) -> Double? {
        let firstLine = line
        let field = try field(bytes, from: position, column)
        position = field.end
        var range = field.range
        while let first = range.first, isSpace(bytes[first]) { range = range.dropFirst() }
        while let last = range.last, isSpace(bytes[last]) { range = range.dropLast() }
        let dialect = records.dialect
        if let value = dialect.number(bytes, range),
            !dialect.hasMissingNumbers || !dialect.isMissing(text(bytes, range))
        {
            guard value.isFinite else { throw error(.outOfRange(text(bytes, range)), column, line: firstLine) }
            keepText(bytes, range, at: index)
            return value
        }
        let words = text(bytes, range)
        if dialect.isMissing(words) {
            switch records.missing {
            case .error: throw error(.missingValue, column, line: firstLine)
            case .skip: return nil
            case .mean: return records.fill.value(ofFeature: feature)
            }
        }
        switch words.lowercased() {
        case "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity":
            throw error(.notFinite(words), column, line: firstLine)
        default: throw error(.notANumber(words), column, line: firstLine)
        }
    }

    private mutating func field(_ bytes: Span<UInt8>, from start: Int, _ column: Int) throws(DatasetError) -> CSVField {
        try records.field(bytes, from: start, column, line: &line)
    }

    private func error(_ problem: DatasetError.Problem, _ column: Int, line: Int? = nil) -> DatasetError {
        records.error(problem, column, line: line ?? self.line)
    }

    private func error(_ problem: DatasetError.Problem, line: Int) -> DatasetError {
        DatasetError(records.file, at: .line(line), problem)
    }

    /// How many fields the record has of which `known` come before `start`.
    private mutating func fieldCount(_ bytes: Span<UInt8>, from start: Int, after known: Int) throws(DatasetError)
        -> Int
    {
        var position = start
        var count = known
        while true {
            position = try field(bytes, from: position, min(count, records.roles.count - 1)).end
            count += 1
            guard position < bytes.count, bytes[position] == records.delimiter else { return count }
            position += 1
        }
    }
}

/// The bytes as text, whatever they are.
private func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    String(decoding: range.map { bytes[$0] }, as: UTF8.self)
}

/// The whole number that digits are, with spaces and a sign before them; nil where it is written in another way.
private func wholeNumber(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int128? {
    var digits = range.map { bytes[$0] }.trimmed[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    let number = digits.reduce(Int128(0)) { $0 &* 10 &+ Int128($1 &- 0x30) }
    return isNegative ? 0 &- number : number
}
