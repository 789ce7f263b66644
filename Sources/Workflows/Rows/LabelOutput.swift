internal import Datasets
internal import Words

/// The file that `--labels` names: the labels of all rows, beside an output that has no place for them.
struct LabelOutput: ~Copyable {
    private let encoder: any RecordEncoder
    private var writer: RowWriter

    /// - Parameter read: all files that are read.
    init(_ path: String, _ description: DatasetDescription, reading read: [String]) throws {
        let encoder = try Self.encoder(path, description)
        let sink = try openOutput(path, reading: read, option: "--labels")
        let writer = try RowWriter(sink, head: encoder, rows: nil)
        self.encoder = encoder
        self.writer = writer
    }

    private static func encoder(_ path: String, _ description: DatasetDescription) throws -> any RecordEncoder {
        let names = description.labelNames
        guard !names.isEmpty else {
            throw Refusal(
                "--labels \(path): the rows have no labels", hint: "name a table's with --label-column",
                kind: .usage)
        }
        guard let format = Format(fileName: path), format.isText || format == .npy else {
            throw Refusal(
                "--labels \(path): labels are written as npy, csv or tsv", hint: "end the name with one of them")
        }
        guard format.isText || !description.format.isText else {
            throw Refusal("--labels \(path): text does not go into an npy file", hint: "write csv or tsv")
        }
        if format == .npy {
            return NPYLabelEncoder(
                file: path, columns: names.count, scalar: description.hasTextLabels ? .int64 : .uint8)
        }
        return try OutputDescription(
            file: path, format: format, shape: [], scalar: .uint8, featureNames: [], labelNames: names
        ).encoder()
    }

    mutating func write(_ block: borrowing RowBlock, firstRow: Int) throws(DatasetError) {
        let labels = RowBlock(count: block.count, features: 0, values: .bytes([]), labels: block.labels)
        try writer.write(try encoder.encode(labels, firstRow: firstRow), rows: block.count)
    }

    consuming func finish() throws(DatasetError) { try writer.finish() }
}
