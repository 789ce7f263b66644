import Datasets
import Glibc

/// The memory that the system can give without swapping, in bytes, as Linux tells it; nil where it does not. A control
/// group's limit, as containers have it, counts as well.
func availableMemory() -> Int? {
    let machine = text(of: "/proc/meminfo")?.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }.map { $0 * 1024 }
    var group: Int?
    if let limit = number(in: "/sys/fs/cgroup/memory.max"), let used = number(in: "/sys/fs/cgroup/memory.current") {
        group = max(0, limit - used)
    }
    return [machine, group].compactMap { $0 }.min()
}

private func number(in path: String) -> Int? {
    text(of: path)?.split(separator: "\n").first.flatMap { Int($0) }
}

private func text(of path: String) -> String? {
    guard var source = try? ByteSource(path: path), let bytes = try? source.readAll() else { return nil }
    return String(decoding: bytes, as: UTF8.self)
}

func gigabytes(_ bytes: Int) -> String {
    let tenths = bytes / 100_000_000 + (bytes % 100_000_000 >= 50_000_000 ? 1 : 0)
    return "\(tenths / 10).\(tenths % 10) GB"
}
