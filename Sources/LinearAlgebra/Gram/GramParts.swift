/// An upper triangle in parts that threads take in turn: blocks of columns, each in parts of some rows from the first one
/// to that of its last column.
func gramParts(features: Int, columns: Int, rows: Int) -> [(block: Int, rows: Range<Int>)] {
    stride(from: 0, to: features, by: columns).flatMap { start in
        let end = min(start + columns, features)
        return stride(from: 0, to: end, by: rows).map { (start / columns, $0..<min($0 + rows, end)) }
    }
}
