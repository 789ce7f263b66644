internal import Glibc

/// Bytes that are read once, in order: a file or standard input, decompressed if they are gzip. The owner of its
/// descriptor.
public struct ByteSource: ~Copyable {
    /// The name that messages show.
    public let name: String
    /// How many bytes a regular file holds from here on; nil for a pipe, a terminal, or compressed bytes.
    public private(set) var size: Int?
    /// Whether another source of the same path starts with the same bytes: not for standard input and pipes.
    public let canReopen: Bool
    private let descriptor: Int32
    /// Bytes that were looked at, and how many of them were consumed since.
    private var ahead: [UInt8] = []
    private var aheadUsed = 0
    private var atEnd = false
    /// What decompresses; nil where bytes are as they are in the file.
    private let inflater: Inflater?
    /// Compressed bytes that were read and not used yet, and where those after them are in the file.
    private var compressed: [UInt8] = []
    private var used = 0
    private var compressedOffset = 0
    /// The member of a zip archive that is read; nil where the file is read itself.
    private var member: ZipMemberReader?

    /// - Parameter path: `-` is standard input.
    public init(path: String) throws(DatasetError) {
        name = path == "-" ? "standard input" : path
        let opened = try Self.open(path)
        descriptor = opened.descriptor
        canReopen = opened.size != nil && path != "-"
        // Gzip is known by its first two bytes, whatever the file's name.
        if opened.start == Self.gzipMagic {
            size = nil
            inflater = Inflater()
            compressed = opened.start
            compressedOffset = opened.start.count
        } else {
            size = opened.size
            inflater = nil
            ahead = opened.start
        }
    }

    private static let gzipMagic: [UInt8] = [0x1F, 0x8B]

    private static func open(
        _ path: String
    ) throws(DatasetError) -> (descriptor: Int32, size: Int?, start: [UInt8]) {
        let name = path == "-" ? "standard input" : path
        let descriptor: Int32
        do throws(SystemFailure) {
            descriptor = path == "-" ? STDIN_FILENO : try retrying { unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC) }
        } catch {
            throw DatasetError(name, .system(call: "open", code: error.code))
        }
        var status = stat()
        var problem: DatasetError.Problem?
        if unsafe fstat(descriptor, &status) != 0 {
            problem = .system(call: "examine", code: errno)
        } else if status.st_mode & S_IFMT == S_IFDIR {
            problem = .isDirectory
        }
        if let problem {
            if descriptor != STDIN_FILENO { close(descriptor) }
            throw DatasetError(name, problem)
        }
        // Standard input may be a file of which something was read before.
        let size =
            status.st_mode & S_IFMT == S_IFREG
            ? max(0, Int(status.st_size) - max(0, Int(lseek(descriptor, 0, SEEK_CUR)))) : nil
        var start: [UInt8] = []
        do throws(SystemFailure) {
            while start.count < gzipMagic.count {
                var byte: UInt8 = 0
                guard try retrying({ unsafe Glibc.read(descriptor, &byte, 1) }) == 1 else { break }
                start.append(byte)
            }
        } catch {
            if descriptor != STDIN_FILENO { close(descriptor) }
            throw DatasetError(name, .system(call: "read", code: error.code))
        }
        return (descriptor, size, start)
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// Fills `buffer` from `start`, and tells how many bytes it put there: fewer than there was room for only at the
    /// end.
    public mutating func read(into buffer: inout [UInt8], from start: Int) throws(DatasetError) -> Int {
        var filled = start
        let fromAhead = min(ahead.count - aheadUsed, buffer.count - filled)
        if fromAhead > 0 {
            buffer.replaceSubrange(filled..<filled + fromAhead, with: ahead[aheadUsed..<aheadUsed + fromAhead])
            skip(fromAhead)
            filled += fromAhead
        }
        while filled < buffer.count {
            let got =
                if let member { try read(member, into: &buffer, from: filled) } else {
                    try readOuter(&buffer, from: filled)
                }
            if got == 0 { break }
            filled += got
        }
        return filled - start
    }

    /// Appends bytes until there are `count` of them, or the end comes.
    package mutating func append(to bytes: inout [UInt8], upTo count: Int) throws(DatasetError) {
        let start = bytes.count
        guard start < count else { return }
        if inflater == nil, member == nil, aheadUsed == ahead.count {
            // Nothing is filled with zeros before it is read into.
            let before = bytes
            var failure: DatasetError?
            bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { room, filled in
                filled = unsafe room.initialize(fromContentsOf: before)
                do throws(DatasetError) {
                    while filled < count {
                        let got = try unsafe readFile(UnsafeMutableBufferPointer(rebasing: room[filled..<count]))
                        if got == 0 { break }
                        filled += got
                    }
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            return
        }
        bytes.append(contentsOf: repeatElement(0, count: count - start))
        let got = try read(into: &bytes, from: start)
        bytes.removeLast(count - start - got)
    }

    /// The file's bytes, decompressed: at least one, unless they end.
    private mutating func readOuter(_ buffer: inout [UInt8], from start: Int) throws(DatasetError) -> Int {
        if let inflater { return try inflate(&buffer, from: start, inflater) }
        return try readFile(&buffer, from: start)
    }

    /// The file's own bytes: at least one, unless it ends.
    private mutating func readFile(_ buffer: inout [UInt8], from start: Int) throws(DatasetError) -> Int {
        try unsafe buffer.withUnsafeMutableBufferPointer { (bytes) throws(DatasetError) in
            try unsafe readFile(UnsafeMutableBufferPointer(rebasing: bytes[start...]))
        }
    }

    private mutating func readFile(_ room: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) -> Int {
        guard !atEnd else { return 0 }
        let got: Int
        do throws(SystemFailure) {
            // The kernel writes into the memory, within the bounds given.
            got = try retrying { unsafe Glibc.read(descriptor, room.baseAddress!, room.count) }
        } catch {
            throw DatasetError(name, .system(call: "read", code: error.code))
        }
        atEnd = got == 0
        return got
    }

    /// Decompressed bytes: at least one, unless the last member ends.
    private mutating func inflate(
        _ buffer: inout [UInt8], from start: Int, _ inflater: Inflater
    ) throws(DatasetError) -> Int {
        while true {
            if used == compressed.count {
                var block = [UInt8](repeating: 0, count: 1 << 16)
                let got = try readFile(&block, from: 0)
                block.removeLast(block.count - got)
                compressed = block
                used = 0
                compressedOffset += got
                if got == 0 {
                    guard inflater.isComplete else { throw gzipError("ends early") }
                    return 0
                }
            }
            if inflater.isComplete {
                // Another member, or the zeros that some writers fill up the last block with.
                if compressed[used] == 0 {
                    used += 1
                    continue
                }
                guard compressed[used] == Self.gzipMagic[0] else { throw gzipError("is followed by something else") }
                inflater.restart()
            }
            do throws(Inflater.Failure) {
                let (taken, made) = try inflater.inflate(
                    &compressed, used..<compressed.count, into: &buffer, from: start)
                used += taken
                if made > 0 { return made }
            } catch {
                throw gzipError(error.words)
            }
        }
    }

    private func gzipError(_ words: String) -> DatasetError {
        DatasetError(name, at: .byte(compressedOffset - (compressed.count - used)), .gzip(words))
    }

    /// The next bytes, at least `count` of them unless the end comes first, without consuming them.
    public mutating func peek(_ count: Int) throws(DatasetError) -> [UInt8] {
        ahead.removeFirst(aheadUsed)
        aheadUsed = 0
        if ahead.count < count {
            var buffer = [UInt8](repeating: 0, count: count)
            buffer.replaceSubrange(..<ahead.count, with: ahead)
            let known = ahead.count
            ahead = []
            let got = try read(into: &buffer, from: known)
            buffer.removeLast(buffer.count - known - got)
            ahead = buffer
        }
        return ahead
    }

    /// All bytes that are left.
    public mutating func readAll() throws(DatasetError) -> [UInt8] {
        var bytes: [UInt8] = []
        try readAll(into: &bytes, upTo: .max)
        return bytes
    }

    /// Appends the bytes that are left, until there are `limit` of them.
    package mutating func readAll(into bytes: inout [UInt8], upTo limit: Int) throws(DatasetError) {
        var filled = bytes.count
        while filled < limit {
            // What the file has, or else twice as much each time: memory follows the bytes that are really there.
            let more = bytes.isEmpty ? max(1 << 16, size.map { min($0, 1 << 30) + 1 } ?? 0) : bytes.count
            bytes.append(contentsOf: repeatElement(0, count: min(more, limit - filled)))
            let got = try read(into: &bytes, from: filled)
            filled += got
            if filled < bytes.count {
                bytes.removeLast(bytes.count - filled)
                return
            }
        }
    }

    /// Consumes `count` bytes that `peek` has shown.
    public mutating func skip(_ count: Int) {
        aheadUsed += count
        if aheadUsed == ahead.count { (ahead, aheadUsed) = ([], 0) }
    }

    /// Passes over `count` bytes, those of a file without reading them.
    mutating func pass(_ count: Int) throws(DatasetError) {
        let known = min(count, ahead.count - aheadUsed)
        skip(known)
        var left = count - known
        if left > 0, let size, inflater == nil, member == nil {
            // Beyond the end, a read will find nothing.
            guard left <= size, lseek(descriptor, left, SEEK_CUR) >= 0 else {
                throw DatasetError(name, .system(call: "read", code: EINVAL))
            }
            return
        }
        var block = [UInt8](repeating: 0, count: min(left, 1 << 16))
        while left > 0 {
            if left < block.count { block.removeLast(block.count - left) }
            let got = try read(into: &block, from: 0)
            guard got == block.count else { throw DatasetError(name, .zip("ends early")) }
            left -= got
        }
    }
}

// MARK: Members of zip archives

extension ByteSource {
    /// From here on, reads what a member holds. The source stands after its header.
    /// - Parameter isOnly: whether another member after it is an error: it was not asked for by name.
    mutating func open(_ member: ZipMember, isOnly: Bool) {
        self.member = ZipMemberReader(member, of: name, isOnly: isOnly, rest: Array(ahead[aheadUsed...]))
        (ahead, aheadUsed) = ([], 0)
        size = nil
    }

    /// How many bytes the member has, for one whose header does not tell.
    func expectMember(of size: Int) { member?.expect(size) }

    private mutating func read(
        _ member: ZipMemberReader, into buffer: inout [UInt8], from start: Int
    ) throws(DatasetError) -> Int {
        try member.read(into: &buffer, from: start) { () throws(DatasetError) in
            var block = [UInt8](repeating: 0, count: 1 << 16)
            block.removeLast(block.count - (try readOuter(&block, from: 0)))
            return block
        }
    }
}
