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
    /// How rows were compared; nil where only equal rows were looked for, since the training rows do not vary.
    package let space: SearchSpace?
    /// Rows of the split that have no direction, or lie beyond single precision: only equal rows are found for those.
    public let placeless: Int
    /// What the pairs' values are, where they are kept.
    public let input: DatasetDescription

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
        let placeless = Set(rows.placeless)
        let dissimilarities = (0..<rows.count).map { row in
            guard let space = basis.space, !placeless.contains(row) else { return [Double]() }
            return nearest.squaredDistances(of: row).map(space.dissimilarity)
        }
        let contrast = Contrast(dissimilarities)
        let threshold = options.threshold ?? contrast.threshold
        let files = FileRows(nearest.training)
        var pairs: [LeakedPair] = []
        for row in 0..<rows.count {
            let (equal, c) = (nearest.equal[row], contrast.values[row])
            let isExact = equal >= 0
            guard isExact || c.map({ $0 < threshold }) ?? false else { continue }
            guard let number = isExact ? equal : nearest.nearest(to: row) else { continue }
            pairs.append(
                LeakedPair(
                    row: row, place: rows.place(of: row), training: files.place(of: number), isExact: isExact,
                    similarity: isExact ? 1 : 1 - dissimilarities[row][0], contrast: isExact ? 0 : c ?? 0,
                    label: rows.labels.isEmpty ? nil : rows.labels[row],
                    trainingLabel: isExact ? nearest.equalLabels[row] : nearest.labels[row],
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
            isOwnThreshold: options.threshold == nil, space: basis.space, placeless: rows.placeless.count,
            input: rows.input)
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
