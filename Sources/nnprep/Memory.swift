import Datasets
import Glibc

/// The memory that the system can give without swapping, in bytes, as Linux tells it; nil where it does not. A control
/// group's limit, as containers have it, counts as well.
func availableMemory() -> Int? {
    var group: Int?
    if let limit = number(in: "/sys/fs/cgroup/memory.max"), let used = number(in: "/sys/fs/cgroup/memory.current") {
        group = max(0, limit - used)
    }
    return [kilobytes("MemAvailable:", in: "/proc/meminfo").map { $0 * 1024 }, group].compactMap { $0 }.min()
}

/// Refuses layers that cannot fit in memory, before any is made. Weights, gradients and velocities are kept, and the
/// weights once more while the layers are made.
/// - Parameters:
///   - widths: the inputs, then the units of each layer.
///   - rows: how many rows go through at once.
func checkMemory(forLayers widths: [Int], rows: Int) throws(Failure) {
    var (needed, overflows) = (0, false)
    for (inputs, units) in zip(widths, widths.dropFirst()) {
        let (perUnit, tooWide) = inputs.addingReportingOverflow(rows)
        let (numbers, tooMany) = perUnit.multipliedReportingOverflow(by: units)
        let (bytes, tooLarge) = numbers.multipliedReportingOverflow(by: 16)
        let (sum, overflow) = needed.addingReportingOverflow(bytes)
        (needed, overflows) = (sum, overflows || tooWide || tooMany || tooLarge || overflow)
    }
    guard let available = availableMemory(), overflows || needed > available else { return }
    let size = overflows ? "more memory than can be addressed" : "about \(gigabytes(needed))"
    throw .refused(
        "layers of \(widths.map(String.init).joined(separator: ", ")) units need \(size), and "
            + "\(gigabytes(available)) are free", hint: "choose fewer units")
}

/// The most memory that the process has held since `resetPeakMemory`, in bytes; nil where the system does not tell.
func peakMemory() -> Int? { kilobytes("VmHWM:", in: "/proc/self/status").map { $0 * 1024 } }

/// Has the system count the peak from here on (proc(5), clear_refs); where it does not, the peak is that of the run.
func resetPeakMemory() {
    // Not a file to replace, as `ByteSink` would.
    let descriptor = unsafe open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    unsafe _ = Glibc.write(descriptor, "5", 1)
    close(descriptor)
}

func gigabytes(_ bytes: Int) -> String {
    let tenths = bytes / 100_000_000 + (bytes % 100_000_000 >= 50_000_000 ? 1 : 0)
    return "\(tenths / 10).\(tenths % 10) GB"
}

private func number(in path: String) -> Int? { lines(of: path).first.flatMap { Int($0) } }

/// A line of a file of the system: `MemAvailable:    1234 kB`.
private func kilobytes(_ name: String, in path: String) -> Int? {
    lines(of: path).first { $0.hasPrefix(name) }
        .flatMap { $0.split { $0 == " " || $0 == "\t" }.dropFirst().first }.flatMap { Int($0) }
}

private func lines(of path: String) -> [Substring] {
    guard var source = try? ByteSource(path: path), let bytes = try? source.readAll() else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
}
