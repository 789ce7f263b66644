/// A queue between threads that holds at most `capacity` elements and at most `bytes` bytes, but always one element: who
/// sends to a full one or receives from an empty one waits.
package final class Channel<Element: Sendable>: Sendable {
    private struct State {
        var elements = FIFO<(element: Element, bytes: Int)>()
        var bytes = 0
        var isClosed = false
    }

    private let capacity: Int
    private let mostBytes: Int
    private let state = Lock(State())
    private let hasRoom = Condition()
    private let hasElement = Condition()

    package init(capacity: Int = .max, bytes: Int = .max) {
        self.capacity = capacity
        mostBytes = bytes
    }

    /// - Parameter bytes: how many the element stands for.
    /// - Returns: false if the channel is closed, and the element is dropped.
    @discardableResult
    package func send(_ element: Element, bytes: Int = 0) -> Bool {
        state.wait(for: hasRoom) { state in
            if state.isClosed { return false }
            let isFull =
                state.elements.count == capacity || !state.elements.isEmpty && bytes > mostBytes - state.bytes
            if isFull { return nil }
            state.elements.append((element, bytes))
            state.bytes += bytes
            hasElement.signal()
            return true
        }
    }

    /// - Returns: nil when the channel is closed and nothing is left in it.
    package func receive() -> Element? {
        state.wait(for: hasElement) { state -> Element?? in
            guard let (element, bytes) = state.elements.popFirst() else {
                return state.isClosed ? .some(nil) : nil
            }
            state.bytes -= bytes
            // One element's bytes may make room for several.
            hasRoom.broadcast()
            return element
        }
    }

    /// No more elements: those that are in the channel can still be received.
    package func close() {
        state.withLock {
            $0.isClosed = true
            hasRoom.broadcast()
            hasElement.broadcast()
        }
    }
}

/// A queue whose ends both cost the same, however long it is.
struct FIFO<Element> {
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

extension FIFO: Sendable where Element: Sendable {}
