internal import Datasets
internal import Words

/// A split without its leaks: its other records as they stand.
struct CleanSplit: ~Copyable {
    private let writer: RowWriter
    private let paths: [String]
    private let options: InputOptions

    /// Opens the output, so that a path that cannot be written fails before the work.
    init(_ path: String, of split: [String], reading read: [String], _ options: InputOptions, _ run: Run) throws {
        guard options.missing ?? .error == .error else {
            throw Refusal("--clean writes records as they stand, and --missing leaves some out or fills them in")
        }
        let inputs = try Inputs(split, options: options, in: run)
        guard inputs.description.format.hasRecords else {
            throw DatasetError(displayName(split[0]), .picture(.notRecords))
        }
        guard inputs.canReadAgain else {
            throw Refusal(
                "--clean reads the split once more, and \(displayName(split[0])) can be read only once",
                hint: "name a file")
        }
        // An array comes out of its archive as it is.
        let format = inputs.description.format
        if path != "-", let said = Format(fileName: path), said != format {
            throw Refusal(
                "--clean \(path): records are written as they stand, which are \(format.rawValue)",
                hint: "end the name in \(format.ending)", kind: .usage)
        }
        let sink = try openOutput(path, reading: read, option: "--clean")
        guard inputs.description.format.isText || !sink.isTerminal else {
            throw Refusal("standard output is a terminal, and \(inputs.description.format.rawValue) is binary")
        }
        writer = try RowWriter(sink, head: inputs.head, rows: nil)
        paths = split
        self.options = inputs.options
    }

    /// - Parameters:
    ///   - leaks: the numbers of the rows that are left out, from 0.
    ///   - rows: how many there were.
    consuming func write(without leaks: Set<Int>, rows: Int, _ run: Run) throws {
        var writer = writer
        var row = 0
        var pipeline = Pipeline(run)
        try pipeline.forEachPart(try Inputs(paths, options: options, in: run)) { part in
            try part.format.records(in: part.piece, labels: false)
        } _: { records, _ in
            var bytes: [UInt8] = []
            var kept = 0
            for range in records.ranges {
                if !leaks.contains(row) {
                    bytes += records.bytes[range]
                    kept += 1
                }
                row += 1
            }
            if kept > 0 { try writer.write(bytes, rows: kept) }
        }
        guard row == rows else {
            throw DatasetError(displayName(paths[0]), .changedWhileRead(rows: row, expected: rows))
        }
        try writer.finish()
    }
}
