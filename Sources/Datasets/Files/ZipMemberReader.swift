/// Unpacks one member of a zip archive as its bytes come, and compares their checksum at the end.
final class ZipMemberReader {
    private let archive: String
    private let member: ZipMember
    /// Whether no other member may follow, as none was asked for by name.
    private let isOnly: Bool
    private let inflater: Inflater?
    /// Bytes of the archive that were read, and how many of them were used.
    private var packed: [UInt8]
    private var used = 0
    private var taken = 0
    /// How many bytes of the archive are still of this member; nil where only its data tell.
    private var left: Int?
    private var sum = CRC32()
    private var isAtEnd = false

    /// - Parameter rest: what was read after the member's header.
    init(_ member: ZipMember, of archive: String, isOnly: Bool, rest: [UInt8]) {
        self.archive = archive
        self.member = member
        self.isOnly = isOnly
        inflater = member.isDeflated ? Inflater(gzip: false) : nil
        packed = rest
        left = member.packed
    }

    /// Says how many bytes a member has that is stored as it is, and whose header does not tell.
    func expect(_ size: Int) {
        if inflater == nil, left == nil { left = max(0, size - taken) }
    }

    /// Unpacked bytes: at least one, unless the member ends.
    /// - Parameter more: the next bytes of the archive; none at its end.
    func read(
        into buffer: inout [UInt8], from start: Int, _ more: () throws(DatasetError) -> [UInt8]
    ) throws(DatasetError) -> Int {
        while !isAtEnd {
            if used == packed.count, left != 0 {
                (packed, used) = (try more(), 0)
                guard !packed.isEmpty else { throw DatasetError(archive, .zip("ends early")) }
            }
            let available = min(packed.count - used, left ?? .max)
            let made: Int
            if let inflater {
                guard available > 0 else { throw DatasetError(archive, .zip("ends early")) }
                made = try inflate(inflater, available, into: &buffer, from: start)
            } else {
                made = min(available, buffer.count - start)
                buffer.replaceSubrange(start..<start + made, with: packed[used..<used + made])
                take(made)
            }
            sum.add(buffer.span.extracting(start..<start + made))
            if inflater?.isComplete ?? (left == 0) { try end(more) }
            if made > 0 { return made }
        }
        return 0
    }

    private func inflate(
        _ inflater: Inflater, _ available: Int, into buffer: inout [UInt8], from start: Int
    ) throws(DatasetError) -> Int {
        do throws(Inflater.Failure) {
            let result = try inflater.inflate(&packed, used..<used + available, into: &buffer, from: start)
            take(result.used)
            return result.made
        } catch {
            throw DatasetError(archive, .zip(error.words))
        }
    }

    private func take(_ count: Int) {
        used += count
        taken += count
        if let left { self.left = left - count }
    }

    private func end(_ more: () throws(DatasetError) -> [UInt8]) throws(DatasetError) {
        isAtEnd = true
        var rest = Array(packed[used...])
        // A descriptor with everything in it, and the mark of what follows.
        while rest.count < 28 {
            let block = try more()
            if block.isEmpty { break }
            rest += block
        }
        var (checksum, next) = (member.checksum, [0])
        if checksum == nil, rest.count >= 8 {
            let start = rest.starts(with: Array("PK\u{7}\u{8}".utf8)) ? 4 : 0
            checksum = (0..<4).reduce(0) { $0 | UInt32(rest[start + $1]) << UInt32(8 * $1) }
            // The sizes after it have four bytes each, or eight.
            next = [start + 12, start + 20]
        }
        guard checksum == sum.value else { throw DatasetError(archive, .zip("has another checksum than it says")) }
        guard isOnly, next.contains(where: { rest.dropFirst($0).starts(with: ZipMember.headerMark) }) else { return }
        throw DatasetError(archive, .noArray(nil, names: []))
    }
}
