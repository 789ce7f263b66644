internal import CZlib

/// Decompresses data as it comes: gzip's (RFC 1952), one member after the other, or bare (RFC 1951). The owner of
/// zlib's state, which must stay where it is: hence a class.
@safe final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether the last member is complete.
    private(set) var isComplete = false

    struct Failure: Error {
        /// Words that follow "the gzip data" or the like.
        let words: String
    }

    /// - Parameter gzip: whether gzip's header and checksum are around the data.
    init(gzip: Bool = true) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window, negative for data without a header, and 16 more for gzip's.
        let status = unsafe inflateInit2_(
            stream, gzip ? 15 + 16 : -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory for its state")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Begins another member.
    func restart() {
        unsafe inflateReset(stream)
        isComplete = false
    }

    /// - Returns: how many bytes of `input` were used, and how many put into `output` from `start`.
    func inflate(
        _ input: inout [UInt8], _ range: Range<Int>, into output: inout [UInt8], from start: Int
    ) throws(Failure) -> (used: Int, made: Int) {
        let room = output.count - start
        // zlib reads and writes within the two buffers, whose lengths it is told.
        let status = unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe stream.pointee.next_in = input.baseAddress! + range.lowerBound
                unsafe stream.pointee.avail_in = UInt32(clamping: range.count)
                unsafe stream.pointee.next_out = output.baseAddress! + start
                unsafe stream.pointee.avail_out = UInt32(clamping: room)
                return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
            }
        }
        let used = unsafe range.count - Int(stream.pointee.avail_in)
        let made = unsafe min(room, Int(UInt32.max)) - Int(stream.pointee.avail_out)
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isComplete = true
        case Z_MEM_ERROR: throw Failure(words: "needs more memory than there is")
        default:
            let words = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "wrong data"
            throw Failure(words: "is damaged (\(words))")
        }
        return (used, made)
    }
}
