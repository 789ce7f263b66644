/// Writes encoded records in order, and the header that counts them. The owner of its sink.
public struct RowWriter: ~Copyable {
    private var sink: ByteSink
    private let head: any FileHead
    /// What is held back until the header can be written, where the sink cannot be rewound.
    private var spool: ByteSink?
    private let expected: Int?
    private var rows = 0
    /// The header goes out with the first rows, so that input that fails at once leaves a clean output.
    private var hasHeader = false
    private var isComplete = false

    /// - Parameters:
    ///   - head: what comes before the rows.
    ///   - rows: how many will come, if that is known.
    public init(_ sink: consuming ByteSink, head: any FileHead, rows: Int?) throws(DatasetError) {
        self.head = head
        expected = rows
        let mustWait = rows == nil && head.headerCountsRows && !sink.canRewind
        spool = mustWait ? try ByteSink.spool(for: sink.name) : nil
        self.sink = sink
    }

    /// - Parameter rows: how many rows the bytes are.
    public mutating func write(_ bytes: [UInt8], rows count: Int) throws(DatasetError) {
        rows += count
        if spool != nil {
            try spool!.write(bytes)
        } else {
            try writeHeader()
            try sink.write(bytes)
        }
    }

    private mutating func writeHeader() throws(DatasetError) {
        if !hasHeader { try sink.write(head.header(rows: expected ?? 0)) }
        hasHeader = true
    }

    /// Writes what is still missing and has the system keep it, so that `finish` can hardly fail.
    public mutating func complete() throws(DatasetError) {
        guard !isComplete else { return }
        if let spool = spool.take() {
            try sink.write(head.header(rows: rows))
            try spool.pour(into: sink)
        } else {
            try writeHeader()
        }
        if hasHeader, head.headerCountsRows, rows != expected {
            guard sink.canRewind else {
                throw DatasetError(sink.name, .changedWhileRead(rows: rows, expected: expected ?? 0))
            }
            try sink.rewriteStart(head.header(rows: rows))
        }
        isComplete = true
        try sink.end()
        try sink.sync()
    }

    public consuming func finish() throws(DatasetError) {
        try complete()
        try sink.finish()
    }
}
