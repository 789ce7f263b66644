internal import Glibc
internal import Synchronization

/// The unfinished files of this process, which a signal must not leave behind.
///
/// A signal handler may touch only what is whole at any instant: C strings in atomic slots.
package enum TemporaryFiles {
    private static let slots = Slots()

    /// Sendable: each slot is changed only as a whole.
    @safe private struct Slots: ~Copyable, @unchecked Sendable {
        let paths = unsafe InlineArray<16, Atomic<UnsafeMutablePointer<CChar>?>> { _ in unsafe Atomic(nil) }
    }

    /// Removes unfinished files when the user or the system ends the process, then ends it as the signal would have.
    package static func removeWhenInterrupted() {
        unsafe _ = slots.paths[0].load(ordering: .relaxed)  // the slots exist before any handler runs
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
        for i in unsafe 0..<slots.paths.count {
            // Taken out, so that no other thread frees it meanwhile. It is not freed: a handler must not.
            if let path = unsafe slots.paths[i].exchange(nil, ordering: .acquiringAndReleasing) {
                unsafe _ = unlink(path)
            }
        }
    }

    /// Whether the file is one that this process has not finished.
    static func contains(_ path: String) -> Bool {
        for i in unsafe 0..<slots.paths.count {
            // Only the thread that opens and finishes files frees the copies.
            if let copy = unsafe slots.paths[i].load(ordering: .acquiring), unsafe strcmp(copy, path) == 0 {
                return true
            }
        }
        return false
    }

    /// Remembers a file until `forget` is called with the slot; nil where no slot is free.
    static func remember(_ path: String) -> Int? {
        // The copy belongs to the slot; `forget` frees it.
        guard let copy = unsafe strdup(path) else { return nil }
        for i in unsafe 0..<slots.paths.count
        where unsafe slots.paths[i].compareExchange(expected: nil, desired: copy, ordering: .acquiringAndReleasing)
            .exchanged
        {
            return i
        }
        unsafe free(copy)
        return nil
    }

    static func forget(_ slot: Int?) {
        if let slot, let copy = unsafe slots.paths[slot].exchange(nil, ordering: .acquiringAndReleasing) {
            unsafe free(copy)
        }
    }
}
