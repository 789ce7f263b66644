import Datasets
import LinearAlgebra
import Preprocessing

/// The loops that read, work and write side by side.
///
///     fold:  read ─▶ decode ─▶ body
///     map:   read ─▶ decode, transform ─▶ body ─▶ encode ─▶ write
///     parts: read ─▶ work ─▶ body
///
/// One thread reads and one writes, since those wait for files; decoding and encoding are shared among the workers; `body`
/// runs on the caller's thread, in the order of the rows, and is where BLAS is called. Every queue is short, so memory
/// does not grow with the data. When something fails, what runs elsewhere ends with the process.
struct Pipeline {
    /// So many bytes of pieces wait between the reader and the body at the most, however many threads there are.
    static let bytesInFlight = 64 << 20

    let threads: Int
    private let progressMode: ProgressMode
    /// Rows that were left out because a value was missing.
    private(set) var skipped = 0
    /// What the files contain, by number; kept only where asked for.
    private(set) var fingerprints: [Fingerprint]?

    /// - Parameter fingerprints: whether to tell which files have the same content.
    init(_ common: CommonOptions, fingerprints: Bool = false, showsProgress: Bool = true) {
        threads = common.workers
        progressMode = common.quiet || !showsProgress ? .never : common.progress
        self.fingerprints = fingerprints ? [] : nil
    }

    /// Hands all rows to `body`, with the number of their file.
    mutating func fold(_ inputs: Inputs, _ body: (RowBlock, Int) throws(Failure) -> Void) throws(Failure) {
        let workers = WorkerPool(threads: threads)
        defer { workers.close() }
        try decode(inputs, workers, body)
    }

    /// Writes what `body` makes of the rows.
    /// - Parameter transform: applied by the workers before that.
    mutating func map(
        _ inputs: Inputs, through transform: RowTransform? = nil, to writer: consuming RowWriter,
        as encoder: any RecordEncoder, _ output: OutputDescription,
        _ body: (RowBlock, RowOrigin) throws(Failure) -> RowBlock
    ) throws(Failure) {
        let workers = WorkerPool(threads: threads)
        defer { workers.close() }
        let written = Output(writer, depth: threads + 2, bytes: Self.bytesInFlight)
        var row = 1
        var rowsBefore = Array(repeating: 0, count: inputs.paths.count)
        do {
            try decode(inputs, through: transform, workers) { (block, file) throws(Failure) in
                let origin = RowOrigin(file: displayName(inputs.paths[file]), firstRow: rowsBefore[file] + 1)
                rowsBefore[file] += block.count
                let result = try body(block, origin)
                let firstRow = row
                row += result.count
                let bytes = result.values.byteCount
                try written.send(
                    workers.run {
                        Result { () throws(DatasetError) in
                            try result.checkFinite(from: origin, for: output)
                            return Output.Encoded(
                                bytes: try encoder.encode(result, firstRow: firstRow), rows: result.count)
                        }
                    }, bytes: bytes)
            }
        } catch {
            written.abandon()
            throw error
        }
        try written.finish()
    }

    private mutating func decode(
        _ inputs: Inputs, through transform: RowTransform? = nil, _ workers: WorkerPool,
        _ body: (RowBlock, Int) throws(Failure) -> Void
    ) throws(Failure) {
        var skipped = 0
        try forEachPart(inputs, workers) { (part) throws(DatasetError) in
            let block = try part.format.decode(part.piece)
            return transform?.apply(block) ?? block
        } _: { (block, file) throws(Failure) in
            skipped += block.skipped
            if block.count > 0 { try body(block, file) }
        }
        self.skipped += skipped
    }

    /// Has the workers make something of each part, and hands that to `body` in order, with the number of the file.
    mutating func forEachPart<Value: Sendable>(
        _ inputs: Inputs, _ work: @escaping @Sendable (Inputs.Part) throws(DatasetError) -> Value,
        _ body: (Value, Int) throws(Failure) -> Void
    ) throws(Failure) {
        let workers = WorkerPool(threads: threads)
        defer { workers.close() }
        try forEachPart(inputs, workers, work, body)
    }

    private struct Worked<Value: Sendable>: Sendable {
        var value: Result<Value, DatasetError>
        var file = 0
        var bytes = 0
        var hash: UInt64?
    }

    private mutating func forEachPart<Value: Sendable>(
        _ inputs: Inputs, _ workers: WorkerPool,
        _ work: @escaping @Sendable (Inputs.Part) throws(DatasetError) -> Value,
        _ body: (Value, Int) throws(Failure) -> Void
    ) throws(Failure) {
        let queue = Channel<Promise<Worked<Value>>>(capacity: threads + 2, bytes: Self.bytesInFlight)
        defer { queue.close() }
        let hashes = fingerprints != nil
        startThread {
            do throws(DatasetError) {
                try inputs.forEachPart { part in
                    queue.send(
                        workers.run {
                            Worked(
                                value: Result { () throws(DatasetError) in try work(part) }, file: part.file,
                                bytes: part.piece.count,
                                hash: hashes
                                    ? contentHash(part.piece.bytes.span.extracting(first: part.piece.count)) : nil)
                        }, bytes: part.piece.count)
                }
            } catch {
                let failed = Promise<Worked<Value>>()
                failed.fulfil(Worked(value: .failure(error)))
                queue.send(failed)
            }
            queue.close()
        }
        // Who writes to the pipe may be showing its own.
        let mode = inputs.isPiped && progressMode == .auto ? .never : progressMode
        var progress = Progress(mode, total: inputs.byteCount)
        defer { progress.end() }
        if hashes { fingerprints = Array(repeating: Fingerprint(), count: inputs.paths.count) }
        while let promise = queue.receive() {
            let worked = promise.wait()
            let value = try dataset { () throws(DatasetError) in try worked.value.get() }
            if let hash = worked.hash { fingerprints![worked.file].add(hash, bytes: worked.bytes) }
            try body(value, worked.file)
            progress.advance(bytes: worked.bytes)
        }
    }
}
