import Datasets
import Preprocessing

/// What `apply`, `inverse` and `convert` have in common: rows in, rows out, labels kept.
/// - Parameters:
///   - read: all files that are read.
///   - transform: what is done to all rows first.
///   - body: returns what becomes of a block that comes from there.
func transformRows(
    _ inputs: Inputs, _ options: OutputOptions, _ output: OutputDescription, delimiter: UInt8?, reading read: [String],
    _ common: CommonOptions, _ console: Console, through transform: RowTransform? = nil,
    _ body: (RowBlock, RowOrigin) throws(Failure) -> RowBlock
) throws(Failure) {
    let encoder = try dataset { () throws(DatasetError) in try output.encoder(delimiter: delimiter) }
    let sink = try openOutput(options.path, reading: read)
    guard output.format.isText || !sink.isTerminal else {
        throw .refused(
            "standard output is a terminal, and \(output.format.rawValue) is binary",
            hint: "write to a file with -o FILE, or pass --output-format csv")
    }
    var common = common
    // A bar between rows would spoil both.
    if sink.isTerminal, common.progress == .auto { common.progress = .never }
    var labels = try options.labels.map { (path) throws(Failure) in
        try LabelOutput(path, inputs.description, reading: read)
    }
    if labels == nil, !output.keepsLabels {
        let names = output.labelNames.joined(separator: ", ")
        console.warn("\(output.format.rawValue) has no place for the labels (\(names)); keep them with --labels FILE")
    }
    let writer = try dataset(consuming: sink) { (sink) throws(DatasetError) in
        try RowWriter(sink, head: encoder, rows: inputs.rowCount)
    }
    var pipeline = Pipeline(common)
    var row = 1
    try pipeline.map(inputs, through: transform, to: writer, as: encoder, output) { (block, origin) throws(Failure) in
        try labels?.write(block, firstRow: row)
        row += block.count
        return try body(block, origin)
    }
    try labels?.finish()
    console.skippedRows(pipeline.skipped)
}
