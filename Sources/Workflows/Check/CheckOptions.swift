public import Datasets
public import Preprocessing

/// What a split is held against, and what is to be found.
public struct CheckOptions: Sendable {
    public enum Part: String, Sendable, CaseIterable {
        case drift, leaks
    }

    /// The statistics' path; nil where the training rows alone tell.
    public var statistics: String?
    /// The statistics, where they are read already.
    public var read: (transform: FittedTransform, name: String)?
    /// The training data, where leaks are looked for: rows, or files of nearest rows that parts of it have given.
    public var train: [String] = []
    /// Nil for all that can be done with what is given.
    public var only: Part?
    /// What contrast is taken for a near-duplicate; nil for one that follows from the rows.
    public var threshold: Double?
    /// Where the split goes without its leaks.
    public var clean: String?
    /// Whether what was found is to be merged with what is found among other training rows: then it must be told along
    /// components that all have in common.
    public var isPart = false
    /// Whether the values of the pairs are kept, for pictures.
    public var keepsValues = false
    public var reading = InputOptions()

    public init() {}

    /// All files that are read.
    public func files(_ split: [String]) -> [String] { split + train + (statistics.map { [$0] } ?? []) }
}
