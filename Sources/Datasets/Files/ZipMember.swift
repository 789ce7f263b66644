/// A member of a zip archive, as its headers describe it.
///
/// Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3 to 4.5)
struct ZipMember: Equatable {
    var name: String
    var isDeflated: Bool
    /// How many bytes it has in the archive, and unpacked; nil where only its end tells.
    var packed: Int?
    var size: Int?
    var checksum: UInt32?
    /// Where its header is in the archive.
    var offset = 0

    static let headerMark: [UInt8] = Array("PK\u{3}\u{4}".utf8)
    private static let entryMark: [UInt8] = Array("PK\u{1}\u{2}".utf8)

    /// How many bytes a local header has, from its first 30.
    static func headerLength(_ start: [UInt8]) -> Int? {
        guard start.count >= 30, start.starts(with: headerMark) else { return nil }
        return 30 + word(start, 26) + word(start, 28)
    }

    /// - Parameter header: a whole local header.
    init(header: [UInt8]) throws(ZipProblem) {
        let flags = Self.word(header, 6)
        let name = header[30..<30 + Self.word(header, 26)]
        let extra = header[(30 + name.count)...]
        try self.init(name, flags, method: Self.word(header, 8))
        // Sizes and checksum may follow the data instead.
        guard flags & 8 == 0 else { return }
        checksum = UInt32(Self.double(header, 14))
        let sizes = try Self.sizes(extra, packed: Self.double(header, 18), size: Self.double(header, 22))
        (packed, size) = (sizes.packed, sizes.size)
    }

    private init(_ name: ArraySlice<UInt8>, _ flags: Int, method: Int) throws(ZipProblem) {
        self.name = String(decoding: name, as: UTF8.self)
        guard flags & 1 == 0 else { throw ZipProblem(words: "is encrypted") }
        guard method == 0 || method == 8 else { throw ZipProblem(words: "is packed by method \(method)") }
        isDeflated = method == 8
    }

    /// The members that a directory lists.
    /// - Parameter bytes: the whole directory.
    static func directory(_ bytes: [UInt8]) throws(ZipProblem) -> [ZipMember] {
        var members: [ZipMember] = []
        var start = 0
        while bytes[start...].starts(with: entryMark) {
            let entry = Array(bytes[start...].prefix(46))
            let damaged = ZipProblem(words: "has a damaged directory")
            guard entry.count == 46 else { throw damaged }
            let (name, extra, comment) = (word(entry, 28), word(entry, 30), word(entry, 32))
            let end = start + 46 + name + extra
            guard end + comment <= bytes.count else { throw damaged }
            var member = try ZipMember(
                bytes[start + 46..<start + 46 + name], word(entry, 8), method: word(entry, 10))
            let sizes = try sizes(
                bytes[start + 46 + name..<end], packed: double(entry, 20), size: double(entry, 24),
                offset: double(entry, 42))
            (member.packed, member.size, member.offset) = (sizes.packed, sizes.size, sizes.offset)
            member.checksum = UInt32(double(entry, 16))
            members.append(member)
            start = end + comment
        }
        return members
    }

    /// Where the directory is.
    /// - Parameters:
    ///   - tail: the archive's last bytes, at most `tailLength`.
    ///   - size: of the archive.
    static func directory(tail: [UInt8], size: Int) -> Range<Int>? {
        let (end, end64, locator) = (
            Array("PK\u{5}\u{6}".utf8), Array("PK\u{6}\u{6}".utf8), Array("PK\u{6}\u{7}".utf8)
        )
        guard tail.count >= 22 else { return nil }
        // A comment may follow, which could look like the record: the last one that fits is it.
        let found = (0...tail.count - 22).last { start in
            tail[start...].starts(with: end) && start + 22 + word(tail, start + 20) == tail.count
        }
        guard let start = found else { return nil }
        var (length, offset) = (double(tail, start + 12), double(tail, start + 16))
        if start >= 20, tail[(start - 20)...].starts(with: locator) {
            guard let from = quad(tail, start - 12), from <= size else { return nil }
            let place = from - (size - tail.count)
            guard tail.indices.contains(place), place + 56 <= tail.count, tail[place...].starts(with: end64),
                let exactLength = quad(tail, place + 40), let exactOffset = quad(tail, place + 48)
            else { return nil }
            (length, offset) = (exactLength, exactOffset)
        }
        guard offset <= size, length <= size - offset else { return nil }
        return offset..<offset + length
    }

    /// The end records, with the longest comment.
    static let tailLength = 22 + 65535 + 20 + 56

    /// Sizes from a header's fields, or, where those are full, from its extra field of 64-bit numbers.
    private static func sizes(
        _ extra: ArraySlice<UInt8>, packed: Int, size: Int, offset: Int = 0
    ) throws(ZipProblem) -> (packed: Int, size: Int, offset: Int) {
        var numbers: [Int?] = []
        let fields = Array(extra)
        var start = 0
        while fields.count - start >= 4 {
            let (kind, length) = (word(fields, start), word(fields, start + 2))
            start += 4
            let end = min(fields.count, start + length)
            if kind == 1 { numbers = stride(from: start, through: end - 8, by: 8).map { quad(fields, $0) } }
            start = end
        }
        let full = Int(UInt32.max)
        func exact(_ number: Int) -> Int? {
            guard number == full else { return number }
            return numbers.isEmpty ? nil : numbers.removeFirst()
        }
        guard let size = exact(size), let packed = exact(packed), let offset = exact(offset) else {
            throw ZipProblem(words: "has a damaged header")
        }
        return (packed, size, offset)
    }

    private static func word(_ bytes: [UInt8], _ offset: Int) -> Int {
        Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
    }

    private static func double(_ bytes: [UInt8], _ offset: Int) -> Int {
        word(bytes, offset) | word(bytes, offset + 2) << 16
    }

    /// Nil where it is too large for an `Int`.
    private static func quad(_ bytes: [UInt8], _ offset: Int) -> Int? {
        let number = double(bytes, offset) | double(bytes, offset + 4) << 32
        return number < 0 ? nil : number
    }
}

/// What is wrong with a zip archive, as the end of a sentence.
struct ZipProblem: Error, Equatable {
    let words: String
}
