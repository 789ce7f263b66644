/// How often training rows equal one another, from the counts of some of the distinct rows: all of them, or a fair sample
/// (Gibbons, "Distinct sampling for highly-accurate answers to distinct values queries", 2001). A monoid, whatever the order.
package struct DistinctRows: Sendable, Equatable {
    /// The largest number of distinct rows that are counted.
    package static let capacity = 4096

    /// Only hashes that end in so many zero bits are counted: one in 2^level.
    package private(set) var level = 0
    /// The number of rows with each hash.
    package private(set) var counts: [UInt64: Int] = [:]

    package init() {}

    /// - Returns: nil where no rows have such counts.
    init?(level: Int, counts: [UInt64: Int]) {
        guard counts.count <= Self.capacity, (0..<64).contains(level) else { return nil }
        var sum = 0
        for (hash, count) in counts {
            let (more, overflow) = sum.addingReportingOverflow(count)
            guard count > 0, !overflow, hash.trailingZeroBitCount >= level else { return nil }
            sum = more
        }
        self.level = level
        self.counts = counts
    }

    package mutating func add(_ hashes: [UInt64]) {
        for hash in hashes where hash.trailingZeroBitCount >= level {
            counts[hash, default: 0] += 1
            limit()
        }
    }

    /// - Returns: false, and nothing is changed, where there are more rows than can be counted.
    package mutating func merge(_ other: DistinctRows) -> Bool {
        var merged = self
        merged.level = max(level, other.level)
        for (hash, count) in other.counts {
            let (sum, overflow) = merged.counts[hash, default: 0].addingReportingOverflow(count)
            if overflow { return false }
            merged.counts[hash] = sum
        }
        merged.counts = merged.counts.filter { $0.key.trailingZeroBitCount >= merged.level }
        merged.limit()
        self = merged
        return true
    }

    private mutating func limit() {
        while counts.count > Self.capacity {
            level += 1
            counts = counts.filter { $0.key.trailingZeroBitCount >= level }
        }
    }

    /// The number of distinct rows: exact up to `capacity`, and an estimate above.
    package var distinct: Double { Double(counts.count) * Double(sign: .plus, exponent: level, significand: 1) }

    /// The share of rows that equal another one.
    package var repeatedShare: Double {
        let all = counts.values.reduce(0.0) { $0 + Double($1) }
        return all > 0 ? counts.values.reduce(0.0) { $0 + ($1 > 1 ? Double($1) : 0) } / all : 0
    }
}
