internal import Glibc
internal import Synchronization
internal import Threads

/// The unfinished files of this process, which a signal must not leave behind.
///
/// A signal handler may touch only what is complete at any instant, and must not wait: C strings in atomic slots, in a list
/// that only grows. All other code uses the slots under a lock, so that nobody frees a path that another thread reads.
package enum TemporaryFiles {
    /// Where a path is kept while its file is unfinished. Never freed: later files use it again.
    @safe fileprivate struct Slot: ~Copyable {
        let path: Atomic<UnsafeMutablePointer<CChar>?>
        let next: UnsafeMutablePointer<Slot>?
    }

    // Sendable: each slot is changed only as a whole.
    nonisolated(unsafe) private static let first = unsafe Atomic<UnsafeMutablePointer<Slot>?>(nil)
    private static let lock = Lock(())

    /// Removes unfinished files when the user or the system ends the process, then ends it as the signal would have.
    package static func removeWhenInterrupted() {
        unsafe _ = first.load(ordering: .relaxed)  // it exists before any handler runs
        let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU]
        // Who started the process may have had them blocked, as the threads of some libraries do.
        var mask = sigset_t()
        unsafe sigemptyset(&mask)
        for number in signals { unsafe sigaddset(&mask, number) }
        unsafe sigprocmask(SIG_UNBLOCK, &mask, nil)
        for number in signals {
            _ = signal(number) { number in
                TemporaryFiles.removeAll()
                _ = signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    /// Removes all unfinished files, before the process ends without having finished them.
    package static func removeAll() {
        unsafe forEachSlot { slot in
            // Taken out, so that no other thread frees it meanwhile. It is not freed: a handler must not.
            if let path = unsafe slot.pointee.path.exchange(nil, ordering: .acquiringAndReleasing) {
                unsafe _ = unlink(path)
            }
            return false
        }
    }

    /// A file that is removed when the process ends before `forget`.
    @safe struct Entry: @unchecked Sendable {
        // Slots are changed only as a whole.
        fileprivate let slot: UnsafeMutablePointer<Slot>
    }

    /// - Returns: nil where the process has remembered that file already.
    static func remember(_ path: String) -> Entry? {
        lock.withLock { _ in
            var free: UnsafeMutablePointer<Slot>? = nil
            let isKnown = unsafe forEachSlot { slot in
                guard let known = unsafe slot.pointee.path.load(ordering: .acquiring) else {
                    unsafe free = slot
                    return false
                }
                return unsafe strcmp(known, path) == 0
            }
            if isKnown { return nil }
            // The copy belongs to the slot; `forget` frees it.
            let copy = unsafe strdup(path)!
            if let slot = unsafe free {
                unsafe slot.pointee.path.store(copy, ordering: .releasing)
                return unsafe Entry(slot: slot)
            }
            let slot = UnsafeMutablePointer<Slot>.allocate(capacity: 1)
            unsafe slot.initialize(to: Slot(path: Atomic(copy), next: first.load(ordering: .acquiring)))
            unsafe first.store(slot, ordering: .releasing)
            return unsafe Entry(slot: slot)
        }
    }

    static func forget(_ entry: Entry) {
        lock.withLock { _ in
            if let path = unsafe entry.slot.pointee.path.exchange(nil, ordering: .acquiringAndReleasing) {
                unsafe free(path)
            }
        }
    }

    /// - Returns: whether `body` has returned true, which ends it.
    @discardableResult
    private static func forEachSlot(_ body: (UnsafeMutablePointer<Slot>) -> Bool) -> Bool {
        var next = unsafe first.load(ordering: .acquiring)
        while let slot = unsafe next {
            if unsafe body(slot) { return true }
            unsafe next = slot.pointee.next
        }
        return false
    }
}
