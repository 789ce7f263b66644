public import Datasets
internal import LinearAlgebra
internal import Threads
public import Words

/// What surrounds the work: how many threads do it, and who hears of warnings and of how far it is. Nothing is printed.
public struct Run: Sendable {
    /// How many threads work, those of BLAS included; at least 1. One more reads, and one writes.
    public let threads: Int
    /// Hears of what the user should know, though it is no error: a sentence without a full stop.
    public var onWarning: @Sendable (String) -> Void
    /// Hears of what a person who looks on may want to know, and a script need not: a sentence without a full stop.
    public var onNote: @Sendable (String) -> Void
    /// Called with what readers decided by themselves, once for each decision.
    public var onDecision: @Sendable (DatasetNote) -> Void
    /// Hears of how far the work is.
    public var onProgress: @Sendable (Progress) -> Void
    private let told = Told()

    /// - Parameters:
    ///   - threads: nil for as many as there are processors for this process.
    ///   - onDecision: nil to hand them to `onWarning` in words.
    public init(
        threads: Int? = nil, onWarning: @escaping @Sendable (String) -> Void = { _ in },
        onNote: @escaping @Sendable (String) -> Void = { _ in },
        onDecision: (@Sendable (DatasetNote) -> Void)? = nil,
        onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        self.threads = max(1, threads ?? Self.processors)
        self.onWarning = onWarning
        self.onNote = onNote
        self.onDecision = onDecision ?? { onWarning("\($0)") }
        self.onProgress = onProgress
    }

    /// Computes `body` with this run's threads. They start once, serve all calls in `body`, and are joined at the end. Functions
    /// that take a run do so themselves; those of `Preprocessing` compute on the calling thread alone otherwise.
    /// - Throws: `ThreadRefused` where the system starts fewer threads.
    public func withThreads<Value>(_ body: () throws -> Value) throws -> Value {
        let threads = try startThreads()
        defer { threads.end() }
        return try body()
    }

    /// This run's threads, for the calling thread, until `end`.
    func startThreads() throws(ThreadRefused) -> ThreadPool.Use {
        prepareBLAS()
        return try ThreadPool.start(threads: threads)
    }

    private static let processors = availableProcessors()

    /// How far the work is.
    public enum Progress: Sendable, Equatable {
        /// Rows are read from here on: so many bytes, where that is known. Who writes to a pipe may be showing its own.
        case reading(bytes: Int?, fromPipe: Bool)
        /// So many more bytes are done.
        case advanced(bytes: Int)
        /// Work of which nobody knows how long it takes, in words: "finding the principal components ...".
        case computing(String)
        /// What was begun is over, or has failed.
        case ended
    }

    func warn(_ text: String) { onWarning(text) }

    /// Files are opened more than once in a run, and the user is told once.
    func tell(_ note: DatasetNote) {
        if told.isNew(note) { onDecision(note) }
    }

    private final class Told: Sendable {
        private let notes = Lock(Set<DatasetNote>())

        func isNew(_ note: DatasetNote) -> Bool { notes.withLock { $0.insert(note).inserted } }
    }

    /// Tells what is done while it is done.
    func computing<Value, Failure: Error>(
        _ words: String, _ work: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        onProgress(.computing(words))
        defer { onProgress(.ended) }
        return try work()
    }

    /// The same, without a word of how far it is.
    var withoutProgress: Run {
        var run = self
        run.onProgress = { _ in }
        return run
    }
}

/// A fit that failed, and the files that it was of.
public struct FitFailure: ExplainedError {
    public let message: String
    public let hint: String?

    init(_ error: some ExplainedError, of files: String) {
        message = "\(files): \(error.message)"
        hint = error.hint
    }
}
