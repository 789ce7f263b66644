internal import Threads

extension JSONValue {
    /// Reads a text that is one JSON value, by the letter of RFC 8259.
    ///
    /// Beyond its grammar, refuses what would make a value ambiguous or lossy: equal keys in one object, lone surrogates,
    /// invalid UTF-8, numbers out of the range of `Double`; and nesting of more than 64 levels. A byte order mark at the
    /// start is skipped. Numbers are the nearest `Double`.
    /// - Parameters:
    ///   - threads: how many read the rows of a matrix side by side,
    ///   - pieceSize: of how many bytes at a time.
    package init(parsing text: Span<UInt8>, threads: Int = 1, pieceSize: Int = 1 << 19) throws(JSONError) {
        var reader = JSONReader(text)
        if threads > 1 { reader.pieces = JSONReader.Pieces(count: 4 * threads, size: pieceSize) }
        self = try reader.document()
    }
}

struct JSONReader: ~Escapable {
    private static let deepest = 64

    let text: Span<UInt8>
    let start: Int
    private(set) var at: Int
    /// The numbers of one array at a time: each array is made once, in its own size.
    private var numbers: [Double] = []
    /// How a matrix is cut for the threads; nil where one reads everything.
    fileprivate var pieces: Pieces?

    struct Pieces {
        /// How many are read side by side, and how many bytes each has.
        var count: Int
        var size: Int
    }

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) {
        let hasMark = text.count >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF
        self.text = text
        start = hasMark ? 3 : 0
        at = start
    }

    @_lifetime(self: copy self)
    mutating func document() throws(JSONError) -> JSONValue {
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        if at < text.count { throw unexpected("the end of the text") }
        return value
    }

    // MARK: - Values

    @_lifetime(self: copy self)
    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard at < text.count else { throw unexpected("a value") }
        switch text[at] {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "t") where takes("true"): return .bool(true)
        case UInt8(ascii: "f") where takes("false"): return .bool(false)
        case UInt8(ascii: "n") where takes("null"): return .null
        default: throw unexpected("a value")
        }
    }

    @_lifetime(self: copy self)
    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        if depth == Self.deepest { throw error(at: at, "more than \(Self.deepest) levels of nesting") }
        at += 1
        skipSpace()
        if takes(UInt8(ascii: "]")) { return .array([]) }

        if try readNumbers() { return .numbers(ownNumbers) }
        var items = numbers.map(JSONValue.number)
        if let pieces, items.isEmpty, depth + 1 < Self.deepest { items = rowsSideBySide(pieces) }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if takes(UInt8(ascii: "]")) { return .array(items) }
            if !takes(UInt8(ascii: ",")) { throw unexpected("',' or ']'") }
            skipSpace()
        }
    }

    @_lifetime(self: copy self)
    private mutating func object(depth: Int) throws(JSONError) -> [JSONMember] {
        if depth == Self.deepest { throw error(at: at, "more than \(Self.deepest) levels of nesting") }
        at += 1
        skipSpace()
        if takes(UInt8(ascii: "}")) { return [] }

        var members: [JSONMember] = []
        var keys = JSONKeySet()
        while true {
            guard at < text.count, text[at] == UInt8(ascii: "\"") else {
                throw unexpected(members.isEmpty ? "a key in quotes or '}'" : "a key in quotes")
            }
            let keyStart = at
            let key = try string()
            if !keys.insert(key, after: members) { throw error(at: keyStart, "the key \(quoted(key)) appears twice") }
            skipSpace()
            if !takes(UInt8(ascii: ":")) { throw unexpected("':'") }
            skipSpace()
            members.append(JSONMember(key, try value(depth: depth + 1)))
            skipSpace()
            if takes(UInt8(ascii: "}")) { return members }
            if !takes(UInt8(ascii: ",")) { throw unexpected("',' or '}'") }
            skipSpace()
        }
    }

    /// Reads the numbers at the start of an array into `numbers`, with the commas behind them. True if they are the whole
    /// array; else another value follows. The hot loop of a statistics file.
    @_lifetime(self: copy self)
    private mutating func readNumbers() throws(JSONError) -> Bool {
        numbers.removeAll(keepingCapacity: true)
        while at < text.count, startsNumber(text[at]) {
            numbers.append(try number())
            skipSpace()
            if takes(UInt8(ascii: ",")) {
                skipSpace()
            } else if takes(UInt8(ascii: "]")) {
                return true
            } else {
                throw unexpected("',' or ']'")
            }
        }
        return false
    }

    /// A copy of its own size: `Array(numbers[...])` would share the buffer with all its spare room.
    private var ownNumbers: [Double] {
        var values: [Double] = []
        values.reserveCapacity(numbers.count)
        values.append(contentsOf: numbers)
        return values
    }

    /// Reads the rows of a matrix by the threads: as far as they are rows of numbers with a comma behind them. What follows,
    /// and whatever is wrong, is left to be read as ever.
    ///
    /// Each piece begins at the first bracket behind a cut. It counts only if the piece before has ended just there: then
    /// reading from the start of the text would have come there, too.
    @_lifetime(self: copy self)
    private mutating func rowsSideBySide(_ pieces: Pieces) -> [JSONValue] {
        let text = text
        // Only where the first piece is rows is it worth to look at more: but at not much more, since it may end anywhere.
        var end = at + pieces.size
        var rows = rows(before: end)
        while at >= end, at < text.count {
            let first = at
            let parts = concurrently(pieces.count) { piece in
                var reader = JSONReader(text)
                reader.at = first + piece * pieces.size
                while reader.at < text.count, text[reader.at] != UInt8(ascii: "[") { reader.at += 1 }
                let start = reader.at
                return (start, rows: reader.rows(before: first + (piece + 1) * pieces.size), end: reader.at)
            }
            for part in parts where part.0 == at {
                rows += part.rows
                at = part.end
            }
            end = first + pieces.count * pieces.size
        }
        return rows
    }

    /// Reads rows that begin before an offset, as long as they are rows of numbers with a comma behind them.
    @_lifetime(self: copy self)
    private mutating func rows(before end: Int) -> [JSONValue] {
        var rows: [JSONValue] = []
        while at < end {
            let row = at
            guard takes(UInt8(ascii: "[")), hasNumbersAndComma() else {
                at = row
                break
            }
            rows.append(.numbers(ownNumbers))
        }
        return rows
    }

    /// Reads the rest of a row of numbers and the comma behind it.
    @_lifetime(self: copy self)
    private mutating func hasNumbersAndComma() -> Bool {
        skipSpace()
        guard let isWhole = try? readNumbers(), isWhole else { return false }
        skipSpace()
        guard takes(UInt8(ascii: ",")) else { return false }
        skipSpace()
        return true
    }

    @inline(__always)
    @_lifetime(self: copy self)
    private mutating func number() throws(JSONError) -> Double {
        guard let prefix = DecimalText.parsePrefix(text, from: at, .json) else { throw malformedNumber() }
        if prefix.end < text.count {
            let next = text[prefix.end]
            if next != UInt8(ascii: ","), isWordByte(next) { throw malformedNumber() }
        }
        if prefix.value.isInfinite {
            throw error(at: at, "the number \(word(from: at)) is out of range")
        }
        at = prefix.end
        return prefix.value
    }

    @inline(__always)
    private func startsNumber(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "-") }

    // MARK: - Strings

    @_lifetime(self: copy self)
    private mutating func string() throws(JSONError) -> String {
        let opening = at
        at += 1
        // What was before the last escape, unescaped.
        var bytes: [UInt8] = []
        var runStart = at
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "\""):
                let run = try validated(runStart..<at)
                at += 1
                if bytes.isEmpty { return String(copying: run) }
                append(run, to: &bytes)
                return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                append(try validated(runStart..<at), to: &bytes)
                for byte in String(try escape()).utf8 { bytes.append(byte) }
                runStart = at
            case ..<0x20:
                throw error(at: at, "a string may hold \(found(at)) only as an escape")
            default:
                at += 1
            }
        }
        throw error(at: opening, "the string that starts here has no end")
    }

    @_lifetime(copy self)
    private func validated(_ range: Range<Int>) throws(JSONError) -> UTF8Span {
        do throws(UTF8.ValidationError) {
            return try UTF8Span(validating: text.extracting(range))
        } catch {
            throw self.error(at: range.lowerBound + error.byteOffsets.lowerBound, "a string that is not valid UTF-8")
        }
    }

    private func append(_ run: UTF8Span, to bytes: inout [UInt8]) {
        let span = run.span
        for index in span.indices { bytes.append(span[index]) }
    }

    /// Reads an escape, whose backslash is at `at`.
    @_lifetime(self: copy self)
    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let start = at
        at += 2
        guard start + 1 < text.count else { throw error(at: start, "an escape is cut off by the end of the text") }
        switch text[start + 1] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try codeUnit(of: start)
            if let scalar = Unicode.Scalar(unit) { return scalar }
            if unit < 0xDC00, at + 1 < text.count, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u") {
                let next = at
                at += 2
                let low = try codeUnit(of: next)
                if 0xDC00...0xDFFF ~= low,
                    let scalar = Unicode.Scalar(0x1_0000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
                {
                    return scalar
                }
            }
            throw error(at: start, "half of a surrogate pair stands alone")
        default:
            throw error(at: start, "a backslash before \(found(start + 1)) is not an escape")
        }
    }

    /// Reads the four hexadecimal digits of the escape that starts at `start`.
    @_lifetime(self: copy self)
    private mutating func codeUnit(of start: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard at < text.count, let digit = Character(Unicode.Scalar(text[at])).hexDigitValue else {
                throw error(at: start, "\\u needs four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(digit)
            at += 1
        }
        return unit
    }

    // MARK: - Bytes

    @inline(__always)
    @_lifetime(self: copy self)
    private mutating func skipSpace() {
        while at < text.count {
            switch text[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at &+= 1
            default: return
            }
        }
    }

    @inline(__always)
    @_lifetime(self: copy self)
    private mutating func takes(_ byte: UInt8) -> Bool {
        guard at < text.count, text[at] == byte else { return false }
        at &+= 1
        return true
    }

    /// Takes a word that no letter or digit continues.
    @_lifetime(self: copy self)
    private mutating func takes(_ name: StaticString) -> Bool {
        guard word(from: at) == "'\(name)'" else { return false }
        at += name.utf8CodeUnitCount
        return true
    }
}
