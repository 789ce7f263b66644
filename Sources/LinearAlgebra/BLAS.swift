internal import CLAPACKE
internal import Glibc
internal import Threads

/// The BLAS in use, its version, and the processor that its loops are made for: `OpenBLAS 0.3.21, SkylakeX`.
package var blasName: String {
    prepareBLAS()
    let version = unsafe String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
    return "\(version), \(coreName)"
}

/// Ends the threads that OpenBLAS has started when it was loaded, and has it choose its loops. Done once, and before any
/// call; early calls spare the processor what those threads do while they look for work.
package func prepareBLAS() { _ = blas }

/// Runs `body`, one call into BLAS or LAPACK, with as many threads as the calling one computes with, while no other one runs:
/// OpenBLAS is not safe to call from two threads at once (its issue 5825). Waiting costs little, since the call that runs has
/// all of the cores.
/// - Throws: `threadsRefused`.
func exclusively<Result>(_ body: () -> Result) throws(LinearAlgebraError) -> Result {
    let threads = computingThreads
    return try blas.withLock { (blas) throws(LinearAlgebraError) in
        try blas.useThreads(threads)
        return body()
    }
}

/// Has OpenBLAS's threads end until there is work for them: they would look for some beside the threads that compute.
func restBLAS() { blas.withLock { $0.endThreads() } }

private let blas = Lock(OpenBLAS())

/// What the process knows of its one OpenBLAS. It is used under a lock.
private struct OpenBLAS {
    /// With how many threads it works.
    private var threads: Int
    /// How many it has when it has started them: as many as it ever worked with.
    private var started: Int
    private var areRunning = false

    init() {
        threads = Int(openblas_get_num_threads())
        started = threads
        endThreads()
        leaveFallbackCore()
    }

    /// Has it work with so many threads, but no more than there are processors: others would only wait for those.
    mutating func useThreads(_ wanted: Int) throws(LinearAlgebraError) {
        let wanted = max(1, min(wanted, Int(openblas_get_num_procs())))
        guard wanted != threads || wanted > 1 && !areRunning else { return }
        started = max(started, wanted)
        // Where the system refuses one, OpenBLAS raises a signal or waits for it for ever.
        do { try checkThreads(started - 1, for: "BLAS") } catch { throw .threadsRefused(error) }
        if wanted != threads {
            // This starts the threads, even where it asks for one.
            openblas_set_num_threads(Int32(wanted))
            threads = wanted
        }
        if wanted > 1 { areRunning = true } else { endThreads() }
    }

    /// Ends its threads: each looks for work for a tenth of a second, which is longer than many a command takes, on a processor
    /// that could do some. The first call that has work for them starts them anew, as after a fork, for which OpenBLAS ends
    /// them so, too.
    mutating func endThreads() {
        areRunning = false
        // Other builds of it have threads of their own kind.
        guard let end = unsafe symbol("blas_thread_shutdown_") else { return }
        // It is int (*)(void).
        _ = unsafe unsafeBitCast(end, to: (@convention(c) () -> Int32).self)()
    }
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
