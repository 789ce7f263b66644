internal import Dispatch
internal import Synchronization

/// A queue between threads that holds at most `capacity` elements and at most `bytes` bytes, but always one element: who sends
/// to a full one or receives from an empty one waits.
package final class Channel<Element: Sendable>: Sendable {
    private struct State {
        var elements = FIFO<(element: Element, bytes: Int)>()
        var bytes = 0
        var isClosed = false
        /// Who waits for room, and who for an element.
        var senders = FIFO<DispatchSemaphore>()
        var receivers = FIFO<DispatchSemaphore>()
    }

    /// What came of one try.
    private enum Outcome<Value: Sendable>: Sendable {
        case done(Value)
        case wait(DispatchSemaphore)
    }

    private let capacity: Int
    private let mostBytes: Int
    private let state = Mutex(State())

    package init(capacity: Int = .max, bytes: Int = .max) {
        self.capacity = capacity
        mostBytes = bytes
    }

    /// - Parameter bytes: how many the element stands for.
    /// - Returns: false if the channel is closed, and the element is dropped.
    @discardableResult
    package func send(_ element: Element, bytes: Int = 0) -> Bool {
        attempt { state in
            if state.isClosed { return .done(false) }
            let isFull =
                state.elements.count == capacity || !state.elements.isEmpty && bytes > mostBytes - state.bytes
            if isFull { return .wait(state.senders.appendSemaphore()) }
            state.elements.append((element, bytes))
            state.bytes += bytes
            state.receivers.popFirst()?.signal()
            return .done(true)
        }
    }

    /// - Returns: nil when the channel is closed and nothing is left in it.
    package func receive() -> Element? {
        attempt { state in
            guard let (element, bytes) = state.elements.popFirst() else {
                return state.isClosed ? .done(nil) : .wait(state.receivers.appendSemaphore())
            }
            state.bytes -= bytes
            // One element's bytes may make room for several.
            while let sender = state.senders.popFirst() { sender.signal() }
            return .done(element)
        }
    }

    /// No more elements: those that are in the channel can still be received.
    package func close() {
        state.withLock { state in
            state.isClosed = true
            while let sender = state.senders.popFirst() { sender.signal() }
            while let receiver = state.receivers.popFirst() { receiver.signal() }
        }
    }

    private func attempt<Value: Sendable>(_ body: @Sendable (inout sending State) -> Outcome<Value>) -> Value {
        while true {
            switch state.withLock({ body(&$0) }) {
            case .done(let value): return value
            case .wait(let semaphore): semaphore.wait()
            }
        }
    }
}

/// A queue whose ends both cost the same, however long it is.
private struct FIFO<Element> {
    private var incoming: [Element] = []
    /// Those before them, the first one last.
    private var outgoing: [Element] = []

    var count: Int { incoming.count + outgoing.count }
    var isEmpty: Bool { incoming.isEmpty && outgoing.isEmpty }

    mutating func append(_ element: Element) { incoming.append(element) }

    mutating func popFirst() -> Element? {
        if outgoing.isEmpty {
            outgoing = incoming.reversed()
            incoming.removeAll(keepingCapacity: true)
        }
        return outgoing.popLast()
    }
}

extension FIFO<DispatchSemaphore> {
    mutating func appendSemaphore() -> DispatchSemaphore {
        let semaphore = DispatchSemaphore(value: 0)
        append(semaphore)
        return semaphore
    }
}

/// A value that another thread will provide.
package final class Promise<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let isFulfilled = DispatchSemaphore(value: 0)

    package init() {}

    /// Called once.
    package func fulfil(_ value: Value) {
        self.value.withLock { $0 = value }
        isFulfilled.signal()
    }

    /// Waits until there is a value.
    package func wait() -> Value {
        isFulfilled.wait()
        isFulfilled.signal()
        return value.withLock { $0! }
    }
}
