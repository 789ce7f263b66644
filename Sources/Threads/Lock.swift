internal import Glibc

/// A value that one thread at a time uses, behind a mutex of the system. Others can wait until it is as they need it.
///
/// Not Synchronization's `Mutex`: the thread sanitizer does not see what that one does where threads wait.
@safe package final class Lock<Value: Sendable>: @unchecked Sendable {
    // Used only while the mutex is locked.
    private var value: Value
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    package init(_ value: Value) {
        self.value = value
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Calls `body` until it returns something; in between, other threads use the value and `condition` is signalled.
    package func wait<Result>(for condition: Condition, until body: (inout Value) -> Result?) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value) { return result }
            unsafe condition.wait(mutex, nil)
        }
    }

    /// The same for at most so many seconds; nil after that.
    package func wait<Result>(
        for condition: Condition, seconds: Double, until body: (inout Value) -> Result?
    ) -> Result? {
        var end = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &end)
        let nanoseconds = end.tv_nsec + Int(seconds * 1e9)
        end = timespec(tv_sec: end.tv_sec + nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value) { return result }
            guard unsafe condition.wait(mutex, end) else { return body(&value) }
        }
    }
}

/// What threads wait for that find a `Lock`'s value other than they need it. Signalled while that lock is held or after.
@safe package final class Condition: @unchecked Sendable {
    // Its functions may be called from any thread.
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    package init() {
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe condition.deallocate()
    }

    /// Wakes one thread that waits.
    package func signal() { unsafe pthread_cond_signal(condition) }

    /// Wakes all threads that wait.
    package func broadcast() { unsafe pthread_cond_broadcast(condition) }

    /// - Returns: false when `end` has passed.
    @discardableResult
    fileprivate func wait(_ mutex: UnsafeMutablePointer<pthread_mutex_t>, _ end: timespec?) -> Bool {
        guard var end else { return unsafe pthread_cond_wait(condition, mutex) == 0 }
        return unsafe pthread_cond_timedwait(condition, mutex, &end) != ETIMEDOUT
    }
}
