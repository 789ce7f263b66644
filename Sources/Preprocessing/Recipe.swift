package import LinearAlgebra

/// What is to be done to the data: the parameters of a fit, and nothing that is learnt from data.
package struct Recipe: Sendable, Equatable {
    /// x := x / divideBy, before everything else.
    package var divideBy = 1.0
    package var perSample = PerSample.none
    package var center = Granularity.feature
    package var scale = Scale.std
    package var scalePer = Granularity.feature
    /// What `minmax` maps the smallest and the largest value to.
    package var range = Range(low: -1, high: 1)
    /// The divisor of variances and covariances is N - ddof.
    package var ddof = 0
    package var components: ComponentCount?
    package var whiten = Whitening.none
    /// Added to the variances before whitening divides by their root.
    package var epsilon = 1e-5
    package var solver = Solver.auto

    package init() {}

    /// Whether a fit needs the sums of products.
    package var needsProducts: Bool { components != nil }

    package var step: RowStep { RowStep(perSample, divideBy: divideBy) }

    /// What shares one value: nothing is computed, all values, those of a channel, or those of a feature.
    package enum Granularity: String, Sendable, CaseIterable {
        case none, global, channel, feature
    }

    package enum Scale: String, Sendable, CaseIterable {
        case none, std, minmax, maxabs
    }

    package struct Range: Sendable, Equatable {
        package var low: Double
        package var high: Double

        package init(low: Double, high: Double) {
            self.low = low
            self.high = high
        }
    }

    package enum Whitening: String, Sendable, CaseIterable {
        case none, pca, zca
    }

    /// How many principal components are kept.
    package enum ComponentCount: Sendable, Equatable {
        case count(Int)
        /// The fewest that explain at least this share of the variance.
        case fraction(Double)
        /// min(N - 1, D), the most there are.
        case all
    }
}
