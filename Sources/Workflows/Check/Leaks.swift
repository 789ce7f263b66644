public import Datasets
package import Preprocessing
internal import Words

/// Rows of a split that are in the training data, or nearly.
public struct Leaks: Sendable {
    /// The nearest first: equal rows, then by contrast.
    public let pairs: [LeakedPair]
    /// How many training rows were looked at.
    public let trainingRows: Int
    /// What contrast is taken for a near-duplicate, and whether it was asked for.
    public let threshold: Double
    public let isOwnThreshold: Bool
    /// How rows were compared; nil where only equal rows were looked for.
    package let space: SearchSpace?
    /// Why only equal rows were looked for, where near-duplicates were asked for.
    public let onlyEqual: OnlyEqual?
    /// Rows of the split that equal a training row, as chance would have it: they are no leaks.
    public let equalByChance: Int
    /// How often a new row equals a training row by chance.
    public let chanceOfEquality: Double
    /// Rows of the split that have no direction, or lie beyond single precision: only equal rows are found for those.
    public let placeless: Int
    /// What the pairs' values are, where they are kept.
    public let input: DatasetDescription

    /// Why similarity proves nothing.
    public enum OnlyEqual: Sendable, Equatable {
        case noVariance
        case fewTrainingRows
        /// The training rows have about so many distinct values.
        case repeatedRows(distinct: Int)
    }

    public var exact: Int { pairs.count { $0.isExact } }
    /// Pairs of which the labels are not the same.
    public var mislabelled: Int { pairs.count { $0.hasOtherLabel } }
}

extension Leaks {
    /// The pairs that are nearer than the threshold.
    /// - Parameters:
    ///   - nearest: what all training rows are to the rows of the split.
    ///   - search: where the pairs' values are, if they are kept.
    init(
        _ nearest: NearestRows, of rows: SplitRows, _ basis: CheckBasis, _ options: CheckOptions, _ search: LeakSearch?
    ) {
        func chance(of training: DistinctRows, _ copies: ExactCopies, withLabels: Bool) -> ChanceOfEquality {
            ChanceOfEquality(
                training, trainingRows: nearest.samples, collision: rows.columns.collision(withLabels: withLabels),
                splitRows: rows.count, repeated: copies.repeated)
        }
        let values = chance(of: nearest.values, rows.copies, withLabels: false)
        var (equal, equality, comparesLabels) = (nearest.equal, values, false)
        if let records = rows.records, values.explains(equal.count { $0 >= 0 }) {
            // Rows that are equal by chance are told apart by their labels and kept columns.
            equal = nearest.identical
            equality = chance(of: nearest.records, records, withLabels: true)
            comparesLabels = true
        }
        var onlyEqual: OnlyEqual?
        if values.isCommon {
            onlyEqual = .repeatedRows(distinct: Int(nearest.values.distinct))
        } else if nearest.samples < Contrast.neighbours {
            onlyEqual = .fewTrainingRows
        } else if basis.space == nil {
            onlyEqual = .noVariance
        }
        if options.threshold == 0 { onlyEqual = nil }
        let equalRows = equal.count { $0 >= 0 }
        let isChance = equality.explains(equalRows)

        let space = onlyEqual == nil ? basis.space : nil
        let placeless = Set(rows.placeless)
        let dissimilarities = (0..<rows.count).map { row in
            guard let space, !placeless.contains(row) else { return [Double]() }
            return nearest.squaredDistances(of: row).map(space.dissimilarity)
        }
        let contrast = Contrast(dissimilarities)
        let threshold = options.threshold ?? contrast.threshold
        let files = FileRows(nearest.training)
        var pairs: [LeakedPair] = []
        for row in 0..<rows.count {
            let c = contrast.values[row]
            let isExact = equal[row] >= 0 && !isChance
            let isNear = nearest.equal[row] < 0 && c.map { $0 < threshold } ?? false
            guard isExact || isNear else { continue }
            guard let number = isExact ? equal[row] : nearest.nearest(to: row) else { continue }
            pairs.append(
                LeakedPair(
                    row: row, place: rows.place(of: row), training: files.place(of: number), isExact: isExact,
                    similarity: isExact ? 1 : 1 - dissimilarities[row][0], contrast: isExact ? 0 : c ?? 0,
                    label: rows.labels.isEmpty ? nil : rows.labels[row],
                    trainingLabel: !isExact
                        ? nearest.labels[row] : comparesLabels ? rows.labels[row] : nearest.equalLabels[row],
                    values: rows.values.flatMap { values in
                        search?.values(of: row, isExact: isExact).map { (values.row(row), $0) }
                    }))
        }
        pairs.sort { one, other in
            if one.isExact != other.isExact { return one.isExact }
            if one.contrast != other.contrast { return one.contrast < other.contrast }
            return one.similarity != other.similarity ? one.similarity > other.similarity : one.row < other.row
        }
        self.init(
            pairs: pairs, trainingRows: nearest.samples, threshold: threshold,
            isOwnThreshold: options.threshold == nil, space: space, onlyEqual: onlyEqual,
            equalByChance: isChance ? equalRows : 0, chanceOfEquality: equality.share,
            placeless: space == nil ? 0 : rows.placeless.count, input: rows.input)
    }
}

/// A row of the split, and the training row that it is a copy of.
public struct LeakedPair: Sendable {
    /// The row's number among all rows of the split, from 0.
    let row: Int
    public let place: RowPlace
    public let training: RowPlace
    /// Whether the two have equal values.
    public let isExact: Bool
    /// s1, and c; 1 and 0 of equal rows.
    public let similarity: Double
    public let contrast: Double
    /// All labels as one text; nil where the rows have none.
    public let label: String?
    public let trainingLabel: String?
    /// The rows' values as they are stored, where they are kept.
    public let values: (RowBlock.Values, RowBlock.Values)?

    /// Whether both have labels, and not the same: one of them is wrong.
    public var hasOtherLabel: Bool { label != nil && trainingLabel != nil && label != trainingLabel }
}
