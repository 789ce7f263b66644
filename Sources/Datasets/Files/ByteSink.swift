internal import Glibc

/// Where bytes are written, in order: standard output, a device or pipe, or a file that takes its name only when it is
/// complete. The owner of its descriptor.
///
/// A regular file is written beside its target under another name, synced, then renamed: until `finish` the target is
/// as it was, and a sink that is dropped unfinished leaves nothing behind.
public struct ByteSink: ~Copyable {
    /// The name that messages show.
    public let name: String
    private var descriptor: Int32
    /// The unfinished file's path, and the path it gets.
    private var pending: (temporary: String, target: String, entry: TemporaryFiles.Entry)?
    /// What is put around the bytes: gzip, where the path asks for it.
    private var envelope: Envelope?

    /// - Parameter path: `-` is standard output. A path that ends in `.gz` has its bytes compressed.
    public init(path: String) throws(DatasetError) {
        envelope = path.lowercased().hasSuffix(".gz") ? Envelope() : nil
        if path == "-" {
            name = "standard output"
            descriptor = STDOUT_FILENO
            return
        }
        name = path
        var status = stat()
        let exists = unsafe stat(path, &status) == 0
        // Links that lead nowhere but to each other would be replaced.
        if !exists, errno == ELOOP { throw DatasetError(path, .system(call: "write", code: ELOOP)) }
        if exists, status.st_mode & S_IFMT == S_IFDIR {
            throw DatasetError(path, .isDirectory)
        }
        if exists, status.st_mode & S_IFMT != S_IFREG {
            // A device or a named pipe is written, never replaced.
            do throws(SystemFailure) {
                descriptor = try retrying { unsafe open(path, O_WRONLY | O_CLOEXEC) }
            } catch {
                throw DatasetError(path, .system(call: "write", code: error.code))
            }
            return
        }
        let target = exists ? resolvedLinks(path) : linkTarget(path)
        if exists, unsafe access(target, W_OK) != 0 {
            throw DatasetError(path, .system(call: "write", code: errno))
        }
        let slash = target.lastIndex(of: "/").map { target.index(after: $0) } ?? target.startIndex
        // Short enough, whatever the target's name, for the longest name that a folder takes.
        let stem = String(decoding: target[slash...].utf8.prefix(64), as: UTF8.self)
        let folder = resolvedLinks(slash == target.startIndex ? "." : String(target[..<slash]))
        // The same for the same target only, so that one cannot be written twice at once.
        let number = contentHash(Array(target[slash...].utf8).span) % 1_000_000_000
        let temporary = "\(folder)/.\(stem).\(getpid()).\(number).tmp"
        // Remembered first: a signal may come as soon as the file is there.
        guard let entry = TemporaryFiles.remember(temporary) else { throw DatasetError(path, .outputTwice) }
        unsafe unlink(temporary)
        do throws(SystemFailure) {
            descriptor = try retrying { unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
        } catch {
            TemporaryFiles.forget(entry)
            throw DatasetError(path, .system(call: "write", code: error.code))
        }
        pending = (temporary, target, entry)
        if exists { fchmod(descriptor, status.st_mode & 0o777) }
    }

    /// A file without a name, for what must be held back; the system removes it with the descriptor.
    private init(spoolFor name: String) throws(DatasetError) {
        self.name = name
        envelope = nil
        let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var path = Array("\(folder)/nnprep.XXXXXX".utf8CString)
        descriptor = unsafe mkstemp(&path)
        guard descriptor >= 0 else {
            throw DatasetError(folder, .system(call: "make a temporary file", code: errno))
        }
        // The file lives on without its name, as long as the descriptor does.
        unsafe unlink(path)
    }

    public static func spool(for name: String) throws(DatasetError) -> ByteSink {
        try ByteSink(spoolFor: name)
    }

    deinit {
        if descriptor > STDERR_FILENO { close(descriptor) }
        if let pending {
            unsafe unlink(pending.temporary)
            TemporaryFiles.forget(pending.entry)
        }
    }

    /// Whether the start can be written again: true for a file that is not yet in its place, and has its bytes as they
    /// are.
    public var canRewind: Bool { pending != nil && envelope == nil }

    /// Makes the bytes, those of an npy file, the only array of an npz file.
    /// - Precondition: nothing was written.
    public mutating func packAsArray(deflates: Bool) throws(DatasetError) {
        guard envelope == nil else { throw DatasetError(name, .packedTwice) }
        let envelope = Envelope(zip: NPZ.member, deflates: deflates)
        self.envelope = envelope
        try write(envelope.start.span, at: nil)
    }

    /// Whether what is written appears on a terminal.
    public var isTerminal: Bool { isatty(descriptor) == 1 }

    public borrowing func write(_ bytes: [UInt8]) throws(DatasetError) {
        try write(bytes.span)
    }

    public borrowing func write(_ bytes: Span<UInt8>) throws(DatasetError) {
        if let packed = envelope?.add(bytes) { try write(packed.span, at: nil) } else { try write(bytes, at: nil) }
    }

    /// Writes what comes after all bytes; none can be written any more.
    public mutating func end() throws(DatasetError) {
        guard let envelope = envelope.take() else { return }
        try write(envelope.end().span, at: nil)
    }

    /// Writes `bytes` over the first ones.
    /// - Precondition: `canRewind`.
    public borrowing func rewriteStart(_ bytes: [UInt8]) throws(DatasetError) {
        precondition(canRewind, "a pipe cannot be written again")
        try write(bytes.span, at: 0)
    }

    private borrowing func write(_ bytes: Span<UInt8>, at offset: Int?) throws(DatasetError) {
        var done = 0
        let descriptor = descriptor
        while done < bytes.count {
            do throws(SystemFailure) {
                // The kernel reads from the span, within its bounds.
                done += try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(SystemFailure) in
                    try retrying {
                        let start = unsafe buffer.baseAddress! + done
                        return if let offset {
                            unsafe pwrite(descriptor, start, buffer.count - done, offset + done)
                        } else {
                            unsafe Glibc.write(descriptor, start, buffer.count - done)
                        }
                    }
                }
            } catch {
                throw DatasetError(name, .system(call: "write", code: error.code))
            }
        }
    }

    /// Writes all that a spool holds to `other`.
    public consuming func pour(into other: borrowing ByteSink) throws(DatasetError) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw DatasetError(name, .system(call: "read", code: errno))
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let got: Int
            do throws(SystemFailure) {
                let descriptor = descriptor
                got = try unsafe buffer.withUnsafeMutableBufferPointer { (bytes) throws(SystemFailure) in
                    try retrying { unsafe read(descriptor, bytes.baseAddress!, bytes.count) }
                }
            } catch {
                throw DatasetError(name, .system(call: "read", code: error.code))
            }
            if got == 0 { return }
            try other.write(buffer.span.extracting(first: got))
        }
    }

    /// Has the system keep what was written to a file. A late write error surfaces here.
    public borrowing func sync() throws(DatasetError) {
        guard pending != nil, fsync(descriptor) != 0 else { return }
        throw DatasetError(name, .system(call: "write", code: errno))
    }

    /// Completes the file: synced, closed and in its place. A late write error surfaces here.
    public consuming func finish() throws(DatasetError) {
        try end()
        guard descriptor != STDOUT_FILENO else { return }
        try sync()
        if let pending {
            guard unsafe rename(pending.temporary, pending.target) == 0 else {
                throw DatasetError(name, .system(call: "rename its temporary file", code: errno))
            }
            TemporaryFiles.forget(pending.entry)
            self.pending = nil
            syncFolder(of: pending.temporary)
        }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw DatasetError(name, .system(call: "write", code: errno)) }
    }
}

/// The path that symbolic links lead to, so that a link is kept and its target replaced.
private func resolvedLinks(_ path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
}

/// Where a link to nothing yet points, so that a file is made there and the link is kept; the path itself where it is none.
private func linkTarget(_ path: String) -> String {
    var path = path
    var status = stat()
    // As many as the kernel follows.
    for _ in 0..<40 where unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = unsafe readlink(path, &bytes, bytes.count - 1)
        guard length > 0 else { break }
        let target = String(decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        path = target.hasPrefix("/") ? target : folder + target
    }
    return path
}

/// Has the system keep a file's new name. Some file systems cannot, and lose nothing by it.
private func syncFolder(of path: String) {
    guard let slash = path.lastIndex(of: "/") else { return }
    let descriptor = unsafe open(String(path[...slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
}
