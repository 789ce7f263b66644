internal import Words

/// Cuts the bytes of a file into pieces of whole records, in order. The owner of its file.
struct RecordCutter: ~Copyable {
    private let format: any RecordFormat
    /// What the file's size or its header promises; nil where the rows show only at the end.
    let promise: Promise?
    private(set) var source: ByteSource
    /// What was read beyond the last whole record.
    private var rest: [UInt8] = []
    /// Where the first record is in the file, and the next one.
    private let start: Int
    private var offset: Int
    private var line: Int

    struct Promise {
        let rows: Int
        let recordBytes: Int

        /// As many as can be said: no file has more.
        var bytes: Int { checkedProduct(rows, recordBytes) ?? .max }
    }

    /// - Parameters:
    ///   - source: stands at the first record.
    ///   - offset, line: where that is in the file.
    init(
        _ source: consuming ByteSource, format: any RecordFormat, promise: Promise?, offset: Int = 0, line: Int = 1
    ) {
        self.source = source
        self.format = format
        self.promise = promise
        start = offset
        self.offset = offset
        self.line = line
    }

    /// The next records, or nil at the end.
    /// - Parameter size: how many bytes are read; more where that is less than a record.
    mutating func next(_ size: Int) throws(DatasetError) -> Piece? {
        var piece = Piece(bytes: [], offset: offset, line: line)
        var room = max(size, rest.count + 1)
        var filled = 0
        while true {
            if filled == 0 {
                piece.bytes = rest
                rest = []
            }
            try source.append(to: &piece.bytes, upTo: room)
            filled = piece.bytes.count
            piece.count = filled
            let atEnd = filled < room
            try checkPromise(bytes: offset - start + filled, atEnd: atEnd)
            if filled == 0 { return nil }
            let whole = try format.wholeRecords(in: piece, atEnd: atEnd)
            if whole == 0, !atEnd {
                room *= 2
                continue
            }
            rest = Array(piece.bytes[whole..<filled])
            piece.count = whole
            offset += whole
            if format.description.format.isText { line += newlines(in: piece.bytes.span.extracting(0..<whole)) }
            return piece
        }
    }

    /// - Parameter bytes: how many of the records' bytes were seen until now.
    private func checkPromise(bytes: Int, atEnd: Bool) throws(DatasetError) {
        guard let promise, bytes > promise.bytes || (atEnd && bytes < promise.bytes) else { return }
        guard source.size == nil else {
            // The whole file was there when it was opened.
            let extra = bytes > promise.bytes ? promise.recordBytes - 1 : 0
            throw DatasetError(
                source.name, .changedWhileRead(rows: (bytes + extra) / promise.recordBytes, expected: promise.rows))
        }
        throw DatasetError(source.name, .arraySize(promised: promise.bytes, found: atEnd ? bytes : nil))
    }
}

func newlines(in bytes: Span<UInt8>) -> Int {
    let newline = SIMD16<UInt8>(repeating: UInt8(ascii: "\n"))
    var count = 0
    var start = 0
    // Sixteen counts side by side, of a byte each: summed before they can overflow. Loads stay within the span.
    unsafe bytes.withUnsafeBytes { bytes in
        while start + 16 <= bytes.count {
            let end = min(bytes.count - 15, start + 16 * 255)
            var counts = SIMD16<UInt8>()
            while start < end {
                let mask = unsafe bytes.loadUnaligned(fromByteOffset: start, as: SIMD16<UInt8>.self) .== newline
                counts.replace(with: counts &+ 1, where: mask)
                start += 16
            }
            count += Int(SIMD16<UInt16>(truncatingIfNeeded: counts).wrappedSum())
        }
    }
    for i in start..<bytes.count where bytes[i] == UInt8(ascii: "\n") { count += 1 }
    return count
}
