internal import Glibc

/// Bytes as a file or a pipe that lives as long as this value.
struct InputFile: ~Copyable {
    let path: String
    private let descriptor: Int32
    private let hasName: Bool

    enum Kind { case file, pipe }

    /// - Parameter bytes: a pipe's must fit into the buffer that the system has for it.
    init(_ bytes: [UInt8], as kind: Kind = .file) {
        hasName = kind == .file
        switch kind {
        case .file:
            // In memory, so that no disk slows the fuzzer.
            var name = Array("/dev/shm/nnprep-fuzz-XXXXXX".utf8CString)
            descriptor = unsafe mkstemp(&name)
            path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            Self.write(bytes, to: descriptor)
        case .pipe:
            precondition(bytes.count <= Self.longestPipe, "no pipe holds so many bytes")
            var ends: [Int32] = [-1, -1]
            _ = unsafe pipe(&ends)
            descriptor = ends[0]
            path = "/dev/fd/\(descriptor)"
            Self.write(bytes, to: ends[1])
            close(ends[1])
        }
    }

    /// What a pipe holds on Linux.
    static let longestPipe = 1 << 16

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        let written = unsafe Glibc.write(descriptor, bytes, bytes.count)
        precondition(written == bytes.count, "cannot write the input: error \(errno)")
    }

    deinit {
        close(descriptor)
        if hasName { unsafe unlink(path) }
    }
}
