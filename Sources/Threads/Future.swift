/// A value that another thread will provide.
package final class Future<Value: Sendable>: Sendable {
    private let value = Lock<Value?>(nil)
    private let isFulfilled = Condition()

    package init() {}

    /// Called once.
    package func fulfil(_ value: Value) {
        self.value.withLock {
            $0 = value
            isFulfilled.broadcast()
        }
    }

    /// Waits until there is a value.
    package func wait() -> Value { value.wait(for: isFulfilled) { $0 } }

    /// Waits at most so many seconds; nil where there is no value then.
    package func wait(seconds: Double) -> Value? { value.wait(for: isFulfilled, seconds: seconds) { $0 } }
}
