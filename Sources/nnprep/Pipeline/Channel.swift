internal import Glibc

/// A queue between threads that holds at most `capacity` elements and at most `bytes` bytes, but always one element: who sends
/// to a full one or receives from an empty one waits.
///
/// Sendable: every access to the state is under the mutex. The lock and the conditions live at a fixed address, as
/// pthread wants them to.
@safe final class Channel<Element: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private let capacity: Int
    private let mostBytes: Int
    private var elements: [(element: Element, bytes: Int)] = []
    private var bytes = 0
    private var isClosed = false

    init(capacity: Int, bytes: Int = .max) {
        self.capacity = capacity
        mostBytes = bytes
        unsafe mutex = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// - Parameter bytes: how many the element stands for.
    /// - Returns: false if the channel is closed, and the element is dropped.
    @discardableResult
    func send(_ element: Element, bytes: Int = 0) -> Bool {
        locked {
            while isFull(for: bytes), !isClosed { unsafe pthread_cond_wait(changed, mutex) }
            if isClosed { return false }
            elements.append((element, bytes))
            self.bytes += bytes
            return true
        }
    }

    private func isFull(for more: Int) -> Bool {
        elements.count == capacity || !elements.isEmpty && more > mostBytes - bytes
    }

    /// - Returns: nil when the channel is closed and nothing is left in it.
    func receive() -> Element? {
        locked {
            while elements.isEmpty, !isClosed { unsafe pthread_cond_wait(changed, mutex) }
            guard !elements.isEmpty else { return nil }
            let (element, bytes) = elements.removeFirst()
            self.bytes -= bytes
            return element
        }
    }

    /// No more elements: those that are in the channel can still be received.
    func close() {
        locked { isClosed = true }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(mutex)
        }
        return body()
    }
}

/// A value that another thread will provide.
struct Promise<Value: Sendable>: Sendable {
    private let channel = Channel<Value>(capacity: 1)

    func fulfil(_ value: Value) {
        channel.send(value)
    }

    /// May be called again, by the same thread.
    func wait() -> Value {
        let value = channel.receive()!
        channel.send(value)
        return value
    }
}
