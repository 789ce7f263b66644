package import Datasets
internal import LinearAlgebra

/// Rows of which the values are the same, known by a hash of them.
///
/// A number is the same number whatever type it is stored as.
package struct ExactCopies: Sendable {
    /// The first row with such values.
    private var first: [UInt64: Int] = [:]
    /// For each row, the row that it is like: itself, where there is none before.
    private var like: [Int] = []
    /// The number of the first other row that has the values; by the first row that has them.
    private var found: [Int: Int] = [:]

    package init() {}

    /// Adds rows, by their hashes.
    package mutating func add(_ hashes: [UInt64]) {
        for hash in hashes {
            let row = like.count
            let other = first[hash] ?? row
            first[hash] = other
            like.append(other)
        }
    }

    /// Looks for others among the rows.
    /// - Parameters:
    ///   - number: of the first of them; each number is looked for once, in any order.
    /// - Returns: the rows that had no copy before, or one with a larger number.
    package mutating func look(for hashes: [UInt64], number: Int) -> [Int] {
        var changed: [Int] = []
        for (i, hash) in hashes.enumerated() {
            guard let row = first[hash] else { continue }
            if let other = found[row], other < number + i { continue }
            found[row] = number + i
            changed.append(row)
        }
        return changed
    }

    /// The first other row that has the values of this one.
    package func copy(of row: Int) -> Int? { found[like[row]] }

    /// The row before it, or itself, that has its values.
    package func first(like row: Int) -> Int { like[row] }

    /// The number of rows that equal another one of them.
    package var repeated: Int {
        var counts: [Int: Int] = [:]
        for row in like { counts[row, default: 0] += 1 }
        return counts.values.reduce(0) { $0 + ($1 > 1 ? $1 : 0) }
    }
}

extension RowBlock {
    /// A hash of each row's values. Rows that are equal as numbers have the same.
    /// - Parameter areAllBytes: whether all rows that are compared are bytes: then bytes are hashed as they are.
    package func rowHashes(areAllBytes: Bool) -> [UInt64] {
        switch values {
        case .bytes(let bytes) where areAllBytes: return hashes(of: bytes.span)
        case .bytes(let bytes): return hashes(bytes.map { Float($0) })
        case .floats(let floats): return hashes(floats)
        case .doubles(let doubles):
            var hashes = hashes(doubles)
            largeIntegers?.mix(into: &hashes, features: features)
            return hashes
        }
    }

    // 0 and -0 are equal, and adding 0 makes them so.

    private func hashes(_ floats: [Float]) -> [UInt64] {
        let values = floats.map { $0 + 0 }
        return hashes(of: values.span)
    }

    private func hashes(_ doubles: [Double]) -> [UInt64] {
        // Rows that single precision holds are hashed as that.
        let narrow = doubles.map { Float($0) + 0 }
        let wide = doubles.map { $0 + 0 }
        let narrowHashes = hashes(of: narrow.span)
        let wideHashes = hashes(of: wide.span)
        return (0..<count).map { row in
            let range = row * features..<(row + 1) * features
            return range.allSatisfy { Double(narrow[$0]) == wide[$0] } ? narrowHashes[row] : wideHashes[row]
        }
    }

    private func hashes<Scalar: BitwiseCopyable>(of values: Span<Scalar>) -> [UInt64] {
        (0..<count).map { contentHash(values.extracting($0 * features..<($0 + 1) * features)) }
    }
}
