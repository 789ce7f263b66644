internal import LinearAlgebra

/// Deals groups of rows to train, val and test: no group is divided, and the parts come as near to what was asked as that
/// allows.
///
/// The largest groups are dealt first, each to a part that still has room for it, with the probability of that room; single
/// rows come last and fill what is left. Each label has its own room.
struct GroupDealer {
    /// The part of each row, as an index into `SplitDealer.parts`.
    private(set) var parts: [Int]
    /// How many rows each part was to have.
    let asked: [Int]

    /// - Parameters:
    ///   - groups: the first row of each row's group.
    ///   - labels: of each row; empty where all count alike.
    init(_ groups: [Int], labels: [String], _ fractions: SplitFractions, seed: UInt64) {
        parts = Array(repeating: 0, count: groups.count)
        var counts: [String: Int] = [:]
        for row in groups.indices { counts[labels.isEmpty ? "" : labels[row], default: 0] += 1 }
        var room = SplitDealer.apportioned(counts, fractions.heldOut)
        asked = (0..<SplitDealer.parts.count).map { part in room.values.reduce(0) { $0 + $1[part] } }

        var members: [Int: [Int]] = [:]
        for (row, group) in groups.enumerated() { members[group, default: []].append(row) }
        var random = SplitMix64(seed: seed)
        // By size; those of a size in an order that the seed gives.
        let order = members.keys.sorted().map { (group: $0, key: random.next()) }.sorted { one, other in
            let (a, b) = (members[one.group]!.count, members[other.group]!.count)
            return a != b ? a > b : one.key != other.key ? one.key < other.key : one.group < other.group
        }
        for (group, _) in order {
            let rows = members[group]!
            var wanted: [String: Int] = [:]
            for row in rows { wanted[labels.isEmpty ? "" : labels[row], default: 0] += 1 }
            let part = Self.choose(wanted, room, &random)
            for row in rows { parts[row] = part }
            for (label, count) in wanted { room[label]![part] -= count }
        }
    }

    /// A part that has room for so many rows of these labels; where none has, the one that is overfilled least.
    private static func choose(
        _ wanted: [String: Int], _ room: [String: [Int]], _ random: inout SplitMix64
    ) -> Int {
        let all = 0..<SplitDealer.parts.count
        let excess = all.map { part in wanted.reduce(0) { $0 + max(0, $1.value - room[$1.key]![part]) } }
        let least = excess.min() ?? 0
        let fitting = all.filter { excess[$0] == least }
        let rooms = fitting.map { part in wanted.keys.reduce(0) { $0 + max(0, room[$1]![part]) } }
        let total = rooms.reduce(0, +)
        // Without any room left, train takes it: it is the largest, and hurt least.
        guard total > 0 else { return fitting[0] }
        var card = Int(random.next().multipliedFullWidth(by: UInt64(total)).high)
        for (part, room) in zip(fitting, rooms) {
            card -= room
            if card < 0 { return part }
        }
        return fitting[0]
    }
}
