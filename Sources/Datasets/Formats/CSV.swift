internal import Glibc

/// Tables of text: RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180), with CRLF or LF, in UTF-8 with or without BOM.
/// Blank lines are passed over. Spaces around a number do not count.
struct CSVRecords: RecordFormat {
    /// A longer line is refused, so that a file without line ends cannot exhaust memory.
    static let longestLine = 1 << 27
    /// More columns are refused, so that names and statistics of them cannot exhaust memory either.
    static let mostColumns = 1 << 22

    let file: String
    let description: DatasetDescription
    let dialect: CSVDialect
    let missing: InputOptions.Missing
    /// What missing values become, for `mean`.
    let fill: InputOptions.Fill
    /// What each column of the file is.
    let roles: [CSVColumn]
    /// How many columns from each on hold features that stand side by side in the rows, too.
    let runs: [Int]
    /// The header's names, in the order of the file.
    let columnNames: [String]?
    /// Whether the text of the features is kept beside their values.
    let keepsText: Bool
    /// What stands before the first row of values.
    let start: [UInt8]

    var delimiter: UInt8 { dialect.delimiter }

    var pieceSize: Int { Self.usualPieceSize }

    func wholeRecords(in piece: borrowing Piece, atEnd: Bool) throws(DatasetError) -> Int {
        if atEnd { return piece.count }
        let whole = lengthOfWholeRecords(piece.bytes.span.extracting(first: piece.count), delimiter: delimiter)
        if whole == 0, piece.count >= Self.longestLine {
            throw DatasetError(file, at: .line(piece.line), .lineTooLong(limit: Self.longestLine))
        }
        return whole
    }

    func decode(_ piece: borrowing Piece) throws(DatasetError) -> RowBlock {
        var decoder = CSVDecoder(records: self, piece: piece)
        return try decoder.run(piece.bytes.span.extracting(first: piece.count))
    }
}

extension CSVRecords {
    /// - Parameter line: the line of `start`; moved on by the line ends within quotes.
    func field(
        _ bytes: Span<UInt8>, from start: Int, _ column: Int, line: inout Int
    ) throws(DatasetError) -> CSVField {
        do throws(CSVField.Fault) {
            return try CSVField(bytes, from: start, delimiter: delimiter, line: &line)
        } catch {
            throw self.error(error.problem, column, line: error.line)
        }
    }

    /// What is wrong with a field.
    func error(_ problem: DatasetError.Problem, _ column: Int, line: Int) -> DatasetError {
        let name = columnNames.flatMap { column < $0.count ? $0[column] : nil }
        return DatasetError(file, at: .column(column + 1, line: line, name: name), problem)
    }
}

/// What a column of a table is: a feature or a label, by its number among them, or nothing.
enum CSVColumn: Equatable {
    case feature(Int)
    case label(Int)
    case dropped
}

/// The length of the longest beginning that ends with a record's end. Line ends within quotes do not end a record.
func lengthOfWholeRecords(_ bytes: Span<UInt8>, delimiter: UInt8) -> Int {
    let quote = UInt8(ascii: "\"")
    let lineEnd = UInt8(ascii: "\n")
    // Most tables have no quotes: then the last line end will do. The C library looks for one byte fastest.
    if bytes.isEmpty { return 0 }
    let hasQuotes = unsafe bytes.withUnsafeBytes { unsafe memchr($0.baseAddress!, Int32(quote), $0.count) != nil }
    if !hasQuotes {
        var end = bytes.count
        while end > 0, bytes[end - 1] != lineEnd { end -= 1 }
        return end
    }
    var end = 0
    var inQuotes = false
    var atFieldStart = true
    for i in bytes.indices {
        let byte = bytes[i]
        if inQuotes {
            // A doubled quote closes and opens again, which comes to the same.
            if byte == quote { inQuotes = false }
            continue
        }
        if byte == quote, atFieldStart || bytes[i - 1] == quote {
            inQuotes = true
            atFieldStart = false
            continue
        }
        if byte == lineEnd { end = i + 1 }
        atFieldStart = byte == delimiter || byte == lineEnd
    }
    return end
}
