/// How a table writes its values: what is between fields, what is before decimals, and what stands for a missing value.
struct CSVDialect: Sendable, Equatable {
    var delimiter: UInt8
    var decimal = UInt8(ascii: ".")
    /// Lowercase; the empty field is always one of them.
    private var missing: Set<String> = ["", "na", "n/a", "nan", "null"]
    /// Whether a number may stand for a missing value.
    private(set) var hasMissingNumbers = false

    init(delimiter: UInt8, _ options: InputOptions = InputOptions()) {
        self.delimiter = delimiter
        decimal = options.decimal
        guard let values = options.missingValues else { return }
        missing = Set(values.map { $0.lowercased() } + [""])
        hasMissingNumbers = values.contains { isNumber($0) }
    }

    /// Whether a field's text, without spaces around it, stands for a missing number.
    func isMissing(_ text: String) -> Bool { missing.contains(text.lowercased()) }

    /// Whether a field's text is a number.
    func isNumber(_ text: String) -> Bool {
        let bytes = Array(text.utf8).trimmed
        return number(bytes.span, bytes.indices) != nil && !(hasMissingNumbers && isMissing(text))
    }

    /// The number that all of a field is, infinite where it is too large; nil where it is none.
    func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
        guard decimal != UInt8(ascii: ".") else { return Self.number(bytes, range) }
        // A point is no decimal here, nor anything else.
        for i in range where bytes[i] == UInt8(ascii: ".") { return nil }
        let text = plainText(bytes, range)
        return Self.number(text.span, text.indices)
    }

    /// A number's text with a point before the decimals.
    func plainText(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        range.map { bytes[$0] == decimal ? UInt8(ascii: ".") : bytes[$0] }
    }

    private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
        guard !range.isEmpty, let number = DecimalText.parsePrefix(bytes, from: range.lowerBound),
            number.end == range.upperBound
        else { return nil }
        return number.value
    }
}

extension CSVDialect {
    private static let candidates: [UInt8] = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }
    /// So many records decide.
    private static let mostRecords = 50

    /// What is between the fields of a table, as its first records show it: the expected delimiter, unless another one divides
    /// all of them alike and that one does not.
    /// - Parameter start: the beginning of a table.
    static func delimiter(of start: [UInt8], expected: UInt8, _ options: InputOptions) -> UInt8 {
        guard let usual = fields(of: start, expected) else { return expected }
        for candidate in candidates
        where candidate != expected && candidate != options.decimal && start.contains(candidate) {
            guard let other = fields(of: start, candidate), other.isEven, other.count > 1 else { continue }
            if !usual.isEven || usual.count == 1 { return candidate }
            // Both divide all records: with a decimal comma, "1,5;2,5" is two numbers and not three fields.
            if usual.allHold(candidate) { return candidate }
        }
        return expected
    }

    private struct Fields {
        /// Of the first record.
        var count: Int
        /// Whether all records have as many.
        var isEven: Bool
        var records: [[String]]

        /// Whether each record has a field of two numbers with this byte between them.
        func allHold(_ delimiter: UInt8) -> Bool {
            records.allSatisfy { fields in
                fields.contains { field in
                    let parts = field.utf8.split(separator: delimiter, omittingEmptySubsequences: false)
                    return parts.count > 1
                        && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
                }
            }
        }
    }

    /// Nil where the records cannot be read so.
    private static func fields(of start: [UInt8], _ delimiter: UInt8) -> Fields? {
        var scanner = CSVTextScanner(file: "", delimiter: delimiter, bytes: start, count: start.count)
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.position = 3 }
        var found: Fields?
        for _ in 0..<mostRecords {
            guard let record = try? scanner.next() else { break }
            // The last one may be cut off.
            if scanner.position == start.count, found != nil, start.count >= 1 << 16 { break }
            found = found ?? Fields(count: record.count, isEven: true, records: [])
            found!.isEven = found!.isEven && record.count == found!.count
            found!.records.append(record)
        }
        return found
    }
}

extension [UInt8] {
    /// Without the spaces at both ends.
    var trimmed: [UInt8] {
        Array(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
