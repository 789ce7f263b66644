internal import Datasets
internal import Threads

/// A writer on a thread of its own. What is not finished leaves no file behind.
final class OutputThread: Sendable {
    struct Encoded: Sendable {
        var bytes: [UInt8]
        var rows: Int
    }

    private enum Message: Sendable {
        case rows(Future<Result<Encoded, DatasetError>>)
        case end
    }

    private let queue: Channel<Message>
    private let outcome = Future<DatasetError?>()
    private let thread: SystemThread

    /// - Parameters:
    ///   - depth: how many blocks may wait to be written,
    ///   - bytes: and how many bytes of values they may have.
    ///   - onFailure: called where nothing more can be written.
    init(
        _ writer: consuming RowWriter, depth: Int, bytes: Int, onFailure: @escaping @Sendable () -> Void
    ) throws(ThreadRefused) {
        queue = Channel(capacity: depth, bytes: bytes)
        let writer = Box(writer)
        thread = try SystemThread("writer") { [queue, outcome] in
            do throws(DatasetError) {
                try Self.write(queue, to: writer.take())
                outcome.fulfil(nil)
            } catch {
                queue.close()
                outcome.fulfil(error)
                onFailure()
            }
        }
    }

    private static func write(_ queue: Channel<Message>, to writer: consuming RowWriter) throws(DatasetError) {
        while let message = queue.receive() {
            switch message {
            case .rows(let rows):
                let encoded = try rows.wait().get()
                try writer.write(encoded.bytes, rows: encoded.rows)
            case .end:
                try writer.finish()
                return
            }
        }
    }

    /// - Parameter bytes: how many the values take.
    func send(_ encoded: Future<Result<Encoded, DatasetError>>, bytes: Int) throws(DatasetError) {
        guard queue.send(.rows(encoded), bytes: bytes) else { throw outcome.wait()! }
    }

    /// Completes the output once everything is written.
    func finish() throws(DatasetError) {
        queue.send(.end)
        queue.close()
        thread.join()
        if let error = outcome.wait() { throw error }
    }

    /// Gives the output up.
    func abandon() {
        queue.close()
        thread.join()
    }
}
