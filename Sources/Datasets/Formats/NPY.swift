/// numpy's array file, version 1.0, C order, little-endian.
/// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
struct NPYEncoder: RecordEncoder {
    let shape: [Int]
    let scalar: WorkingScalar

    var headerCountsRows: Bool { true }

    func header(rows: Int) -> [UInt8] {
        let descr =
            switch scalar {
            case .uint8: "|u1"
            case .float32: "<f4"
            case .float64: "<f8"
            }
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

    func encode(_ block: borrowing RowBlock, firstRow: Int) throws(DatasetError) -> [UInt8] {
        switch block.values {
        case .bytes(let values): values
        case .floats(let values): littleEndianBytes(values)
        case .doubles(let values): littleEndianBytes(values)
        }
    }
}

/// The values' bytes as they stand in memory, which is little-endian on every platform that nnprep builds for.
private func littleEndianBytes<Scalar: BitwiseCopyable>(_ values: [Scalar]) -> [UInt8] {
    unsafe values.withUnsafeBytes { unsafe [UInt8]($0) }
}
