/// A control group of Linux, as containers and batch systems use them to limit what processes take; see cgroups(7).
struct ControlGroup: Equatable {
    var folder: String
    /// Whether it is of version 1, in which each controller has a tree of its own.
    var isFirst: Bool
}

/// The groups of a process that a controller may limit: its own and those that it is within, the innermost first.
/// - Parameter memberships: the lines of `/proc/self/cgroup`: `0::/path` for version 2, `5:memory:/path` for version 1.
func controlGroups(of controller: String, memberships: [Substring]) -> [ControlGroup] {
    memberships.flatMap { line -> [ControlGroup] in
        let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else { return [] }
        let isFirst = fields[1].split(separator: ",").contains(Substring(controller))
        guard isFirst || fields[1].isEmpty else { return [] }
        let root = isFirst ? "/sys/fs/cgroup/\(controller)" : "/sys/fs/cgroup"
        let path = fields[2].split(separator: "/")
        return (0...path.count).reversed().map { length in
            ControlGroup(folder: root + path.prefix(length).map { "/\($0)" }.joined(), isFirst: isFirst)
        }
    }
}
