internal import CLAPACKE
internal import Glibc
internal import Synchronization

/// How many threads BLAS and LAPACK work with; at least 1. OpenBLAS starts with one for every core.
/// Results may depend on it in their last bits, but for products whose every partial sum is exact.
package var blasThreads: Int {
    get {
        // Without the lock: the answer is not worth waiting for a call that runs.
        beginsWithItsCore
        return Int(openblas_get_num_threads())
    }
    set {
        exclusively {
            openblas_set_num_threads(Int32(clamping: max(1, newValue)))
            endThreads()
        }
    }
}

/// The BLAS in use, its version, and the processor that its loops are made for: `OpenBLAS 0.3.21, SkylakeX`.
package var blasName: String {
    let version = unsafe String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
    beginsWithItsCore
    return "\(version), \(coreName)"
}

/// Runs `body`, one call into BLAS or LAPACK, while no other one runs: OpenBLAS is not safe to call from two threads at
/// once (its issue 5825). Waiting costs little, since the call that runs has all of the cores.
func exclusively<Result>(_ body: () -> Result) -> Result {
    beginsWithItsCore
    return blasLock.withLock { _ in body() }
}

private let blasLock = Mutex(())

/// Done once, before anything else is asked of OpenBLAS.
private let beginsWithItsCore: Void = {
    endThreads()
    leaveFallbackCore()
}()

/// Ends the threads that OpenBLAS has made when it was loaded: each looks for work for a tenth of a second, which is
/// longer than many a command takes, on a processor that could do some. The first call that has work for them makes them
/// anew, as after a fork, for which OpenBLAS ends them so, too.
func endThreads() {
    // Other builds of it have threads of their own kind.
    guard let end = unsafe symbol("blas_thread_shutdown_") else { return }
    // It is int (*)(void).
    _ = unsafe unsafeBitCast(end, to: (@convention(c) () -> Int32).self)()
}

private var coreName: String { unsafe String(cString: openblas_get_corename()) }

/// Has OpenBLAS take the loops that this processor can run, where it does not know the processor and has fallen back to
/// its oldest ones, as the 0.3.21 of Debian 12 does on Intel's processors since 2023.
///
/// It reads OPENBLAS_CORETYPE when it is loaded, and once more when it is told to begin again. What a user has set stays.
private func leaveFallbackCore() {
    let variable = "OPENBLAS_CORETYPE"
    guard coreName == "Prescott", unsafe getenv(variable) == nil else { return }
    let sets = KernelSet.available.map(\.name)
    let cores = [("avx512", "SkylakeX"), ("avx2", "Haswell")]
    guard
        // Other builds of it have neither these functions nor the loops of other processors.
        let core = cores.first(where: { sets.contains($0.0) && isLinked("gotoblas_\($0.1.uppercased())") })?.1,
        let end = unsafe symbol("gotoblas_dynamic_quit"), let begin = unsafe symbol("gotoblas_dynamic_init")
    else { return }
    unsafe setenv(variable, core, 1)
    // Both are void (*)(void).
    unsafe unsafeBitCast(end, to: (@convention(c) () -> Void).self)()
    unsafe unsafeBitCast(begin, to: (@convention(c) () -> Void).self)()
    unsafe unsetenv(variable)
}

/// Where the program or one of its libraries has what is called so.
private func symbol(_ name: String) -> UnsafeMutableRawPointer? {
    // RTLD_DEFAULT is a null pointer.
    unsafe dlsym(nil, name)
}

private func isLinked(_ name: String) -> Bool { unsafe symbol(name) != nil }

/// `size` as the 32-bit integer that `routine` takes.
func blasInteger(_ size: Int, for routine: String) throws(LinearAlgebraError) -> Int32 {
    guard let integer = Int32(exactly: size) else { throw .tooLarge(size: size, routine: routine) }
    return integer
}
