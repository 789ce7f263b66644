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
    private let head: NPYHead

    init(shape: [Int], scalar: WorkingScalar) {
        head = NPYHead(scalar: scalar.stored, shape: shape)
    }

    var headerCountsRows: Bool { head.headerCountsRows }

    func header(rows: Int) -> [UInt8] { head.header(rows: rows) }

    func encode(_ block: borrowing RowBlock, firstRow: Int) throws(DatasetError) -> [UInt8] {
        block.values.littleEndian
    }
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
