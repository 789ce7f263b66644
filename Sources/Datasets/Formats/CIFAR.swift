/// CIFAR's binary layout: records of one label byte (CIFAR-100: coarse, then fine), then 3 x 32 x 32 bytes,
/// channel-planar. Source: https://www.cs.toronto.edu/~kriz/cifar.html
enum CIFAR {
    static let shape = [3, 32, 32]
    static let pixels = 3 * 32 * 32

    /// The largest label in each of the label bytes, of 10 classes, or of 20 coarse and 100 fine ones.
    static func largestLabels(_ format: Format) -> [UInt8] {
        switch format {
        case .cifar10: [9]
        case .cifar100: [19, 99]
        default: []
        }
    }

    static func records(_ format: Format, file: String) -> FixedRecords {
        FixedRecords(
            file: file, description: DatasetDescription(format: format, shape: shape, scalar: .uint8),
            labelBytes: format.recordLabels.count, isBigEndian: false)
    }

    /// Which of the two a file of this length is.
    static func format(ofBytes bytes: Int, file: String) throws(DatasetError) -> Format {
        switch (bytes.isMultiple(of: pixels + 1), bytes.isMultiple(of: pixels + 2)) {
        case (true, false): return .cifar10
        case (false, true): return .cifar100
        case (true, true): throw DatasetError(file, .ambiguousRecords(bytes: bytes))
        case (false, false): throw DatasetError(file, .noWholeRecords(bytes: bytes))
        }
    }
}

/// Writes CIFAR's records. The rows must hold bytes.
struct CIFAREncoder: RecordEncoder {
    private let description: OutputDescription
    private let labelBytes: Int

    init(_ description: OutputDescription) throws(DatasetError) {
        guard description.shape.reduce(1, *) == CIFAR.pixels else {
            throw DatasetError(
                description.file, .wrongShape(description.shape, needed: CIFAR.shape, description.format))
        }
        labelBytes = description.format.recordLabels.count
        guard description.labelNames.count == labelBytes else {
            throw DatasetError(
                description.file, .labelCount(description.labelNames.count, needed: labelBytes, description.format))
        }
        self.description = description
    }

    var headerCountsRows: Bool { false }

    func header(rows: Int) -> [UInt8] { [] }

    func encode(_ block: borrowing RowBlock, firstRow: Int) throws(DatasetError) -> [UInt8] {
        guard case .bytes(let pixels) = block.values else {
            preconditionFailure("CIFAR records of values that are not bytes")
        }
        let labels = try labels(of: block, firstRow: firstRow)
        let largest = CIFAR.largestLabels(description.format)
        for (i, label) in labels.enumerated() where label > largest[i % labelBytes] {
            throw DatasetError(
                description.file,
                .labelTooLarge(
                    label, row: firstRow + i / labelBytes, largest: largest[i % labelBytes], description.format))
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(block.count * (labelBytes + block.features))
        for row in 0..<block.count {
            bytes.append(contentsOf: labels[row * labelBytes..<(row + 1) * labelBytes])
            if let channels = description.channels, channels.isInterleaved {
                // CIFAR's images are one plane after the other.
                for channel in 0..<channels.count {
                    for j in channels.features(of: channel) { bytes.append(pixels[row * block.features + j]) }
                }
            } else {
                bytes.append(contentsOf: pixels[row * block.features..<(row + 1) * block.features])
            }
        }
        return bytes
    }

    private func labels(of block: borrowing RowBlock, firstRow: Int) throws(DatasetError) -> [UInt8] {
        switch block.labels {
        case .bytes(let labels): return labels
        case .text(let texts):
            var labels: [UInt8] = []
            for (i, text) in texts.enumerated() {
                guard let label = UInt8(text) else {
                    throw DatasetError(description.file, .labelNotAByte(text, row: firstRow + i / labelBytes))
                }
                labels.append(label)
            }
            return labels
        case .none: preconditionFailure("rows without the labels that their description names")
        }
    }
}
