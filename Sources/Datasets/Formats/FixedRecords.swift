internal import Words

/// Records of one length: label bytes, then values. CIFAR, and every other binary format once its header is read.
struct FixedRecords: RecordFormat {
    let file: String
    var description: DatasetDescription
    let labelBytes: Int
    let isBigEndian: Bool
    /// The offset of the first record in the file.
    var start = 0
    /// What becomes of values that are NaN, and by what `mean` replaces them.
    var missing = InputOptions.Missing.error
    var fill = InputOptions.Fill.nothing

    init(file: String, description: DatasetDescription, labelBytes: Int, isBigEndian: Bool) {
        self.file = file
        self.description = description
        self.labelBytes = labelBytes
        self.isBigEndian = isBigEndian
    }

    /// Records whose shape comes from outside.
    /// - Throws: where a record is empty, or larger than can be addressed.
    init(
        file: String, format: Format, shape: [Int], scalar: ScalarType, labels: [String] = [], isBigEndian: Bool
    ) throws(DatasetError) {
        guard let bytes = checkedProduct(of: [scalar.size] + shape), (1..<1 << 40).contains(bytes) else {
            throw DatasetError(file, .tooManyFeatures)
        }
        self.init(
            file: file,
            description: DatasetDescription(format: format, shape: shape, scalar: scalar, labelColumns: labels),
            labelBytes: labels.count, isBigEndian: isBigEndian)
    }

    private var features: Int { description.features }
    private var scalar: ScalarType { description.scalar }
    var recordBytes: Int { labelBytes + features * scalar.size }
    /// Whether there may be fewer rows than records.
    var mayLeaveOut: Bool { missing == .skip && scalar.isFloating }

    /// Longer records are read by and by, so that memory follows the bytes that are there.
    private static let longestPiece = 1 << 26

    var pieceSize: Int {
        min(Self.longestPiece, max(1, Self.usualPieceSize / recordBytes) * recordBytes)
    }

    func wholeRecords(in piece: borrowing Piece, atEnd: Bool) throws(DatasetError) -> Int {
        let part = piece.count % recordBytes
        if atEnd, part != 0 {
            throw DatasetError(
                file, at: .byte(piece.offset + piece.count - part), .truncatedRecord(bytes: part, of: recordBytes))
        }
        return piece.count - part
    }

    /// Refuses CIFAR's records with a label that it does not have: they are something else.
    /// - Parameters:
    ///   - bytes: records, and perhaps a part of one.
    ///   - firstRow: the number of the first one in the file, from 1.
    func checkLabels(of bytes: [UInt8], firstRow: Int = 1) throws(DatasetError) {
        let largest = CIFAR.largestLabels(description.format)
        guard !largest.isEmpty else { return }
        for row in 0..<bytes.count / recordBytes {
            for (i, limit) in largest.enumerated() where bytes[row * recordBytes + i] > limit {
                throw DatasetError(
                    file,
                    .notCIFAR(
                        label: bytes[row * recordBytes + i], row: firstRow + row, largest: limit, description.format))
            }
        }
    }

    func decode(_ piece: borrowing Piece) throws(DatasetError) -> RowBlock {
        try checkLabels(of: piece.bytes, firstRow: piece.offset / recordBytes + 1)
        let count = piece.count / recordBytes
        var labels: [UInt8] = []
        if labelBytes > 0 {
            labels.reserveCapacity(count * labelBytes)
            for row in 0..<count {
                let start = row * recordBytes
                labels.append(contentsOf: piece.bytes[start..<start + labelBytes])
            }
        }
        var block = RowBlock(
            count: count, features: features, values: try values(piece, rows: count),
            labels: labelBytes == 0 ? .none : .bytes(labels))
        if scalar == .int64 { block.largeIntegers = largeIntegers(Int64.self, piece, rows: count) }
        if scalar == .uint64 { block.largeIntegers = largeIntegers(UInt64.self, piece, rows: count) }
        if mayLeaveOut { block.leaveOutIncompleteRows(labelsPerRow: labelBytes) }
        return block
    }

    var head: any FileHead {
        switch description.format {
        case .cifar10, .cifar100, .csv, .tsv, .raw, .pictures: FixedHead()
        case .idx: IDXHead(shape: description.shape)
        case .npy, .npz: NPYHead(scalar: scalar, isBigEndian: isBigEndian, shape: description.shape)
        }
    }

    func records(in piece: borrowing Piece, labels: Bool) throws(DatasetError) -> RecordBytes {
        try checkLabels(of: piece.bytes, firstRow: piece.offset / recordBytes + 1)
        var records = RecordBytes(bytes: piece.bytes)
        records.ranges = stride(from: 0, to: piece.count, by: recordBytes).map { $0..<$0 + recordBytes }
        if labels {
            records.labels = records.ranges.map { range in
                piece.bytes[range.prefix(labelBytes)].map { "\($0)" }.joined(separator: ",")
            }
        }
        return records
    }

    private func values(_ piece: borrowing Piece, rows: Int) throws(DatasetError) -> RowBlock.Values {
        switch scalar {
        case .uint8: .bytes(bytes(of: piece, rows))
        case .int8: .doubles(loaded(Int8.self, piece, rows) { Double($0) })
        case .uint16: .doubles(loaded(UInt16.self, piece, rows) { Double(native($0)) })
        case .int16: .doubles(loaded(Int16.self, piece, rows) { Double(native($0)) })
        case .uint32: .doubles(loaded(UInt32.self, piece, rows) { Double(native($0)) })
        case .int32: .doubles(loaded(Int32.self, piece, rows) { Double(native($0)) })
        case .uint64: .doubles(loaded(UInt64.self, piece, rows) { Double(native($0)) })
        case .int64: .doubles(loaded(Int64.self, piece, rows) { Double(native($0)) })
        case .float16:
            try floats(finite(loaded(UInt16.self, piece, rows) { float16(native($0)) }), piece)
        case .float32:
            try floats(
                loadedFinite(piece, rows, infinity: Float.infinity.bitPattern) { Float(bitPattern: $0) }, piece)
        case .float64:
            try doubles(
                loadedFinite(piece, rows, infinity: Double.infinity.bitPattern) { Double(bitPattern: $0) }, piece)
        }
    }

    /// The whole numbers beyond 2^53.
    private func largeIntegers<Stored: FixedWidthInteger & BitwiseCopyable>(
        _: Stored.Type, _ piece: borrowing Piece, rows: Int
    ) -> LargeIntegers? {
        // One test for all: the bits of a negative number are flipped, so that small numbers have no high bits.
        var bits: Stored = 0
        let numbers = loaded(Stored.self, piece, rows) { stored in
            let number = native(stored)
            bits |= number < 0 ? ~number : number
            return number
        }
        guard bits >> 53 != 0 else { return nil }
        var large = LargeIntegers()
        for (index, number) in numbers.enumerated() where Double(number).magnitude >= LargeIntegers.limit {
            let found = LargeIntegers.Number(index: index, value: Int128(number))
            large.numbers.append(found)
            if large.firstRounded == nil, !found.isDouble {
                large.firstRounded = DatasetError(
                    file, at: place(ofValue: index, in: piece), .rounded("\(number)", Double(number)))
            }
        }
        return large
    }

    private func native<Value: FixedWidthInteger>(_ value: Value) -> Value {
        isBigEndian ? value.bigEndian : value.littleEndian
    }

    /// The records' bytes, without the labels between them: a copy for each row.
    private func bytes(of piece: borrowing Piece, _ rows: Int) -> [UInt8] {
        let features = features
        precondition(rows * recordBytes <= piece.bytes.count)
        // Copies stay within the `rows` records, which the piece holds, and within the array's capacity.
        return unsafe piece.bytes.withUnsafeBufferPointer { bytes in
            unsafe [UInt8](unsafeUninitializedCapacity: rows * features) { values, initialized in
                for row in 0..<rows {
                    let start = unsafe bytes.baseAddress! + row * recordBytes + labelBytes
                    unsafe (values.baseAddress! + row * features).initialize(from: start, count: features)
                }
                initialized = rows * features
            }
        }
    }

    /// All values of the records, without the labels between them.
    @inline(__always)
    private func loaded<Stored: BitwiseCopyable, Value>(
        _: Stored.Type, _ piece: borrowing Piece, _ rows: Int, _ value: (Stored) -> Value
    ) -> [Value] {
        let features = features
        let recordBytes = recordBytes
        let labelBytes = labelBytes
        let size = MemoryLayout<Stored>.size
        precondition(rows * recordBytes <= piece.bytes.count)
        // Loads stay within the `rows` records, which the piece holds; they need no alignment.
        return unsafe piece.bytes.withUnsafeBytes { bytes in
            unsafe [Value](unsafeUninitializedCapacity: rows * features) { values, initialized in
                for row in 0..<rows {
                    let start = row * recordBytes + labelBytes
                    let end = unsafe values.baseAddress! + row * features
                    for j in 0..<features {
                        unsafe (end + j).initialize(
                            to: value(bytes.loadUnaligned(fromByteOffset: start + j * size, as: Stored.self)))
                    }
                }
                initialized = rows * features
            }
        }
    }

    /// All values, after one pass that looks at their bits too: those of a magnitude, with one in the last place of the
    /// exponent added, reach the sign only where it is infinite or no number.
    @inline(__always)
    private func loadedFinite<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable, Value: BinaryFloatingPoint>(
        _ piece: borrowing Piece, _ rows: Int, infinity: Bits, _ value: (Bits) -> Value
    ) -> (values: [Value], areFinite: Bool) {
        let sign: Bits = 1 << (Bits.bitWidth - 1)
        let step = sign - infinity
        var reached: Bits = 0
        let values = loaded(Bits.self, piece, rows) { stored in
            let bits = native(stored)
            reached |= (bits & ~sign) &+ step
            return value(bits)
        }
        return (values, reached & sign == 0)
    }

    private func finite(_ values: [Float]) -> (values: [Float], areFinite: Bool) {
        // A sum of zeros unless a value is not finite: one test for all.
        var zero: Float = 0
        for value in values { zero += value - value }
        return (values, zero == 0)
    }

    private func floats(
        _ loaded: (values: [Float], areFinite: Bool), _ piece: borrowing Piece
    ) throws(DatasetError) -> RowBlock.Values {
        guard !loaded.areFinite else { return .floats(loaded.values) }
        // Single precision would round the means.
        if case .means = fill, missing == .mean {
            return .doubles(try handlingMissing(loaded.values.map(Double.init), piece))
        }
        return .floats(try handlingMissing(loaded.values, piece))
    }

    private func doubles(
        _ loaded: (values: [Double], areFinite: Bool), _ piece: borrowing Piece
    ) throws(DatasetError) -> RowBlock.Values {
        .doubles(loaded.areFinite ? loaded.values : try handlingMissing(loaded.values, piece))
    }

    /// NaN is a missing value: an error, left for `leaveOutIncompleteRows`, or filled in. Infinity is an error.
    private func handlingMissing<Value: BinaryFloatingPoint>(
        _ values: [Value], _ piece: borrowing Piece
    ) throws(DatasetError) -> [Value] {
        if let index = values.firstIndex(where: { $0.isInfinite || $0.isNaN && missing == .error }) {
            let value = values[index]
            throw DatasetError(
                file, at: place(ofValue: index, in: piece), value.isNaN ? .missingValue : .notFinite("\(value)"))
        }
        guard missing == .mean else { return values }
        return values.enumerated().map { $1.isNaN ? Value(fill.value(ofFeature: $0 % features)) : $1 }
    }

    /// - Parameter index: of the value among those of the piece.
    private func place(ofValue index: Int, in piece: borrowing Piece) -> DatasetError.Place {
        let row = (piece.offset - start) / recordBytes + index / features
        return .value(row: row + 1, feature: description.name(ofFeature: index % features))
    }
}

extension RowBlock {
    /// Removes the rows that have a NaN, with their labels, and counts them as skipped.
    fileprivate mutating func leaveOutIncompleteRows(labelsPerRow: Int) {
        func isIncomplete<Value: BinaryFloatingPoint>(_ values: [Value], _ row: Int) -> Bool {
            values[row * features..<(row + 1) * features].contains(where: \.isNaN)
        }
        func kept<Value>(_ values: [Value], _ rows: [Int], width: Int) -> [Value] {
            rows.flatMap { values[$0 * width..<($0 + 1) * width] }
        }
        let rows: [Int]
        switch values {
        case .bytes: return
        case .floats(let all):
            guard all.contains(where: \.isNaN) else { return }
            rows = (0..<count).filter { !isIncomplete(all, $0) }
            values = .floats(kept(all, rows, width: features))
        case .doubles(let all):
            guard all.contains(where: \.isNaN) else { return }
            rows = (0..<count).filter { !isIncomplete(all, $0) }
            values = .doubles(kept(all, rows, width: features))
        }
        if case .bytes(let all) = labels { labels = .bytes(kept(all, rows, width: labelsPerRow)) }
        skipped = count - rows.count
        count = rows.count
    }
}

/// IEEE 754 half precision. Swift's Float16 is missing on some platforms; the conversion is exact.
private func float16(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0: return Float(bitPattern: sign) + (sign == 0 ? 1 : -1) * Float(fraction) * 0x1p-24
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | UInt32(exponent + 112) << 23 | fraction << 13)
    }
}
