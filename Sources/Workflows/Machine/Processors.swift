internal import Glibc

/// How many processors this process may use: those that it is bound to, or fewer where a control group's quota gives less
/// time than they have; at least 1.
package func availableProcessors() -> Int {
    let bound =
        lines(of: "/proc/self/status").first { $0.hasPrefix("Cpus_allowed_list:") }
        .flatMap { processorCount(inList: $0.dropFirst("Cpus_allowed_list:".count)) }
    let quotas = controlGroups(of: "cpu", memberships: lines(of: "/proc/self/cgroup")).compactMap { group in
        group.isFirst
            ? processorCount(
                quota: lines(of: group.folder + "/cpu.cfs_quota_us").first,
                period: lines(of: group.folder + "/cpu.cfs_period_us").first)
            : processorCount(inQuota: lines(of: group.folder + "/cpu.max").first ?? "")
    }
    return ([bound ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))] + quotas).min()!
}

/// How many processors a list names: 5 for `0-3,8`. Nil where it is not such a list.
func processorCount(inList list: Substring) -> Int? {
    var count = 0
    for range in list.split(separator: ",") {
        let ends = range.split(separator: "-").map { Int($0.filter { !$0.isWhitespace }) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else {
            return nil
        }
        count += last - first + 1
    }
    return count > 0 ? count : nil
}

/// How many processors a quota of version 2 is worth, rounded up: 2 for `150000 100000`, microseconds of every so many. Nil
/// for `max`.
func processorCount(inQuota quota: Substring) -> Int? {
    let fields = quota.split(separator: " ")
    return processorCount(quota: fields.first, period: fields.count > 1 ? fields[1] : "100000")
}

/// The same of version 1, where -1 is no quota.
func processorCount(quota: Substring?, period: Substring?) -> Int? {
    guard let quota = quota.flatMap({ Int($0) }), let period = period.flatMap({ Int($0) }), quota > 0, period > 0 else {
        return nil
    }
    return quota / period + (quota % period > 0 ? 1 : 0)
}
