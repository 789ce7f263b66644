public import LinearAlgebra

/// What is to be done to the data: the parameters of a fit, and nothing that is learnt from data.
public struct Recipe: Sendable, Equatable {
    /// x := x / divideBy, before everything else.
    public var divideBy = 1.0
    public var perSample = PerSample.none
    public var center = Granularity.feature
    public var scale = Scale.std
    public var scalePer = Granularity.feature
    /// What `minmax` maps the smallest and the largest value to.
    public var range = Range(low: -1, high: 1)
    /// The divisor of variances and covariances is N - ddof.
    public var ddof = 0
    public var components: ComponentCount?
    public var whiten = Whitening.none
    /// Added to the variances before whitening divides by their root.
    public var epsilon = 1e-5
    /// Where it is there, epsilon is this share of the mean variance of the components that are kept: a fit sets it.
    public var relativeEpsilon: Double?
    public var solver = Solver.auto

    public init() {}

    /// Whether a fit needs the sums of products.
    public var needsProducts: Bool { components != nil }

    /// The power of two that values are divided by before they are summed, so that squares stay in range where an extreme
    /// `divideBy` says how large the values are.
    package var summingUnit: Double {
        let unit = powerOfTwo(below: divideBy)
        return perSample == .none && !(1e-9...1e9).contains(unit) ? unit : 1
    }

    public var step: RowStep { RowStep(perSample, divideBy: divideBy) }

    /// What shares one value: nothing is computed, all values, those of a channel, or those of a feature.
    public enum Granularity: String, Sendable, CaseIterable {
        case none, global, channel, feature

        /// Whether values that share one statistic at `other` have several here.
        func isFiner(than other: Granularity) -> Bool {
            Self.allCases.firstIndex(of: self)! > Self.allCases.firstIndex(of: other)!
        }
    }

    public enum Scale: String, Sendable, CaseIterable {
        case none, std, minmax, maxabs
    }

    public struct Range: Sendable, Equatable {
        public var low: Double
        public var high: Double

        public init(low: Double, high: Double) {
            self.low = low
            self.high = high
        }
    }

    public enum Whitening: String, Sendable, CaseIterable {
        case none, pca, zca
    }

    /// How many principal components are kept.
    public enum ComponentCount: Sendable, Equatable {
        case count(Int)
        /// The fewest that explain at least this share of the variance.
        case fraction(Double)
        /// min(N - 1, D), the most there are.
        case all
    }
}
