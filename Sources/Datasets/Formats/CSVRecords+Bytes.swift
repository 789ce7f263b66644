extension CSVRecords {
    var head: any FileHead { FixedHead(bytes: start) }

    /// The records with their line ends; the last one gets one where it has none. Blank lines are passed over.
    func records(in piece: borrowing Piece, labels: Bool) throws(DatasetError) -> RecordBytes {
        let bytes = piece.bytes.span.extracting(first: piece.count)
        let lineEnd = UInt8(ascii: "\n")
        var records = RecordBytes(bytes: [])
        var line = piece.line
        var position = 0
        while position < bytes.count {
            if let next = pastLineEnd(bytes, position) {
                position = next
                line += 1
                continue
            }
            let start = position
            let firstLine = line
            var label = ""
            var column = 0
            while true {
                let field = try field(bytes, from: position, column, line: &line)
                if labels, column < roles.count, case .label = roles[column] {
                    guard let text = field.text(in: bytes) else { throw error(.invalidUTF8, column, line: line) }
                    // No text of two fields can look like another two.
                    label += "\(text.utf8.count):\(text)"
                }
                position = field.end
                column += 1
                guard position < bytes.count, bytes[position] == delimiter else { break }
                position += 1
            }
            guard column == roles.count else {
                throw DatasetError(file, at: .line(firstLine), .fieldCount(column, expected: roles.count))
            }
            if position < bytes.count { position = pastLineEnd(bytes, position)! }
            line += 1
            records.ranges.append(start..<position)
            if labels { records.labels.append(label) }
        }
        records.bytes = Array(piece.bytes[..<piece.count])
        if let last = records.ranges.last, last.upperBound == piece.count, records.bytes[piece.count - 1] != lineEnd {
            let hasReturn = records.bytes[piece.count - 1] == UInt8(ascii: "\r")
            let before = records.bytes[..<last.lowerBound]
            let usesReturns = (before.isEmpty ? start[...] : before).suffix(2).elementsEqual("\r\n".utf8)
            if usesReturns, !hasReturn { records.bytes.append(UInt8(ascii: "\r")) }
            records.bytes.append(lineEnd)
            records.ranges[records.ranges.count - 1] = last.lowerBound..<records.bytes.count
        }
        return records
    }
}
