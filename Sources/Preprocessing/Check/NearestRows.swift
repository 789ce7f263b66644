internal import Datasets
internal import Words

/// What training rows are to the rows of a split: which of them are nearest to each, and one that is equal. A monoid over
/// the training rows, as moments are: parts of them may be held against the split one by one, and anywhere.
public struct NearestRows: Sendable, Equatable {
    /// The split and how its rows were compared: parts are merged only where it is the same.
    package struct Basis: Sendable, Equatable {
        /// n.
        package var rows: Int
        /// A hash of all values of the split, in the order of its rows.
        package var contents: UInt64
        /// Nil where the training rows do not vary, so that only equal rows are looked for.
        package var space: Space?

        package init(rows: Int, contents: UInt64, space: SearchSpace?) {
            self.rows = rows
            self.contents = contents
            self.space = space.map { Space(measure: $0.measure, epsilon: $0.epsilon, variances: $0.variances) }
        }

        init(rows: Int, contents: UInt64, space: Space?) {
            self.rows = rows
            self.contents = contents
            self.space = space
        }
    }

    /// What tells one search space from another.
    package struct Space: Sendable, Equatable {
        var measure: SearchSpace.Measure
        var epsilon: Double
        var variances: [Double]
    }

    package let basis: Basis
    /// The training files, in the order that their rows are counted in.
    package private(set) var training: [FittedTransform.Source] = []
    /// n x `Contrast.neighbours` squared distances, the nearest first; infinity where there are no more.
    package private(set) var distances: [Float]
    /// Which training rows they are, from 0 through all files; -1 where there is none.
    package private(set) var numbers: [Int]
    /// Of each row: the first training row with equal values, or -1.
    package private(set) var equal: [Int]
    /// The same with equal labels and kept columns, too.
    package private(set) var identical: [Int]
    /// How often training rows have equal values, and equal labels and kept columns, too.
    package private(set) var values = DistinctRows()
    package private(set) var records = DistinctRows()
    /// Of each row: the label of its nearest training row, and of its equal one; nil where it has none.
    package private(set) var labels: [String?]
    package private(set) var equalLabels: [String?]

    /// How many training rows there are in all.
    package var samples: Int { training.reduce(0) { $0 + $1.samples } }

    /// Of no training rows.
    package init(_ basis: Basis) {
        self.basis = basis
        distances = Array(repeating: .infinity, count: basis.rows * Contrast.neighbours)
        numbers = Array(repeating: -1, count: basis.rows * Contrast.neighbours)
        equal = Array(repeating: -1, count: basis.rows)
        identical = equal
        labels = Array(repeating: nil, count: basis.rows)
        equalLabels = labels
    }

    /// Of the rows of some files.
    /// - Precondition: counts are those that `init(_:)` has.
    package init(
        _ basis: Basis, training: [FittedTransform.Source], distances: [Float], numbers: [Int], equal: [Int],
        identical: [Int], values: DistinctRows, records: DistinctRows, labels: [String?], equalLabels: [String?]
    ) {
        let places = basis.rows * Contrast.neighbours
        precondition(distances.count == places && numbers.count == places && equal.count == basis.rows)
        precondition(labels.count == basis.rows && equalLabels.count == basis.rows)
        precondition(identical.count == basis.rows)
        self.basis = basis
        self.training = training
        self.distances = distances
        self.numbers = numbers
        self.equal = equal
        self.identical = identical
        self.values = values
        self.records = records
        self.labels = labels
        self.equalLabels = equalLabels
    }

    /// The squared distances of a row's nearest, ascending, as many as there are.
    package func squaredDistances(of row: Int) -> ArraySlice<Float> {
        let start = row * Contrast.neighbours
        let end = numbers[start..<start + Contrast.neighbours].firstIndex(of: -1) ?? start + Contrast.neighbours
        return distances[start..<end]
    }

    /// The number of a row's nearest training row.
    package func nearest(to row: Int) -> Int? {
        let number = numbers[row * Contrast.neighbours]
        return number < 0 ? nil : number
    }

    /// Counts the training rows of another one behind those of this one.
    /// - Returns: false, and nothing is changed, where the two are not of one split, compared in one way.
    package mutating func merge(_ other: NearestRows) -> Bool {
        let before = samples
        guard basis == other.basis, checkedSum(before, other.samples) != nil else { return false }
        var (values, records) = (values, records)
        guard values.merge(other.values), records.merge(other.records) else { return false }
        (self.values, self.records) = (values, records)
        let ours = (distances, numbers)
        for row in 0..<basis.rows {
            let start = row * Contrast.neighbours
            // Those that were there before have smaller numbers, and come first where two are equally near.
            var (i, j) = (start, start)
            for place in start..<start + Contrast.neighbours {
                if ours.0[i] <= other.distances[j] {
                    (distances[place], numbers[place]) = (ours.0[i], ours.1[i])
                    i += 1
                } else {
                    (distances[place], numbers[place]) = (other.distances[j], other.numbers[j] + before)
                    j += 1
                }
            }
            if other.distances[start] < ours.0[start] { labels[row] = other.labels[row] }
            if equal[row] < 0, other.equal[row] >= 0 {
                equal[row] = other.equal[row] + before
                equalLabels[row] = other.equalLabels[row]
            }
            if identical[row] < 0, other.identical[row] >= 0 { identical[row] = other.identical[row] + before }
        }
        training += other.training
        return true
    }
}
