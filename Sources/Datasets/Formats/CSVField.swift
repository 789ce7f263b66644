/// One field of a record: where its text is, and where what ends it stands.
struct CSVField {
    let range: Range<Int>
    let quoted: Bool
    /// The position of the delimiter, of the line end, or of the end of the bytes.
    let end: Int

    struct Fault: Error {
        let problem: DatasetError.Problem
        let line: Int
    }

    /// - Parameter line: the line of `start`; moved on by the line ends within quotes.
    init(_ bytes: Span<UInt8>, from start: Int, delimiter: UInt8, line: inout Int) throws(Fault) {
        let quote = UInt8(ascii: "\"")
        var i = start
        quoted = start < bytes.count && bytes[start] == quote
        guard quoted else {
            while !isFieldEnd(bytes, i, delimiter) {
                if bytes[i] == quote { throw Fault(problem: .strayQuote, line: line) }
                i += 1
            }
            (range, end) = (start..<i, i)
            return
        }
        let opened = line
        i += 1
        while true {
            guard i < bytes.count else { throw Fault(problem: .unclosedQuote, line: opened) }
            if bytes[i] == quote {
                guard i + 1 < bytes.count, bytes[i + 1] == quote else { break }
                i += 1
            } else if bytes[i] == UInt8(ascii: "\n") {
                line += 1
            }
            i += 1
        }
        guard isFieldEnd(bytes, i + 1, delimiter) else { throw Fault(problem: .strayQuote, line: line) }
        (range, end) = (start + 1..<i, i + 1)
    }

    /// The field's text without its quotes; nil where it is not UTF-8.
    func text(in bytes: Span<UInt8>) -> String? {
        guard quoted else {
            guard let text = try? UTF8Span(validating: bytes.extracting(range)) else { return nil }
            return String(copying: text)
        }
        let quote = UInt8(ascii: "\"")
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var i = range.lowerBound
        while i < range.upperBound {
            text.append(bytes[i])
            i += bytes[i] == quote ? 2 : 1
        }
        return String(validating: text, as: UTF8.self)
    }
}

/// The position after the line end at `position`, if one is there.
func pastLineEnd(_ bytes: Span<UInt8>, _ position: Int) -> Int? {
    switch bytes[position] {
    case UInt8(ascii: "\n"): position + 1
    case UInt8(ascii: "\r") where position + 1 == bytes.count: position + 1
    case UInt8(ascii: "\r") where bytes[position + 1] == UInt8(ascii: "\n"): position + 2
    default: nil
    }
}

func isFieldEnd(_ bytes: Span<UInt8>, _ position: Int, _ delimiter: UInt8) -> Bool {
    position == bytes.count || bytes[position] == delimiter || pastLineEnd(bytes, position) != nil
}

func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}
