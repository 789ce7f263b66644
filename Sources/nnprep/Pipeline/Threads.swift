internal import Glibc

/// Starts a thread of its own for `body`, for work that blocks. The process may end before the thread does.
func startThread(_ body: @escaping @Sendable () -> Void) {
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
        // Without another thread the work is done here: slower, but right as long as it does not wait for its starter.
        preconditionFailure("the system allows no more threads")
    }
    pthread_detach(thread)
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
}

/// A few threads for work that does not block, such as parsing and formatting.
struct WorkerPool: Sendable {
    private let jobs = Channel<@Sendable () -> Void>(capacity: .max)

    init(threads: Int) {
        for _ in 0..<threads {
            startThread { [jobs] in
                while let job = jobs.receive() { job() }
            }
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
