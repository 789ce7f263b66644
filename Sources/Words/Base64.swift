/// Bytes as base64 (RFC 4648).
/// - Parameter line: how many characters a line has, a multiple of 4; nil for all on one line that is not ended.
package func base64(_ bytes: [UInt8], line: Int? = nil) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
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
