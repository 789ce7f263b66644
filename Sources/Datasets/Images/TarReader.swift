internal import Words

/// Reads the members of a tar archive in order, from a file or a pipe: the layouts of POSIX (ustar, pax) and GNU.
/// Sources: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html ("ustar Interchange Format", "pax
/// Header Block"), https://www.gnu.org/software/tar/manual/html_node/Standard.html
struct TarReader: ~Copyable {
    private var source: ByteSource
    private let file: String
    /// How many bytes of the archive were consumed.
    private(set) var offset = 0
    /// How many archives ended before the member that was read last.
    private(set) var archive = 0
    private var isPastEnd = false

    struct Member: Equatable {
        enum Kind: Equatable {
            case file
            case link(to: String)
            case other
        }

        var name: String
        var kind: Kind
        var size: Int
    }

    static let blockSize = 512
    /// Names and other things said of a member in members of their own; longer ones are refused.
    private static let longestExtra = 1 << 20

    init(_ source: consuming ByteSource) {
        file = source.name
        self.source = source
    }

    var name: String { source.name }
    var byteCount: Int? { source.size }
    var canReopen: Bool { source.canReopen }

    /// Whether a file begins as an archive does: with a header whose checksum is right.
    static func isLikely(_ start: [UInt8]) -> Bool {
        start.count >= blockSize && hasRightChecksum(Array(start[..<blockSize]))
    }

    /// The header of the next member, or nil at the end. What it holds must be read or passed over before the next
    /// call. Blocks of zeros are passed over, so that archives can follow one another.
    mutating func next() throws(DatasetError) -> Member? {
        var longName: String?
        var longLink: String?
        var extra: [String: String] = [:]
        while let header = try header() {
            let kind = header[156]
            guard var size = number(header[124..<136]), size < 1 << 60 else { throw error("has a size that is none") }
            switch kind {
            case UInt8(ascii: "L"): longName = text(try extraBytes(size)[...])
            case UInt8(ascii: "K"): longLink = text(try extraBytes(size)[...])
            case UInt8(ascii: "x"):
                guard let records = paxRecords(try extraBytes(size)) else { throw error("has a damaged pax header") }
                extra = records
            case UInt8(ascii: "g"): try pass(padded(size))
            default:
                if let text = extra["size"] {
                    guard let exact = Int(digits: text.utf8), exact < 1 << 60 else {
                        throw error("has a size that is none")
                    }
                    size = exact
                }
                let isPOSIX = header[257..<263].elementsEqual("ustar\0".utf8)
                let prefix = isPOSIX ? text(header[345..<500]) : ""
                let short = text(header[0..<100])
                let name = extra["path"] ?? longName ?? (prefix.isEmpty ? short : "\(prefix)/\(short)")
                let target = extra["linkpath"] ?? longLink ?? text(header[157..<257])
                switch kind {
                case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
                    // Old archives mark folders by a slash.
                    return Member(name: name, kind: name.hasSuffix("/") ? .other : .file, size: size)
                case UInt8(ascii: "1"), UInt8(ascii: "2"):
                    return Member(name: name, kind: .link(to: target), size: 0)
                // Devices and folders hold nothing, whatever size is told.
                case UInt8(ascii: "3")...UInt8(ascii: "6"): return Member(name: name, kind: .other, size: 0)
                default: return Member(name: name, kind: .other, size: size)
                }
            }
        }
        guard longName == nil, extra.isEmpty else { throw error("ends early") }
        return nil
    }

    /// Passes over what a member holds.
    /// - Parameter read: how many of its bytes were read already.
    mutating func skip(_ member: Member, after read: Int = 0) throws(DatasetError) {
        try pass(padded(member.size) - read)
    }

    /// Appends the next bytes of a member, which has as many.
    mutating func read(_ count: Int, into bytes: inout [UInt8]) throws(DatasetError) {
        var left = count
        while left > 0 {
            // Memory follows the bytes that are there.
            let part = min(left, 1 << 20)
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: part))
            guard try source.read(into: &bytes, from: start) == part else { throw error("ends early") }
            offset += part
            left -= part
        }
    }

    private mutating func extraBytes(_ size: Int) throws(DatasetError) -> [UInt8] {
        guard size <= Self.longestExtra else { throw error("has a name that is too long") }
        var bytes: [UInt8] = []
        try read(size, into: &bytes)
        try pass(padded(size) - size)
        return bytes
    }

    /// The next block that is not of zeros alone; nil at the end.
    private mutating func header() throws(DatasetError) -> [UInt8]? {
        while true {
            var block = [UInt8](repeating: 0, count: Self.blockSize)
            let got = try source.read(into: &block, from: 0)
            if got == 0 { return nil }
            guard got == block.count else {
                // Some writers end with a few zeros.
                guard block[..<got].contains(where: { $0 != 0 }) else { return nil }
                throw error("ends early")
            }
            if !block.contains(where: { $0 != 0 }) {
                offset += got
                isPastEnd = true
                continue
            }
            if isPastEnd { archive += 1 }
            isPastEnd = false
            guard Self.hasRightChecksum(block) else { throw error("has a damaged header") }
            offset += got
            return block
        }
    }

    private mutating func pass(_ count: Int) throws(DatasetError) {
        var left = count
        var bytes = [UInt8](repeating: 0, count: min(left, 1 << 16))
        while left > 0 {
            if left < bytes.count { bytes.removeLast(bytes.count - left) }
            let got = try source.read(into: &bytes, from: 0)
            guard got == bytes.count else { throw error("ends early") }
            left -= got
            offset += got
        }
    }

    private func padded(_ size: Int) -> Int { (size + Self.blockSize - 1) / Self.blockSize * Self.blockSize }

    private func error(_ words: String) -> DatasetError {
        DatasetError(file, at: .byte(offset), .picture(.tar(words)))
    }

    /// The sum of the header's bytes with spaces in the place of the sum; some old writers took the bytes as signed.
    private static func hasRightChecksum(_ header: [UInt8]) -> Bool {
        guard let sum = number(header[148..<156]) else { return false }
        var (unsigned, signed) = (8 * 32, 8 * 32)
        for (i, byte) in header.enumerated() where !(148..<156).contains(i) {
            unsigned += Int(byte)
            signed += Int(Int8(bitPattern: byte))
        }
        return (sum == unsigned || sum == signed) && header.contains { $0 != 0 }
    }
}

/// A number in a header: octal digits between spaces and zeros, or, where the first bit is set, big-endian bytes.
private func number(_ field: ArraySlice<UInt8>) -> Int? {
    if let first = field.first, first & 0x80 != 0 {
        var value = Int(first & 0x7F)
        for byte in field.dropFirst() {
            guard value < 1 << 54 else { return nil }
            value = value << 8 | Int(byte)
        }
        return value
    }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    var value = 0
    for digit in digits {
        guard (0x30..<0x38).contains(digit), value < 1 << 57 else { return nil }
        value = value << 3 | Int(digit - 0x30)
    }
    return value
}

private func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
}

/// Lines of "length keyword=value"; nil where they are damaged.
private func paxRecords(_ bytes: [UInt8]) -> [String: String]? {
    var records: [String: String] = [:]
    var rest = bytes[...]
    while !rest.isEmpty {
        guard let space = rest.firstIndex(of: 0x20), let length = Int(digits: rest[..<space]), length <= rest.count
        else { return nil }
        let end = rest.startIndex + length - 1
        guard end > space, rest[end] == 0x0A, let equals = rest[space..<end].firstIndex(of: UInt8(ascii: "=")) else {
            return nil
        }
        records[String(decoding: rest[(space + 1)..<equals], as: UTF8.self)] = String(
            decoding: rest[(equals + 1)..<end], as: UTF8.self)
        rest = rest[(end + 1)...]
    }
    return records
}
