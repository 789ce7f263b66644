import Datasets

/// The loops that read, work and write side by side.
///
///     fold: read ─▶ decode ─▶ body
///     map:  read ─▶ decode ─▶ body ─▶ encode ─▶ write
///
/// One thread reads and one writes, since those wait for files; decoding and encoding are shared among the workers; `body`
/// runs on the caller's thread, in the order of the rows, and is where BLAS is called. Every queue is short, so memory
/// does not grow with the data. When something fails, what runs elsewhere ends with the process.
struct Pipeline {
    let threads: Int
    /// Rows that were left out because a value was missing.
    private(set) var skipped = 0

    init(threads: Int) { self.threads = threads }

    private typealias Decoded = (block: Result<RowBlock, DatasetError>, file: Int)

    /// Hands all rows to `body`, with the number of their file.
    mutating func fold(_ inputs: Inputs, _ body: (RowBlock, Int) throws(Failure) -> Void) throws(Failure) {
        let workers = WorkerPool(threads: threads)
        defer { workers.close() }
        try decode(inputs, workers, body)
    }

    /// Writes what `body` makes of the rows.
    mutating func map(
        _ inputs: Inputs, to writer: consuming RowWriter, as encoder: any RecordEncoder,
        _ body: (RowBlock, Int) throws(Failure) -> RowBlock
    ) throws(Failure) {
        let workers = WorkerPool(threads: threads)
        defer { workers.close() }
        let output = Output(writer, depth: threads + 2)
        var row = 1
        do {
            try decode(inputs, workers) { (block, file) throws(Failure) in
                let result = try body(block, file)
                let firstRow = row
                row += result.count
                try output.send(
                    workers.run {
                        Result { () throws(DatasetError) in
                            Output.Encoded(bytes: try encoder.encode(result, firstRow: firstRow), rows: result.count)
                        }
                    })
            }
        } catch {
            output.abandon()
            throw error
        }
        try output.finish()
    }

    private mutating func decode(
        _ inputs: Inputs, _ workers: WorkerPool, _ body: (RowBlock, Int) throws(Failure) -> Void
    ) throws(Failure) {
        let queue = Channel<Promise<Decoded>>(capacity: threads + 2)
        defer { queue.close() }
        startThread {
            do throws(DatasetError) {
                try inputs.forEachPart { part in
                    queue.send(
                        workers.run {
                            (Result { () throws(DatasetError) in try part.format.decode(part.piece) }, part.file)
                        })
                }
            } catch {
                let failed = Promise<Decoded>()
                failed.fulfil((.failure(error), 0))
                queue.send(failed)
            }
            queue.close()
        }
        while let promise = queue.receive() {
            let (result, file) = promise.wait()
            let block = try dataset { () throws(DatasetError) in try result.get() }
            skipped += block.skipped
            if block.count > 0 { try body(block, file) }
        }
    }
}
