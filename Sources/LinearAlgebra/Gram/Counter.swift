internal import Synchronization

/// Numbers from `count` - 1 down to 0, each taken by one thread.
final class Counter: Sendable {
    private let next: Atomic<Int>

    init(_ count: Int) { next = Atomic(count) }

    func take() -> Int? {
        let number = next.subtract(1, ordering: .relaxed).newValue
        return number >= 0 ? number : nil
    }
}
