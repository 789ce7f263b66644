internal import Glibc
public import Words

/// A thread of the system.
package struct SystemThread: Sendable {
    private let handle: pthread_t

    /// Stack of a thread that does not say otherwise: what glibc gives where the stack is unlimited.
    private static let stackSize = 2 << 20

    /// Starts a thread that runs `body`. It must be joined or detached.
    /// - Parameters:
    ///   - name: for messages.
    ///   - stackSize: in bytes; nil for the default of the system.
    /// - Throws: `ThreadRefused` where a limit on processes or memory is reached.
    package init(
        _ name: String, stackSize: Int? = Self.stackSize, _ body: @escaping @Sendable () -> Void
    ) throws(ThreadRefused) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        if let stackSize { unsafe pthread_attr_setstacksize(&attributes, stackSize) }
        // The threads inherit the mask: signals go to the threads of the program, which have handlers and larger stacks.
        var (all, before) = (sigset_t(), sigset_t())
        unsafe sigfillset(&all)
        for number in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGPROF] { unsafe sigdelset(&all, number) }
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        let task = unsafe Unmanaged.passRetained(Task(body)).toOpaque()
        var thread = pthread_t()
        var code: Int32 = 0
        // A thread that was joined a moment ago may still count.
        for attempt in 0..<10 {
            if attempt > 0 { usleep(1000) }
            code = unsafe pthread_create(&thread, &attributes, threadMain, task)
            if code != EAGAIN { break }
        }
        guard code == 0 else {
            unsafe Unmanaged<Task>.fromOpaque(task).release()
            throw ThreadRefused(name: name, code: code)
        }
        handle = thread
    }

    /// Waits until the thread has ended. Called once.
    package func join() { pthread_join(handle, nil) }

    /// Lets the thread end by itself. Called instead of `join`.
    package func detach() { pthread_detach(handle) }

    fileprivate final class Task: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

private func threadMain(_ task: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    // `init` has retained it for this call.
    unsafe Unmanaged<SystemThread.Task>.fromOpaque(task!).takeRetainedValue().body()
    return nil
}

/// The system starts no more threads.
public struct ThreadRefused: ExplainedError, Equatable {
    public let message: String
    public var hint: String? { "pass a smaller --threads, or raise the limits on processes and memory (ulimit -u, -v)" }

    init(name: String, code: Int32) {
        message = "cannot start the thread '\(name)': \(systemMessage(code))"
    }
}

/// Starts `count` threads side by side and ends them again: libraries that start threads of their own may crash or hang
/// where the system refuses one.
package func checkThreads(_ count: Int, for name: String) throws(ThreadRefused) {
    let isOver = Future<Void>()
    let folders = Lock<[String]>([])
    var threads: [SystemThread] = []
    defer {
        isOver.fulfil(())
        for thread in threads { thread.join() }
        // A joined thread counts until the kernel has removed it.
        for folder in folders.withLock({ $0 }) {
            while unsafe access(folder, F_OK) == 0 { sched_yield() }
        }
    }
    for number in 0..<count {
        threads.append(
            try SystemThread("\(name) \(number + 1) of \(count)", stackSize: nil) {
                if let folder = threadFolder() { folders.withLock { $0.append(folder) } }
                isOver.wait()
            })
    }
}

/// The calling thread's folder in /proc, which is there as long as the thread counts.
private func threadFolder() -> String? {
    var link = [CChar](repeating: 0, count: 64)
    let length = unsafe readlink("/proc/thread-self", &link, link.count - 1)
    return length > 0
        ? "/proc/" + String(decoding: link.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
}
