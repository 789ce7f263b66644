// What the reader says of text that is not JSON, and where.

extension JSONReader {
    @inline(never)
    func unexpected(_ expected: String) -> JSONError {
        error(at: at, "expected \(expected), found \(found(at))")
    }

    @inline(never)
    func malformedNumber() -> JSONError {
        error(at: at, "\(word(from: at)) is not a JSON number")
    }

    @inline(never)
    func error(at offset: Int, _ problem: String) -> JSONError {
        var line = 1
        var lineStart = start
        for index in start..<offset where text[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        // Bytes that continue a UTF-8 character are not columns of their own.
        var column = 1
        for index in lineStart..<offset where text[index] & 0xC0 != 0x80 { column += 1 }
        return JSONError(.text(offset: offset, line: line, column: column), problem)
    }

    func found(_ offset: Int) -> String {
        guard offset < text.count else { return "the end of the text" }
        switch text[offset] {
        case let byte where isWordByte(byte): return word(from: offset)
        case let byte where byte > 0x20 && byte < 0x7F: return "'\(Unicode.Scalar(byte))'"
        case let byte: return "the byte 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
        }
    }

    /// The letters, digits, signs and points from `offset` on, in quotes; of a long word only the start.
    func word(from offset: Int) -> String {
        var end = offset
        while end < text.count, isWordByte(text[end]), end - offset < 24 { end += 1 }
        let isLonger = end < text.count && isWordByte(text[end])
        var word = ""
        for index in offset..<end { word.unicodeScalars.append(Unicode.Scalar(text[index])) }
        return "'\(word)\(isLonger ? "..." : "")'"
    }

    func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
