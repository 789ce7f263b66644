/// The head of numpy's array file, version 1.0, C order.
/// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
struct NPYHead: FileHead {
    let scalar: ScalarType
    var isBigEndian = false
    /// The shape of one row.
    let shape: [Int]

    var headerCountsRows: Bool { true }

    func header(rows: Int) -> [UInt8] {
        let order = scalar.size == 1 ? "|" : isBigEndian ? ">" : "<"
        let descr = order + scalar.npyKind
        // Room for any number of rows: the header is written again when they have been counted.
        let longest = String(Int.max).count
        let axes = shape.map { "\($0)" }.joined(separator: ", ")
        let dictionary = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(rows), \(axes)), }"
        let room = dictionary.utf8.count - "\(rows)".count + longest
        let total = (10 + room + 1 + 63) / 64 * 64
        let length = total - 10
        var header = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
        header += dictionary.utf8
        header += repeatElement(UInt8(ascii: " "), count: total - header.count - 1)
        header.append(UInt8(ascii: "\n"))
        return header
    }
}

/// Writes numpy's array files.
struct NPYEncoder: RecordEncoder {
    private let description: OutputDescription
    private let head: NPYHead

    init(_ description: OutputDescription) {
        self.description = description
        head = NPYHead(
            scalar: description.stored?.scalar ?? description.scalar.stored,
            isBigEndian: description.stored?.isBigEndian ?? false, shape: description.shape)
    }

    var headerCountsRows: Bool { head.headerCountsRows }

    func header(rows: Int) -> [UInt8] { head.header(rows: rows) }

    func encode(_ block: borrowing RowBlock, firstRow: Int) throws(DatasetError) -> [UInt8] {
        var bytes: [UInt8]
        switch (head.scalar, block.values) {
        case (.uint8, .bytes), (.float32, .floats), (.float64, .doubles): bytes = block.values.littleEndian
        case (.uint8, _):
            bytes = try encode(block, firstRow) {
                UInt8(exactly: $0)
            } _: {
                UInt8(exactly: $0)
            }
        case (.int8, _):
            bytes = try encode(block, firstRow) {
                Int8(exactly: $0)
            } _: {
                Int8(exactly: $0)
            }
        case (.uint16, _):
            bytes = try encode(block, firstRow) {
                UInt16(exactly: $0)
            } _: {
                UInt16(exactly: $0)
            }
        case (.int16, _):
            bytes = try encode(block, firstRow) {
                Int16(exactly: $0)
            } _: {
                Int16(exactly: $0)
            }
        case (.uint32, _):
            bytes = try encode(block, firstRow) {
                UInt32(exactly: $0)
            } _: {
                UInt32(exactly: $0)
            }
        case (.int32, _):
            bytes = try encode(block, firstRow) {
                Int32(exactly: $0)
            } _: {
                Int32(exactly: $0)
            }
        case (.uint64, _):
            bytes = try encode(block, firstRow) {
                UInt64(exactly: $0)
            } _: {
                UInt64(exactly: $0)
            }
        case (.int64, _):
            bytes = try encode(block, firstRow) {
                Int64(exactly: $0)
            } _: {
                Int64(exactly: $0)
            }
        case (.float16, _):
            bytes = try encode(block, firstRow) {
                halfPrecision($0)
            } _: {
                halfPrecision(Double($0))
            }
        case (.float32, _):
            bytes = try encode(block, firstRow) {
                Float(exactly: $0)
            } _: {
                Float(exactly: $0)
            }
        case (.float64, _):
            bytes = try encode(block, firstRow) {
                $0
            } _: {
                Double(exactly: $0)
            }
        }
        let size = head.scalar.size
        if head.isBigEndian, size > 1 {
            for start in stride(from: 0, to: bytes.count, by: size) { bytes[start..<start + size].reverse() }
        }
        return bytes
    }

    /// The little-endian bytes of values in a type that they were not read as.
    /// - Parameters:
    ///   - stored: what a value is in that type; nil where the type does not hold it.
    ///   - storedLarge: the same of a whole number beyond 2^53.
    private func encode<Stored: BitwiseCopyable>(
        _ block: borrowing RowBlock, _ firstRow: Int, _ stored: (Double) -> Stored?, _ storedLarge: (Int128) -> Stored?
    ) throws(DatasetError) -> [UInt8] {
        var values: [Stored] = []
        values.reserveCapacity(block.count * block.features)
        var large = (block.largeIntegers?.numbers ?? [])[...]
        for i in 0..<block.count * block.features {
            var number = 0.0
            switch block.values {
            case .bytes(let all): number = Double(all[i])
            case .floats(let all): number = Double(all[i])
            case .doubles(let all): number = all[i]
            }
            var value: Stored?
            var words = "\(number)"
            if let next = large.first, next.index == i {
                value = storedLarge(next.value)
                words = "\(next.value)"
                large.removeFirst()
            } else {
                value = stored(number)
            }
            guard let value else {
                let feature = description.name(ofFeature: i % block.features)
                throw DatasetError(
                    description.file, at: .value(row: firstRow + i / block.features, feature: feature),
                    .notOfType(words, head.scalar))
            }
            values.append(value)
        }
        return littleEndianBytes(values)
    }
}

/// The bits of a number in IEEE 754 half precision; nil where that does not hold it.
private func halfPrecision(_ number: Double) -> UInt16? {
    let sign: UInt16 = number.sign == .minus ? 0x8000 : 0
    let magnitude = number.magnitude
    // Below 2^-14 numbers are multiples of 2^-24.
    if magnitude < 0x1p-14 { return UInt16(exactly: magnitude * 0x1p24).map { sign | $0 } }
    guard magnitude < 0x1p16, magnitude.significandBitPattern & ((1 << 42) - 1) == 0 else { return nil }
    return sign | UInt16(Int(magnitude.exponent) + 15) << 10 | UInt16(magnitude.significandBitPattern >> 42)
}

/// Writes the labels of rows as an array: those that are bytes, or text that is whole numbers.
package struct NPYLabelEncoder: RecordEncoder {
    private let file: String
    private let columns: Int
    private let head: NPYHead

    /// - Parameters:
    ///   - columns: labels a row; a single one has no axis.
    ///   - scalar: `uint8` for labels that are bytes, `int64` for text.
    package init(file: String, columns: Int, scalar: ScalarType) {
        self.file = file
        self.columns = columns
        head = NPYHead(scalar: scalar, shape: columns == 1 ? [] : [columns])
    }

    package var headerCountsRows: Bool { head.headerCountsRows }

    package func header(rows: Int) -> [UInt8] { head.header(rows: rows) }

    package func encode(_ block: borrowing RowBlock, firstRow: Int) throws(DatasetError) -> [UInt8] {
        switch block.labels {
        case .bytes(let labels): return labels
        case .text(let texts):
            var numbers: [Int64] = []
            numbers.reserveCapacity(texts.count)
            for (i, text) in texts.enumerated() {
                guard let number = Int64(text) else {
                    throw DatasetError(file, .labelNotWhole(text, row: firstRow + i / columns))
                }
                numbers.append(number)
            }
            return littleEndianBytes(numbers)
        case .none: preconditionFailure("rows without the labels that their description names")
        }
    }
}

extension RowBlock.Values {
    /// The values' bytes, row after row.
    var littleEndian: [UInt8] {
        switch self {
        case .bytes(let values): values
        case .floats(let values): littleEndianBytes(values)
        case .doubles(let values): littleEndianBytes(values)
        }
    }
}

/// The values' bytes as they stand in memory, which is little-endian on every platform that nnprep builds for.
package func littleEndianBytes<Scalar: BitwiseCopyable>(_ values: [Scalar]) -> [UInt8] {
    unsafe values.withUnsafeBytes { unsafe [UInt8]($0) }
}
