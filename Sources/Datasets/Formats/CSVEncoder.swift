/// Writes tables: label columns first, then the features, under a header.
struct CSVEncoder: RecordEncoder {
    let description: OutputDescription
    let delimiter: UInt8
    /// Whether the values are those that were read.
    var keepsLargeIntegers: Bool { description.stored != nil }

    var headerCountsRows: Bool { false }

    func header(rows: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for (i, name) in (description.labelNames + description.featureNames).enumerated() {
            if i > 0 { bytes.append(delimiter) }
            append(field: name, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    func encode(_ block: borrowing RowBlock, firstRow: Int) throws(DatasetError) -> [UInt8] {
        let labels = description.labelNames.count
        let features = block.features
        // The next of them.
        var large = (block.largeIntegers?.numbers ?? [])[...]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(block.count * (features + labels) * 12)
        for row in 0..<block.count {
            for i in 0..<labels {
                if i > 0 { bytes.append(delimiter) }
                switch block.labels {
                case .none: break
                case .bytes(let all): DecimalText.append(Int(all[row * labels + i]), to: &bytes)
                case .text(let all): append(field: all[row * labels + i], to: &bytes)
                }
            }
            for i in row * features..<(row + 1) * features {
                if labels > 0 || i > row * features { bytes.append(delimiter) }
                switch block.values {
                case .bytes(let all): DecimalText.append(Int(all[i]), to: &bytes)
                case .floats(let all): DecimalText.append(all[i], to: &bytes)
                case .doubles(let all):
                    if let texts = block.texts, !texts.ranges[i].isEmpty {
                        bytes += texts.bytes[texts.ranges[i]]
                    } else if keepsLargeIntegers, let number = large.first, number.index == i {
                        bytes += "\(number.value)".utf8
                        large.removeFirst()
                    } else {
                        DecimalText.append(all[i], to: &bytes)
                    }
                }
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// Quotes what needs quotes (RFC 4180, section 2, rules 6 and 7).
    private func append(field: String, to bytes: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let needsQuotes = field.utf8.contains {
            $0 == delimiter || $0 == quote || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
        }
        // A line of nothing is no record to many readers.
        let isWholeLine = field.isEmpty && description.labelNames.count + description.featureNames.count == 1
        guard needsQuotes || isWholeLine else {
            bytes.append(contentsOf: field.utf8)
            return
        }
        bytes.append(quote)
        for byte in field.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }
}
