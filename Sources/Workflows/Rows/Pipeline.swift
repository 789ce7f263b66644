internal import Datasets
internal import Preprocessing
internal import Threads

/// The loops that read, work and write side by side.
///
///     fold:  read ─▶ decode ─▶ body
///     map:   read ─▶ decode, transform ─▶ body ─▶ encode ─▶ write
///     parts: read ─▶ work ─▶ body
///
/// One thread reads and one writes, since those wait for files; decoding and encoding are shared among the workers; `body`
/// runs on the caller's thread, in the order of the rows, and is where BLAS is called. What waits between them is bounded in
/// bytes, so memory does not grow with the data.
///
/// When one of them fails, the others end, after the piece that they are at. Only a reader that may be waiting for a pipe is
/// not waited for: it ends by itself when something comes.
struct Pipeline {
    /// So many bytes of pieces wait between the reader and the body at the most, however many threads there are.
    private static let bytesInFlight = 64 << 20

    private let run: Run
    /// What was left out of the rows.
    private(set) var leftOut = LeftOut()
    /// What the files contain, by number; kept only where asked for.
    private(set) var fingerprints: [ContentFingerprint]?

    /// - Parameter fingerprints: whether to tell which files have the same content.
    init(_ run: Run, fingerprints: Bool = false) {
        self.run = run
        self.fingerprints = fingerprints ? [] : nil
    }

    /// Hands all rows to `body`, with the number of their file.
    mutating func fold(_ inputs: Inputs, _ body: (RowBlock, Int) throws -> Void) throws {
        try decode(inputs, Parts(run), body)
    }

    /// Writes what `body` makes of the rows.
    /// - Parameter transform: applied by the workers before that.
    mutating func map(
        _ inputs: Inputs, through transform: RowTransform?, to writer: consuming RowWriter,
        as encoder: any RecordEncoder, _ output: OutputDescription,
        _ body: (RowBlock, RowOrigin) throws -> RowBlock
    ) throws {
        let threads = try run.startThreads()
        defer { threads.end() }
        let parts = Parts<RowBlock>(run)
        let written = try OutputThread(writer, depth: run.threads + 2, bytes: Self.bytesInFlight) {
            parts.queue.close()
        }
        var row = 1
        var rowsBefore = Array(repeating: 0, count: inputs.paths.count)
        do {
            try decode(inputs, through: transform, parts) { block, file in
                let origin = RowOrigin(file: displayName(inputs.paths[file]), firstRow: rowsBefore[file] + 1)
                rowsBefore[file] += block.count
                let result = try body(block, origin)
                let firstRow = row
                row += result.count
                let encoded = threads.pool.run {
                    Result { () throws(DatasetError) in
                        try result.checkFinite(from: origin, for: output)
                        return OutputThread.Encoded(
                            bytes: try encoder.encode(result, firstRow: firstRow), rows: result.count)
                    }
                }
                try written.send(encoded, bytes: result.values.byteCount)
            }
        } catch {
            written.abandon()
            throw error
        }
        try written.finish()
    }

    private mutating func decode(
        _ inputs: Inputs, through transform: RowTransform? = nil, _ parts: Parts<RowBlock>,
        _ body: (RowBlock, Int) throws -> Void
    ) throws {
        var leftOut = leftOut
        try forEachPart(inputs, parts) { part in
            let block = try part.format.decode(part.piece)
            return transform?.apply(block) ?? block
        } _: { block, file in
            leftOut.add(of: block)
            if block.count > 0 { try body(block, file) }
        }
        self.leftOut = leftOut
    }

    /// Has the workers make something of each part, and hands that to `body` in order, with the number of the file.
    mutating func forEachPart<Value: Sendable>(
        _ inputs: Inputs, _ work: @escaping @Sendable (Inputs.Part) throws -> Value,
        _ body: (Value, Int) throws -> Void
    ) throws {
        try forEachPart(inputs, Parts(run), work, body)
    }

    /// What the workers make of the parts, in order.
    private struct Parts<Value: Sendable>: Sendable {
        struct Worked: Sendable {
            var value: Result<Value, any Error>
            var file = 0
            var bytes = 0
            var hash: UInt64?
        }

        let queue: Channel<Future<Worked>>

        init(_ run: Run) { queue = Channel(capacity: run.threads + 2, bytes: Pipeline.bytesInFlight) }
    }

    private mutating func forEachPart<Value: Sendable>(
        _ inputs: Inputs, _ parts: Parts<Value>, _ work: @escaping @Sendable (Inputs.Part) throws -> Value,
        _ body: (Value, Int) throws -> Void
    ) throws {
        let hashes = fingerprints != nil
        if hashes { fingerprints = Array(repeating: ContentFingerprint(), count: inputs.paths.count) }
        let threads = try run.startThreads()
        defer { threads.end() }
        let (queue, pool) = (parts.queue, threads.pool)
        let hasRead = Future<Void>()
        let reader = try SystemThread("reader") {
            do {
                try inputs.forEachPart { part in
                    let worked = pool.run {
                        Parts.Worked(
                            value: Result { try work(part) }, file: part.file, bytes: part.piece.count,
                            hash: hashes
                                ? contentHash(part.piece.bytes.span.extracting(first: part.piece.count)) : nil)
                    }
                    return queue.send(worked, bytes: part.piece.weight)
                }
            } catch {
                let failed = Future<Parts<Value>.Worked>()
                failed.fulfil(Parts.Worked(value: .failure(error)))
                queue.send(failed)
            }
            hasRead.fulfil(())
            queue.close()
        }
        defer {
            queue.close()
            if inputs.canReadAgain || hasRead.wait(seconds: 0) != nil { reader.join() } else { reader.detach() }
        }
        run.onProgress(.reading(bytes: inputs.byteCount, fromPipe: inputs.isPiped))
        defer { run.onProgress(.ended) }
        while let part = queue.receive() {
            let worked = part.wait()
            let value = try worked.value.get()
            if let hash = worked.hash { fingerprints![worked.file].add(hash, bytes: worked.bytes) }
            try body(value, worked.file)
            run.onProgress(.advanced(bytes: worked.bytes))
        }
    }
}
