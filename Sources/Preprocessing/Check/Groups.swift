/// Rows that hang together: connected by pairs, in whatever number of steps.
///
/// Disjoint sets with halved paths (Tarjan and van Leeuwen, "Worst-case analysis of set union algorithms", 1984); the
/// smallest row stands for its group.
package struct Groups: Sendable {
    private var parent: [Int]

    /// - Parameter count: how many rows there are, each a group of its own.
    package init(count: Int) { parent = Array(0..<count) }

    /// The first row of the group that a row is in.
    package mutating func first(of row: Int) -> Int {
        var row = row
        while parent[row] != row {
            parent[row] = parent[parent[row]]
            row = parent[row]
        }
        return row
    }

    package mutating func join(_ one: Int, _ other: Int) {
        let (a, b) = (first(of: one), first(of: other))
        parent[max(a, b)] = min(a, b)
    }

    /// The first row of each row's group.
    package mutating func firstRows() -> [Int] { parent.indices.map { first(of: $0) } }
}
