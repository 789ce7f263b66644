internal import CZlib

/// Compresses bytes as they come (RFC 1951), bare or as gzip (RFC 1952). The owner of zlib's state, which must stay
/// where it is: hence a class.
@safe final class Deflater {
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter gzip: whether gzip's header and checksum go around the data.
    init(gzip: Bool) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window, negative for data without a header, and 16 more for gzip's. Level 6 and memory 8 are
        // zlib's own.
        let status = unsafe deflateInit2_(
            stream, 6, Z_DEFLATED, gzip ? 15 + 16 : -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory for its state")
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// The compressed bytes that are ready.
    /// - Parameter isLast: no bytes follow, so that all are made ready.
    func deflate(_ input: Span<UInt8>, isLast: Bool) -> [UInt8] {
        var output: [UInt8] = []
        var start = 0
        repeat {
            // zlib counts in 32 bits.
            let end = min(input.count, start + 1 << 30)
            output += deflate(
                input.extracting(start..<end), flush: isLast && end == input.count ? Z_FINISH : Z_NO_FLUSH)
            start = end
        } while start < input.count
        return output
    }

    private func deflate(_ input: Span<UInt8>, flush: Int32) -> [UInt8] {
        var output: [UInt8] = []
        // zlib reads from the span, whose length it is told, and does not write there; and it writes into rooms that it
        // is told the length of.
        unsafe input.withUnsafeBufferPointer { input in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(input.count)
            var isFull = true
            while isFull {
                let room = 1 << 16
                let part = unsafe [UInt8](unsafeUninitializedCapacity: room) { part, count in
                    unsafe stream.pointee.next_out = part.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(room)
                    _ = unsafe CZlib.deflate(stream, flush)
                    count = unsafe room - Int(stream.pointee.avail_out)
                }
                isFull = part.count == room
                output += part
            }
        }
        return output
    }
}
