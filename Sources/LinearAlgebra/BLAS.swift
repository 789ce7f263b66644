internal import CLAPACKE
internal import Synchronization

/// How many threads BLAS and LAPACK work with; at least 1. OpenBLAS starts with one for every core.
/// Results may depend on it in their last bits, but for products whose every partial sum is exact.
package var blasThreads: Int {
    get { Int(openblas_get_num_threads()) }
    set {
        exclusively { openblas_set_num_threads(Int32(clamping: max(1, newValue))) }
    }
}

/// The BLAS in use, its version, and the processor that its loops are made for: `OpenBLAS 0.3.21, SkylakeX`.
package var blasName: String {
    let version = unsafe String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
    return unsafe "\(version), \(String(cString: openblas_get_corename()))"
}

/// Runs `body`, one call into BLAS or LAPACK, while no other one runs: OpenBLAS is not safe to call from two threads at
/// once (its issue 5825). Waiting costs little, since the call that runs has all of the cores.
func exclusively<Result>(_ body: () -> Result) -> Result {
    blasLock.withLock { _ in body() }
}

private let blasLock = Mutex(())

/// `size` as the 32-bit integer that `routine` takes.
func blasInteger(_ size: Int, for routine: String) throws(LinearAlgebraError) -> Int32 {
    guard let integer = Int32(exactly: size) else { throw .tooLarge(size: size, routine: routine) }
    return integer
}
