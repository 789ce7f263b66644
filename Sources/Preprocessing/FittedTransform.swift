public import Datasets
public import LinearAlgebra

/// A recipe with what was learnt for it: all that the statistics file holds.
public struct FittedTransform: Sendable, Equatable {
    public var input: DatasetDescription
    public var fittedOn: Provenance
    public var recipe: Recipe
    public var statistics: Statistics
    /// y = (x / divideBy - subtract) / divide, D values each.
    public var subtract: [Double]
    public var divide: [Double]
    public var principal: PrincipalComponents?

    /// The rows that were seen.
    public struct Provenance: Sendable, Equatable {
        public var samples: Int
        public var sources: [Source]

        public init(samples: Int, sources: [Source]) {
            self.samples = samples
            self.sources = sources
        }
    }

    public struct Source: Sendable, Equatable {
        public var name: String
        public var samples: Int

        public init(name: String, samples: Int) {
            self.name = name
            self.samples = samples
        }
    }
}

/// The axes along which centered and scaled rows vary most, and how much they vary.
public struct PrincipalComponents: Sendable, Equatable {
    public var solver: Solver
    /// How many components there are above rounding, fitted or not; nil where those that were computed do not show it.
    public var rank: Int?
    /// The sum of all D variances, kept or not.
    public var totalVariance: Double
    /// The variances along the components, descending: the singular values of the covariance.
    public var explainedVariance: [Double]
    /// K x D, one component a row, orthonormal; the entry of largest magnitude in each is positive.
    public var components: Matrix<Double>

    public var count: Int { explainedVariance.count }

    public var explainedVarianceRatio: [Double] {
        explainedVariance.map { totalVariance > 0 ? $0 / totalVariance : 0 }
    }
}
