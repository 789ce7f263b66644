import Datasets
internal import Glibc

/// Starts a thread of its own for `body`, for work that blocks. The process may end before the thread does. Where the
/// system has no more threads, that is told, and the process ends: others may wait for this one already.
func startThread(_ body: @escaping @Sendable () -> Void) {
    if tryThread(body) { return }
    TemporaryFiles.removeAll()
    Console().fail("the system allows no more threads", hint: "pass a smaller --threads, or raise ulimit -u")
    // Not `exit`: OpenBLAS would wait there for its threads, which wait for memory.
    _exit(1)
}

/// - Returns: false where the system has no more threads, and `body` will not run.
private func tryThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    let box = unsafe Unmanaged.passRetained(ThreadBody(run: body))
    var thread = pthread_t()
    // The new thread takes over the reference to its body.
    let status = unsafe pthread_create(
        &thread, nil,
        { pointer in
            unsafe Unmanaged<ThreadBody>.fromOpaque(pointer!).takeRetainedValue().run()
            return nil
        }, unsafe box.toOpaque())
    guard status == 0 else {
        unsafe box.release()
        return false
    }
    pthread_detach(thread)
    return true
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
}

/// A few threads for work that does not block, such as parsing and formatting.
struct WorkerPool: Sendable {
    private let jobs = Channel<@Sendable () -> Void>(capacity: .max)

    init(threads: Int) {
        // One worker will do, where there are no more threads.
        for number in 0..<threads {
            let work: @Sendable () -> Void = { [jobs] in
                while let job = jobs.receive() { job() }
            }
            if number == 0 { startThread(work) } else if !tryThread(work) { break }
        }
    }

    /// The result of `job`, when a thread has come to it.
    func run<Value: Sendable>(_ job: @escaping @Sendable () -> Value) -> Promise<Value> {
        let promise = Promise<Value>()
        jobs.send { promise.fulfil(job()) }
        return promise
    }

    func close() { jobs.close() }
}
