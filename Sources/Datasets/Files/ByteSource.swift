internal import Glibc

/// Bytes that are read once, in order: a file or standard input. The owner of its descriptor.
package struct ByteSource: ~Copyable {
    /// The name that messages show.
    package let name: String
    /// How many bytes a regular file holds from here on; nil for a pipe or a terminal.
    package let size: Int?
    private let descriptor: Int32
    /// Bytes that were looked at but not consumed.
    private var ahead: [UInt8] = []
    private var atEnd = false

    /// - Parameter path: `-` is standard input.
    package init(path: String) throws(DatasetError) {
        name = path == "-" ? "standard input" : path
        let opened = try Self.open(path)
        descriptor = opened.descriptor
        size = opened.size
    }

    private static func open(_ path: String) throws(DatasetError) -> (descriptor: Int32, size: Int?) {
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
        guard status.st_mode & S_IFMT == S_IFREG else { return (descriptor, nil) }
        // Standard input may be a file of which something was read before.
        return (descriptor, max(0, Int(status.st_size) - max(0, Int(lseek(descriptor, 0, SEEK_CUR)))))
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// Fills `buffer` from `start`, and tells how many bytes it put there: fewer than there was room for only at the end.
    package mutating func read(into buffer: inout [UInt8], from start: Int) throws(DatasetError) -> Int {
        var filled = start
        let fromAhead = min(ahead.count, buffer.count - filled)
        if fromAhead > 0 {
            buffer.replaceSubrange(filled..<filled + fromAhead, with: ahead[..<fromAhead])
            ahead.removeFirst(fromAhead)
            filled += fromAhead
        }
        while filled < buffer.count, !atEnd {
            let got: Int
            do throws(SystemFailure) {
                // The kernel writes into the array, within the bounds given.
                got = try unsafe buffer.withUnsafeMutableBufferPointer { (bytes) throws(SystemFailure) in
                    try retrying {
                        unsafe Glibc.read(descriptor, bytes.baseAddress! + filled, bytes.count - filled)
                    }
                }
            } catch {
                throw DatasetError(name, .system(call: "read", code: error.code))
            }
            atEnd = got == 0
            filled += got
        }
        return filled - start
    }

    /// The next bytes, at least `count` of them unless the end comes first, without consuming them.
    package mutating func peek(_ count: Int) throws(DatasetError) -> [UInt8] {
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
    package mutating func readAll() throws(DatasetError) -> [UInt8] {
        var bytes: [UInt8] = []
        var filled = 0
        while true {
            // Twice as much each time: memory follows the bytes that are really there.
            bytes.append(contentsOf: repeatElement(0, count: max(1 << 16, bytes.count)))
            let got = try read(into: &bytes, from: filled)
            filled += got
            if filled < bytes.count {
                bytes.removeLast(bytes.count - filled)
                return bytes
            }
        }
    }

    /// Consumes `count` bytes that `peek` has shown.
    package mutating func skip(_ count: Int) {
        ahead.removeFirst(count)
    }
}
