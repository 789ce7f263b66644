internal import Datasets
internal import Glibc
internal import Words

/// The memory that the system can give without swapping, in bytes; nil where Linux does not say. The limits of control
/// groups, as containers and batch systems set them, count as well, and so does the limit of this process's addresses
/// (`ulimit -v`).
func availableMemory() -> Int? {
    ([kilobytes("MemAvailable:", in: "/proc/meminfo"), addressesLeft()].compactMap { $0 } + groupMemory()).min()
}

/// How many bytes of addresses the process may still take; nil where there is no limit.
private func addressesLeft() -> Int? {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max,
        let taken = kilobytes("VmSize:", in: "/proc/self/status")
    else { return nil }
    return max(0, Int(clamping: limit.rlim_cur) - taken)
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
    guard let shortage = Shortage(of: checkedProduct(count, features, size)) else { return }
    throw Refusal(
        "\(name): \(purpose) keeps \(count) rows of \(features) values, which need \(shortage)",
        hint: "give it fewer rows")
}

/// Refuses statistics of rows so wide that they cannot fit in memory, before it is taken for them.
/// - Parameters:
///   - features: of the rows that `name` has.
///   - parts: how many sums of some of the rows there are at once.
func checkMemory(forSumsOf features: Int, parts: Int, of name: String) throws {
    // Measured: sums, squares and extremes for each part, then the statistics and their text.
    guard let shortage = Shortage(of: checkedProduct(features, 32 * parts + 256)) else { return }
    throw Refusal(
        "\(name): statistics of \(features) features need \(shortage)",
        hint: "shrink the images or choose fewer columns")
}

/// Memory that is needed and not there.
struct Shortage: CustomStringConvertible {
    let description: String

    /// - Parameter bytes: what is needed; nil where that is more than can be addressed.
    /// - Returns: nil where there is as much.
    init?(of bytes: Int?) {
        let available = availableMemory()
        if let bytes, bytes <= available ?? .max { return nil }
        let needed = bytes.map { "about \(gigabytes($0))" } ?? "more memory than can be addressed"
        description = needed + (available.map { ", and \(gigabytes($0)) are free" } ?? "")
    }
}

/// Refuses layers that cannot fit in memory, before any is made. Weights, gradients and velocities are kept, and the
/// weights once more while the layers are made.
/// - Parameters:
///   - widths: the inputs, then the units of each layer.
///   - rows: how many rows go through at once.
func checkMemory(forLayers widths: [Int], rows: Int) throws {
    let needed = zip(widths, widths.dropFirst()).map { inputs, units in
        checkedProduct(checkedSum(inputs, rows), units, 16)
    }
    guard let shortage = Shortage(of: checkedSum(of: needed)) else { return }
    throw Refusal(
        "layers of \(widths.map(String.init).joined(separator: ", ")) units need \(shortage)",
        hint: "choose fewer units")
}

/// The most memory that the process has held since `resetPeakMemory`, in bytes; nil where the system does not tell.
func peakMemory() -> Int? { kilobytes("VmHWM:", in: "/proc/self/status") }

/// Has the system count the peak from here on (proc(5), clear_refs); where it does not, the peak is that of the run.
func resetPeakMemory() {
    // Not a file to replace, as `ByteSink` would.
    let descriptor = unsafe open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    unsafe _ = Glibc.write(descriptor, "5", 1)
    close(descriptor)
}

func number(in path: String) -> Int? { lines(of: path).first.flatMap { Int($0) } }

/// The bytes that a line of a file of the system says: `MemAvailable:    1234 kB`.
private func kilobytes(_ name: String, in path: String) -> Int? {
    lines(of: path).first { $0.hasPrefix(name) }
        .flatMap { $0.split { $0 == " " || $0 == "\t" }.dropFirst().first }.flatMap { Int($0) }
        .flatMap { checkedProduct($0, 1024) }
}

/// The lines of a file of the system; none where it cannot be read.
func lines(of path: String) -> [Substring] {
    guard var source = try? ByteSource(path: path), let bytes = try? source.readAll() else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
}
