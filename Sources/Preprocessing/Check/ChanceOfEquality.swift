package import Datasets
internal import Glibc

/// Whether the rows of a split that equal training rows are leaks, or chance gives as many.
///
///     N, n    training rows, and rows of the split
///     p       the share of the training rows that equal another one: by chance, a new row equals one as often
///     q       the same if columns were independent: 1 - exp(-N Π_j Σ_v P_j(v)²)
///     k       rows of the split that equal a training row. P(X >= k) <= exp(-n KL(k/n, p)) by chance (Chernoff)
///
/// Copies among the training rows make p large, too. They are no chance where q is much smaller, unless p is beyond what
/// copies usually are; and where rows of the split equal one another far less often than n p (n - 1) / N, which is the
/// least that chance gives.
package struct ChanceOfEquality: Sendable {
    /// With a larger share of equal training rows, similarity proves nothing.
    package static let commonShare = 0.1
    /// What chance gives less often than this is no chance.
    private static let significance = 0.001

    /// How often a new row equals a training row by chance.
    package let share: Double
    private let rows: Double

    /// - Parameters:
    ///   - training: the training rows, by what makes them equal.
    ///   - collision: the probability that two rows are equal if columns are independent.
    ///   - repeated: the number of rows of the split that equal another row of it.
    package init(_ training: DistinctRows, trainingRows: Int, collision: Double, splitRows: Int, repeated: Int) {
        rows = Double(splitRows)
        let p = training.repeatedShare
        // No more than the training rows allow: fewer than 7 are seen once in 1,000 times where 7 are expected, or more.
        let q = min(-expm1(-Double(trainingRows) * collision), p + 7 / Double(max(1, trainingRows)))
        // Equal rows come at least in twos: pairs are counted.
        let expected = rows * p * min(1, (rows - 1) / Double(max(1, trainingRows))) / 2
        let isCopied = Self.logTail(below: Double(repeated) / 2, mean: expected) < log(Self.significance)
        // Where values are shared unevenly, q is too large among many rows.
        share = p > Self.commonShare && !isCopied ? p : q >= p / 4 ? max(p, q) : q
    }

    /// The logarithm of a bound of P(X <= k), X being a Poisson variable (Chernoff).
    private static func logTail(below k: Double, mean: Double) -> Double {
        guard k < mean else { return 0 }
        return k - mean + (k > 0 ? k * log(mean / k) : 0)
    }

    /// Whether chance makes so many rows equal that similarity proves nothing.
    package var isCommon: Bool { share > Self.commonShare }

    /// Whether so many rows of the split may equal training rows by chance.
    package func explains(_ equal: Int) -> Bool {
        let found = Double(equal) / rows
        guard found > share else { return true }
        guard share > 0 else { return false }
        let divergence =
            found * log(found / share) + (found < 1 ? (1 - found) * log((1 - found) / (1 - share)) : 0)
        return -rows * divergence > log(Self.significance)
    }
}

/// How often each value occurs in each column, among the first rows of a split. Wide rows are not counted: theirs are not
/// equal by chance.
package struct ColumnCounts: Sendable {
    private static let mostRows = 1000
    private static let mostColumns = 512

    /// The number of rows with a value, by the value's bits, for each feature.
    private var features: [[UInt64: Int]] = []
    /// The same by a label's bytes, for each label and kept column.
    private var labels: [[[UInt8]: Int]] = []
    private var rows = 0

    package init() {}

    /// - Parameter names: the number of labels and kept columns of a row.
    package mutating func add(_ block: RowBlock, labels names: Int) {
        guard block.features <= Self.mostColumns else { return }
        if rows == 0 {
            features = Array(repeating: [:], count: block.features)
            labels = Array(repeating: [:], count: names)
        }
        // Doubles do not tell these apart.
        let large = Dictionary(
            (block.largeIntegers?.numbers ?? []).map { ($0.index, $0.value) }, uniquingKeysWith: { first, _ in first })
        for row in 0..<min(block.count, Self.mostRows - rows) {
            for j in 0..<block.features {
                let index = row * block.features + j
                if let number = large[index] {
                    features[j][UInt64(truncatingIfNeeded: number), default: 0] += 1
                    continue
                }
                let value =
                    switch block.values {
                    case .bytes(let values): Double(values[index])
                    case .floats(let values): Double(values[index])
                    case .doubles(let values): values[index]
                    }
                // 0 and -0 are equal, and adding 0 makes them so.
                features[j][(value + 0).bitPattern, default: 0] += 1
            }
            for j in 0..<names {
                let label: [UInt8] =
                    switch block.labels {
                    case .none: []
                    case .bytes(let labels): [labels[row * names + j]]
                    case .text(let labels): Array(labels[row * names + j].utf8)
                    }
                labels[j][label, default: 0] += 1
            }
            rows += 1
        }
    }

    /// The probability that two rows are equal if columns are independent, Π_j Σ_v c_v (c_v - 1) / (k (k - 1)) of k rows; 0
    /// where there are no pairs of rows.
    package func collision(withLabels: Bool) -> Double {
        guard rows > 1 else { return 0 }
        let counts = features.map { Array($0.values) } + (withLabels ? labels.map { Array($0.values) } : [])
        let pairs = Double(rows) * Double(rows - 1)
        return counts.reduce(1.0) { product, column in
            product * column.reduce(0.0) { $0 + Double($1) * Double($1 - 1) } / pairs
        }
    }
}
