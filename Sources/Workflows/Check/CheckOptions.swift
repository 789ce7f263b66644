package import Datasets

/// What a split is held against, and what is to be found.
package struct CheckOptions: Sendable {
    package enum Part: String, Sendable, CaseIterable {
        case drift, leaks
    }

    /// The statistics' path; nil where the training rows alone tell.
    package var statistics: String?
    /// The training data, where leaks are looked for.
    package var train: [String] = []
    /// Nil for all that can be done with what is given.
    package var only: Part?
    /// What contrast is taken for a near-duplicate; nil for one that follows from the rows.
    package var threshold: Double?
    /// Where the split goes without its leaks.
    package var clean: String?
    /// Whether the values of the pairs are kept, for pictures.
    package var keepsValues = false
    package var reading = InputOptions()

    package init() {}

    /// All files that are read.
    package func files(_ split: [String]) -> [String] { split + train + (statistics.map { [$0] } ?? []) }
}
