internal import Glibc

/// A system call that failed, as `errno` tells it.
package struct SystemFailure: Error, Equatable {
    package let code: Int32
}

/// Calls again while a signal interrupts; any other failure is thrown.
func retrying<Result: FixedWidthInteger>(_ call: () -> Result) throws(SystemFailure) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        guard errno == EINTR else { throw SystemFailure(code: errno) }
    }
}

/// What a write to a pipe fails with when nobody reads from it any more.
let brokenPipe = EPIPE

/// Opens what standard streams are closed on nothing, so that no file that is opened later takes their place.
package func openStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
        _ = unsafe open("/dev/null", O_RDWR)
    }
}
