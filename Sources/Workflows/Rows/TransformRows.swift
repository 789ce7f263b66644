internal import Datasets
internal import Preprocessing
internal import Words

/// What `apply`, `invert` and `convert` have in common: rows in, rows out, labels kept.
/// - Parameters:
///   - read: all files that are read.
///   - transform: what is done to all rows first.
///   - body: returns what becomes of a block that comes from there.
func transformRows(
    _ inputs: Inputs, _ options: OutputOptions, _ output: OutputDescription, reading read: [String],
    through transform: RowTransform? = nil, in run: Run,
    _ body: (RowBlock, RowOrigin) throws -> RowBlock
) throws {
    let encoder = try output.encoder(delimiter: options.delimiter)
    var sink = try openOutput(options.path, reading: read)
    guard output.format.isText || !sink.isTerminal else {
        throw Refusal(
            "standard output is a terminal, and \(output.format.rawValue) is binary",
            hint: "write to a file with -o FILE, or pass --output-format csv")
    }
    var labels: LabelOutput?
    if let path = options.labels {
        labels = try LabelOutput(path, inputs.description, reading: read)
    } else if !output.keepsLabels {
        let names = output.labelNames.joined(separator: ", ")
        run.onNote("\(output.format.rawValue) has no place for the labels (\(names)); keep them with --labels FILE")
    }
    if output.format == .npz {
        try sink.packAsArray(deflates: options.compresses)
    } else if options.compresses {
        throw Refusal(
            "--compress is for npz files", hint: "others are compressed where the name ends in .gz",
            kind: .usage)
    }
    let writer = try RowWriter(sink, head: encoder, rows: inputs.rowCount)
    var pipeline = Pipeline(run)
    var row = 1
    try pipeline.map(inputs, through: transform, to: writer, as: encoder, output) { block, origin in
        try labels?.write(block, firstRow: row)
        row += block.count
        return try body(block, origin)
    }
    try labels?.finish()
    run.warn(of: pipeline.leftOut, keepsIntegers: output.stored != nil)
}
