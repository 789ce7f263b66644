package import Datasets
package import Preprocessing

/// Rows of a split that are in the training data, or nearly.
package struct Leaks: Sendable {
    /// The nearest first: equal rows, then by contrast.
    package let pairs: [LeakedPair]
    /// How many training rows were looked at.
    package let trainingRows: Int
    /// What contrast is taken for a near-duplicate, and whether it was asked for.
    package let threshold: Double
    package let isOwnThreshold: Bool
    /// How rows were compared; nil where only equal rows were looked for, since the training rows do not vary.
    package let space: SearchSpace?
    /// Rows of the split that have no direction, or lie beyond single precision: only equal rows are found for those.
    package let placeless: Int
    /// What the pairs' values are, where they are kept.
    package let input: DatasetDescription

    package var exact: Int { pairs.count { $0.isExact } }
    /// Pairs of which the labels are not the same.
    package var mislabelled: Int { pairs.count { $0.hasOtherLabel } }
}

/// A row of the split, and the training row that it is a copy of.
package struct LeakedPair: Sendable {
    /// The row's number among all rows of the split, from 0.
    let row: Int
    package let place: RowPlace
    package let training: RowPlace
    /// Whether the two have equal values.
    package let isExact: Bool
    /// s1, and c; 1 and 0 of equal rows.
    package let similarity: Double
    package let contrast: Double
    /// All labels as one text; nil where the rows have none.
    package let label: String?
    package let trainingLabel: String?
    /// The rows' values as they are stored, where they are kept.
    package let values: (RowBlock.Values, RowBlock.Values)?

    /// Whether both have labels, and not the same: one of them is wrong.
    package var hasOtherLabel: Bool { label != nil && trainingLabel != nil && label != trainingLabel }
}
