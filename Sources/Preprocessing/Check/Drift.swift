internal import LinearAlgebra

/// In what the rows of a split differ from the training rows by more than chance, and by enough to matter.
///
/// Means are compared in training deviations, variances by their ratio. What is compared is surprising where a bound on its
/// probability, times the number of things that are looked at, is below 1/1000; and large by the sizes below. Smaller
/// differences are told of, but are no findings.
package struct Drift: Sendable {
    /// A mean that is off by so many deviations is.
    package static let meanSize = 0.05
    /// A ratio of variances that is off from 1 by so much is.
    package static let varianceSize = 0.1
    /// A share of the rows that are outside the range of the training rows is.
    package static let outsideSize = 0.001

    package let rows: Int
    package let trainingRows: Int
    package let features: [Feature]
    package let channels: [Feature]
    package let components: [Feature]
    /// The share of all values that are outside the range of their features.
    package let outside: Double
    /// The mean over all components of their mean squares, 1 in the training rows; nil where there are none.
    package let meanSquare: Double?
    /// By number, from 0, the most surprising first.
    package let findings: [Finding]

    /// A feature, a channel or a component, in the split.
    package struct Feature: Sendable, Equatable {
        /// (mean - training mean) / training deviation, and its standard error.
        package var mean: Double
        package var meanError: Double
        /// variance / training variance, and its standard error.
        package var variance: Double
        package var varianceError: Double
        /// The share of the rows that are outside the training range; 0 where that is not known.
        package var outside = 0.0
    }

    /// Things of one kind that differ.
    package struct Finding: Sendable, Equatable {
        package var kind: Kind
        /// Which, by number from 0: the largest difference first.
        package var places: [Int]
    }

    package enum Kind: String, Sendable, CaseIterable {
        /// Constant in the training rows, but not here.
        case constants
        case range, means, variances, channelMeans, channelVariances, componentMeans, componentVariances
    }

    /// - Parameters:
    ///   - profile: of at least one row.
    ///   - space: where the components are those of; nil where none are compared.
    ///   - components: those that the statistics hold; their tail is what the first ones do not explain.
    package init(_ profile: SplitProfile, _ reference: DriftReference, _ space: SearchSpace?, tail: ComponentTail?) {
        let judge = DriftJudge(profile, reference, space, tail)
        rows = profile.count
        trainingRows = reference.rows
        features = judge.features
        channels = judge.channels
        components = judge.components
        findings = judge.findings
        let values = Double(profile.count) * Double(max(1, features.count))
        outside = Double(zip(profile.below, profile.above).reduce(0) { $0 + $1.0 + $1.1 }) / values
        meanSquare =
            components.isEmpty
            ? nil : components.reduce(0) { $0 + $1.variance + $1.mean * $1.mean } / Double(components.count)
    }
}

/// What else is known of components: how much of the variance comes after each, and which features make it.
package struct ComponentTail: Sendable {
    /// Σ_{l > k} λ_l, by k: what is fitted to few rows fits others less.
    let rest: [Double]
    private let principal: PrincipalComponents
    /// What features are divided by before they are projected.
    private let divisors: [Double]

    package init?(_ transform: FittedTransform) {
        guard let principal = transform.principal else { return nil }
        self.principal = principal
        divisors = transform.divide.map { $0 * transform.constant }
        var left = principal.totalVariance
        rest = principal.explainedVariance.map { variance in
            left = max(0, left - variance)
            return left
        }
    }

    /// How far a single feature can carry a row along component k, in deviations: further than most rows go where the
    /// feature is hardly ever other than it mostly is.
    func reach(of k: Int, _ reference: DriftReference) -> Double {
        let features = reference.means.count
        var largest = 0.0
        for j in 0..<features {
            let range = Double(max(abs(reference.lowest[j]), abs(reference.highest[j]))) * reference.units[j]
            largest = max(largest, abs(principal.components.elements[k * features + j]) * range / divisors[j])
        }
        return largest / principal.explainedVariance[k].squareRoot()
    }
}
