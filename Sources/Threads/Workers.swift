internal import Dispatch
internal import Glibc

/// Runs `body` on a thread of its own, for work that waits: for a file, a pipe or another thread.
package func onThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
    // A queue of its own gets a thread at once, however many others are busy.
    DispatchQueue(label: name).async(execute: body)
}

/// Whether the system lets this process have one thread more: Dispatch would wait for it without an end.
package func canHaveThreads() -> Bool {
    var thread = pthread_t()
    // The thread does nothing, and is gone before this returns.
    guard unsafe pthread_create(&thread, nil, { _ in nil }, nil) == 0 else { return false }
    pthread_join(thread, nil)
    return true
}

/// A few threads for work that does not wait, such as parsing and formatting. They end when the workers are closed.
package struct Workers: Sendable {
    private let jobs = Channel<@Sendable () -> Void>()

    package init(threads: Int) {
        for number in 0..<threads {
            onThread("worker \(number + 1)") { [jobs] in
                while let job = jobs.receive() { job() }
            }
        }
    }

    /// The result of `job`, when a thread has come to it.
    package func run<Value: Sendable>(_ job: @escaping @Sendable () -> Value) -> Promise<Value> {
        let promise = Promise<Value>()
        jobs.send { promise.fulfil(job()) }
        return promise
    }

    /// Jobs that were given before are still done.
    package func close() { jobs.close() }
}
