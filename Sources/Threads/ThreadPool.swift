internal import Glibc
internal import Synchronization

/// The threads of one run, which wait for work: jobs that are done some time, and parts of what the caller computes, which
/// come first, since the caller waits for them. Work itself must not wait for a file or for other work.
package final class ThreadPool: Sendable {
    package let threads: Int
    private let state = Lock(State())
    private let hasWork = Condition()

    private struct State {
        /// Those of which some part is still to be taken.
        var shared: [SharedWork] = []
        var jobs = FIFO<@Sendable () -> Void>()
        var isClosed = false
    }

    private init(threads: Int) { self.threads = threads }

    /// The pool that the calling thread's work is shared by; nil for none.
    package static var current: ThreadPool? {
        guard let pool = unsafe pthread_getspecific(currentPool) else { return nil }
        // `Use` keeps it alive.
        return unsafe Unmanaged<ThreadPool>.fromOpaque(pool).takeUnretainedValue()
    }

    /// Starts threads for the work of the calling thread, unless it has as many already.
    /// - Throws: `ThreadRefused`; no thread is left then.
    package static func start(threads: Int) throws(ThreadRefused) -> Use {
        if let current, current.threads == threads { return Use(current, []) }
        let pool = ThreadPool(threads: threads)
        var workers: [SystemThread] = []
        do {
            for number in 1...threads {
                workers.append(try SystemThread("worker \(number) of \(threads)") { pool.serve() })
            }
        } catch {
            pool.end(workers)
            throw error
        }
        return Use(pool, workers)
    }

    /// A pool that the calling thread works with until `end`.
    package struct Use {
        package let pool: ThreadPool
        private let workers: [SystemThread]
        private let outer: ThreadPool?

        fileprivate init(_ pool: ThreadPool, _ workers: [SystemThread]) {
            self.pool = pool
            self.workers = workers
            outer = ThreadPool.current
            ThreadPool.setCurrent(pool)
        }

        /// Joins the threads that were started for it. Called once, by the same thread.
        package func end() {
            ThreadPool.setCurrent(outer)
            if !workers.isEmpty { pool.end(workers) }
        }
    }

    private static func setCurrent(_ pool: ThreadPool?) {
        unsafe pthread_setspecific(
            currentPool, pool.map { unsafe UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) })
    }

    private func end(_ workers: [SystemThread]) {
        state.withLock {
            $0.isClosed = true
            hasWork.broadcast()
        }
        for worker in workers { worker.join() }
    }

    /// The result of `job`, when a thread has come to it. Never, if the pool has ended before.
    package func run<Value: Sendable>(_ job: @escaping @Sendable () -> Value) -> Future<Value> {
        let future = Future<Value>()
        state.withLock {
            guard !$0.isClosed else { return }
            $0.jobs.append { future.fulfil(job()) }
            hasWork.signal()
        }
        return future
    }

    private enum Work {
        case part(SharedWork, Int)
        case job(@Sendable () -> Void)
        case end
    }

    /// What a worker does.
    private func serve() {
        while true {
            let work = state.wait(for: hasWork) { state -> Work? in
                if let shared = state.shared.first { return .part(shared, take(from: shared, &state)!) }
                if let job = state.jobs.popFirst() { return .job(job) }
                return state.isClosed ? .end : nil
            }
            switch work {
            case .part(let shared, let part): complete(shared, from: part)
            case .job(let job): job()
            case .end: return
            }
        }
    }

    /// Has the calling thread and those of the pool call `body` for each part 0..<count.
    fileprivate func share(_ count: Int, _ body: (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            unsafe withUnsafePointer(to: body) { body in
                let shared = unsafe SharedWork(count, body)
                let first = state.withLock { state in
                    state.shared.append(shared)
                    for _ in 0..<min(count - 1, threads) { hasWork.signal() }
                    return take(from: shared, &state)!
                }
                complete(shared, from: first)
                state.wait(for: shared.isDone) { _ in shared.left == 0 ? () : nil }
            }
        }
    }

    /// Calls the body for `part` and for others, as long as there are some that nobody has taken.
    private func complete(_ shared: SharedWork, from part: Int) {
        var next: Int? = part
        while let part = next {
            shared.call(part)
            next = state.withLock { state in
                shared.left -= 1
                if shared.left == 0 { shared.isDone.signal() }
                return take(from: shared, &state)
            }
        }
    }

    private func take(from shared: SharedWork, _ state: inout State) -> Int? {
        guard shared.next < shared.count else { return nil }
        defer { shared.next += 1 }
        if shared.next == shared.count - 1 { state.shared.removeAll { $0 === shared } }
        return shared.next
    }
}

/// Parts of one piece of work, which threads take in turn.
@safe private final class SharedWork: @unchecked Sendable {
    let count: Int
    // Changed only under the pool's lock.
    var next = 0
    var left: Int
    let isDone = Condition()
    // Valid until all parts are done: `share` waits for that.
    private let body: UnsafePointer<(Int) -> Void>

    init(_ count: Int, _ body: UnsafePointer<(Int) -> Void>) {
        self.count = count
        left = count
        unsafe self.body = body
    }

    /// Not inlined, so that nothing of the body is retained when this has returned.
    @inline(never)
    func call(_ part: Int) { unsafe body.pointee(part) }
}

private let currentPool: pthread_key_t = {
    var key = pthread_key_t()
    let code = unsafe pthread_key_create(&key, nil)
    precondition(code == 0, "no key for a thread's own values is left")
    return key
}()

/// How many threads compute for the calling one, itself included: those of its pool, or 1.
package var computingThreads: Int { ThreadPool.current?.threads ?? 1 }

/// Applies `body` to each part 0..<count, on the calling thread and those of its pool, and returns the results in order.
///
/// For work that is cut into as many parts as there are threads for it (`computingThreads`); not for work that waits.
package func concurrently<Result: Sendable>(_ count: Int, _ body: (Int) -> Result) -> [Result] {
    guard count > 1, let pool = ThreadPool.current else { return (0..<count).map(body) }
    var results = [Result?](repeating: nil, count: count)
    unsafe results.withUnsafeMutableBufferPointer { results in
        let places = results.baseAddress!
        // Each part writes to a place of its own.
        pool.share(count) { part in unsafe places[part] = body(part) }
    }
    return results.map { $0! }
}

/// Hands out the numbers from `count - 1` down to 0, each once, to whichever thread asks.
package final class Countdown: Sendable {
    private let left: Atomic<Int>

    package init(_ count: Int) { left = Atomic(count) }

    package func take() -> Int? {
        let number = left.subtract(1, ordering: .relaxed).newValue
        return number >= 0 ? number : nil
    }
}
