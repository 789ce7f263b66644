private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

/// Bytes as base64 (RFC 4648).
/// - Parameter line: how many characters a line has, a multiple of 4; nil for all on one line that is not ended.
package func base64(_ bytes: [UInt8], line: Int? = nil) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count / 3 * 4 + bytes.count / 75 + 8)
    var column = 0
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let count = min(3, bytes.count - start)
        var group = 0
        for i in 0..<3 { group = group << 8 | (i < count ? Int(bytes[start + i]) : 0) }
        for i in 0..<4 { text.append(i <= count ? alphabet[group >> (18 - 6 * i) & 63] : UInt8(ascii: "=")) }
        column += 4
        if let line, column == line || start + 3 >= bytes.count {
            text.append(UInt8(ascii: "\n"))
            column = 0
        }
    }
    return String(decoding: text, as: UTF8.self)
}

/// The bytes that text of base64's letters stands for; the padding at its end adds none.
package func decodedBase64(_ text: String) -> [UInt8] {
    var values = [UInt8](repeating: 0, count: 256)
    for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 4 * 3)
    var (group, bits) = (0, 0)
    for letter in text.utf8 where letter != UInt8(ascii: "=") {
        group = (group << 6 | Int(values[Int(letter)])) & 0xFFFF
        bits += 6
        if bits >= 8 {
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: group >> bits))
        }
    }
    return bytes
}
