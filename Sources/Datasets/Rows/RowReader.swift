/// Reads a data set's records in order. The owner of its file.
package struct RowReader: ~Copyable {
    package let format: any RecordFormat
    /// How many rows there are; nil where that shows only at the end.
    package let rowCount: Int?
    /// How many bytes are read at a time; more where that is less than a record.
    package var pieceSize: Int
    private var source: ByteSource
    /// What was read beyond the last whole record.
    private var rest: [UInt8] = []
    private var offset: Int
    private var line: Int

    package var name: String { source.name }
    /// How many bytes a regular file has; nil for a pipe.
    package var byteCount: Int? { source.size }
    package var description: DatasetDescription { format.description }

    /// - Parameters:
    ///   - source: stands at the first record.
    ///   - offset, line: where that is in the file.
    init(_ source: consuming ByteSource, format: any RecordFormat, rowCount: Int?, offset: Int = 0, line: Int = 1) {
        self.source = source
        self.format = format
        self.rowCount = rowCount
        pieceSize = format.pieceSize
        self.offset = offset
        self.line = line
    }

    /// The next records, or nil at the end.
    package mutating func next() throws(DatasetError) -> Piece? {
        var piece = Piece(bytes: [], offset: offset, line: line)
        var room = max(pieceSize, rest.count + 1)
        var filled = 0
        while true {
            if piece.bytes.count < room {
                piece.bytes.append(contentsOf: repeatElement(0, count: room - piece.bytes.count))
            }
            if filled == 0, !rest.isEmpty {
                piece.bytes.replaceSubrange(..<rest.count, with: rest)
                filled = rest.count
                rest = []
            }
            filled += try source.read(into: &piece.bytes, from: filled)
            piece.count = filled
            if filled == 0 { return nil }
            let atEnd = filled < piece.bytes.count
            let whole = try format.wholeRecords(in: piece, atEnd: atEnd)
            if whole == 0, !atEnd {
                room = piece.bytes.count * 2
                continue
            }
            rest = Array(piece.bytes[whole..<filled])
            piece.count = whole
            offset += whole
            if format.description.format.isText { line += newlines(in: piece.bytes.span.extracting(0..<whole)) }
            return piece
        }
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
