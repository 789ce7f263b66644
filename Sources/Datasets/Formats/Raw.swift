/// Records without a header: label bytes, then values, little-endian. Nothing in the file tells their layout.
enum Raw {
    static func records(_ layout: InputOptions.RawLayout?, file: String) throws(DatasetError) -> FixedRecords {
        guard let layout, !layout.shape.isEmpty else { throw DatasetError(file, .noRawShape) }
        let labels = layout.labelBytes == 1 ? ["label"] : (0..<layout.labelBytes).map { "label\($0 + 1)" }
        return try FixedRecords(
            file: file, format: .raw, shape: layout.shape, scalar: layout.scalar, labels: labels, isBigEndian: false)
    }
}

/// Writes the values and nothing else.
struct RawEncoder: RecordEncoder {
    var headerCountsRows: Bool { false }

    func header(rows: Int) -> [UInt8] { [] }

    func encode(_ block: borrowing RowBlock, firstRow: Int) throws(DatasetError) -> [UInt8] {
        block.values.littleEndian
    }
}
