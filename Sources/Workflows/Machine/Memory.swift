internal import Datasets
internal import Glibc
internal import Words

/// The memory that the system can give without swapping, in bytes, as Linux tells it; nil where it does not. The limits
/// of control groups, as containers and batch systems have them, count as well.
func availableMemory() -> Int? {
    ([kilobytes("MemAvailable:", in: "/proc/meminfo").map { $0 * 1024 }].compactMap { $0 } + groupMemory()).min()
}

/// What is left of the limits of this process's control groups, its own and those that it is within.
private func groupMemory() -> [Int] {
    controlGroups(of: "memory", memberships: lines(of: "/proc/self/cgroup")).compactMap { group in
        guard let limit = number(in: group.folder + (group.isFirst ? "/memory.limit_in_bytes" : "/memory.max")),
            let used = number(in: group.folder + (group.isFirst ? "/memory.usage_in_bytes" : "/memory.current"))
        else { return nil }
        // Files that were read and are not in use can be dropped.
        let name = group.isFirst ? "total_inactive_file " : "inactive_file "
        let droppable =
            lines(of: group.folder + "/memory.stat").first { $0.hasPrefix(name) }
            .flatMap { Int($0.dropFirst(name.count)) } ?? 0
        return max(0, limit - used + droppable)
    }
}

/// Refuses to keep rows that cannot fit in memory, before it is taken for them.
/// - Parameters:
///   - count: how many rows, each of `features` values of `size` bytes.
///   - name: what they come from.
///   - purpose: who keeps them: "the picture".
func checkMemory(
    forRows count: Int, features: Int, size: Int, of name: String, purpose: String
) throws {
    guard let available = availableMemory() else { return }
    let (values, tooMany) = count.multipliedReportingOverflow(by: features)
    let (bytes, tooLarge) = values.multipliedReportingOverflow(by: size)
    guard tooMany || tooLarge || bytes > available else { return }
    let needed = tooMany || tooLarge ? "more memory than can be addressed" : "about \(gigabytes(bytes))"
    throw Refusal(
        "\(name): \(purpose) keeps \(count) rows of \(features) values, which need \(needed), and "
            + "\(gigabytes(available)) are free", hint: "give it fewer rows")
}

/// Refuses layers that cannot fit in memory, before any is made. Weights, gradients and velocities are kept, and the
/// weights once more while the layers are made.
/// - Parameters:
///   - widths: the inputs, then the units of each layer.
///   - rows: how many rows go through at once.
func checkMemory(forLayers widths: [Int], rows: Int) throws {
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
    throw Refusal(
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

func number(in path: String) -> Int? { lines(of: path).first.flatMap { Int($0) } }

/// A line of a file of the system: `MemAvailable:    1234 kB`.
private func kilobytes(_ name: String, in path: String) -> Int? {
    lines(of: path).first { $0.hasPrefix(name) }
        .flatMap { $0.split { $0 == " " || $0 == "\t" }.dropFirst().first }.flatMap { Int($0) }
}

/// The lines of a file of the system; none where it cannot be read.
func lines(of path: String) -> [Substring] {
    guard var source = try? ByteSource(path: path), let bytes = try? source.readAll() else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
}
