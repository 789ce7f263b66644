import Datasets
internal import Glibc

/// JSON that is read and written is the same when it is read again.
/// And threads read what one reads.
func checkJSON(_ input: [UInt8]) throws(Finding) {
    let value = try? JSONValue(parsing: input.span)
    let sideBySide = try? JSONValue(parsing: input.span, threads: 2, pieceSize: 16)
    try expect(sideBySide == value, "threads read \(sideBySide as Any), one reads \(value as Any)")
    guard let value else { return }
    let text = value.formatted()
    let again = try? JSONValue(parsing: text.span)
    try expect(again == value, "written as \(String(decoding: text, as: UTF8.self))")
}

/// Numbers are what the C library makes of them; what is written reads back to the same bits.
func checkDecimal(_ input: [UInt8]) throws(Finding) {
    // A zero would end the C library's text before ours.
    let text = Array(input.prefix { $0 != 0 })
    if let prefix = DecimalText.parsePrefix(text.span, from: 0) {
        let number = Array(text[..<prefix.end])
        let theirs = cNumber(number)
        try expect(
            theirs.value.bitPattern == prefix.value.bitPattern && theirs.end == prefix.end,
            "\(String(decoding: number, as: UTF8.self)) is \(prefix), and \(theirs) in C")
        try expect(DecimalText.parse(number.span) == prefix.value, "the whole and the prefix differ")
        if prefix.value.isFinite { try checkFormatting(prefix.value) }
    } else if let first = text.first, (0x30...0x39).contains(first) {
        throw Finding(words: "\(String(decoding: text, as: UTF8.self)) begins with a digit and is no number")
    }
    if let strict = DecimalText.parsePrefix(text.span, from: 0, .json) {
        let loose = DecimalText.parsePrefix(text.span, from: 0)
        try expect(loose?.value.bitPattern == strict.value.bitPattern, "JSON has \(strict), fields \(loose as Any)")
    }
    guard input.count >= 8 else { return }
    let bits = input.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if Double(bitPattern: bits).isFinite { try checkFormatting(Double(bitPattern: bits)) }
}

private func checkFormatting(_ value: Double) throws(Finding) {
    var text: [UInt8] = []
    DecimalText.append(value, to: &text)
    let again = cNumber(text).value
    try expect(
        again.bitPattern == value.bitPattern, "\(value) is written as \(String(decoding: text, as: UTF8.self))")
    let single = Float(value)
    guard single.isFinite else { return }
    text = []
    DecimalText.append(single, to: &text)
    let back = unsafe strtof(String(decoding: text, as: UTF8.self), nil)
    try expect(
        back.bitPattern == single.bitPattern, "\(single) is written as \(String(decoding: text, as: UTF8.self))")
}

private func cNumber(_ text: [UInt8]) -> (value: Double, end: Int) {
    // The text ends with a zero byte, and lives until the call returns.
    unsafe (text + [0]).withUnsafeBytes { bytes in
        let start = unsafe bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
        var end: UnsafeMutablePointer<CChar>?
        let value = unsafe strtod(start, &end)
        return unsafe (value, UnsafePointer(end!) - start)
    }
}
