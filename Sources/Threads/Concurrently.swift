internal import Dispatch
internal import Synchronization

/// Applies `body` to each part 0..<count, on the processors there are, and returns the results in order.
///
/// For work that is cut into as many parts as there are threads for it; not for work that waits. The threads are those that
/// Dispatch keeps: none is made anew.
package func concurrently<Result: Sendable>(_ count: Int, _ body: (Int) -> Result) -> [Result] {
    guard count > 1 else { return (0..<count).map(body) }
    let results = Mutex([Result?](repeating: nil, count: count))
    withoutActuallyEscaping(body) { body in
        // Kernels write through pointers that the compiler knows nothing of; each part writes to a place of its own, and
        // all are done when this returns.
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: count) { part in
            let result = unsafe body(part)
            results.withLock { $0[part] = result }
        }
    }
    return results.withLock { $0.map { $0! } }
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
