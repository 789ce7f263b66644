package import Datasets
package import LinearAlgebra

/// A recipe with what was learnt for it: all that the statistics file holds.
package struct FittedTransform: Sendable, Equatable {
    package var input: DatasetDescription
    package var fittedOn: Provenance
    package var recipe: Recipe
    package var statistics: Statistics
    /// y = (x / divideBy - subtract) / divide, D values each.
    package var subtract: [Double]
    package var divide: [Double]
    package var principal: PrincipalComponents?

    /// The rows that were seen.
    package struct Provenance: Sendable, Equatable {
        package var samples: Int
        package var sources: [Source]

        package init(samples: Int, sources: [Source]) {
            self.samples = samples
            self.sources = sources
        }
    }

    package struct Source: Sendable, Equatable {
        package var name: String
        package var samples: Int

        package init(name: String, samples: Int) {
            self.name = name
            self.samples = samples
        }
    }
}

/// The axes along which centered and scaled rows vary most, and how much they vary.
package struct PrincipalComponents: Sendable, Equatable {
    package var solver: Solver
    /// How many components are above rounding, as far as the computed ones show it; at most min(N - 1, D).
    package var rank: Int
    /// The sum of all D variances, kept or not.
    package var totalVariance: Double
    /// The variances along the components, descending: the singular values of the covariance.
    package var explainedVariance: [Double]
    /// K x D, one component a row, orthonormal; the entry of largest magnitude in each is positive.
    package var components: Matrix<Double>

    package var count: Int { explainedVariance.count }

    package var explainedVarianceRatio: [Double] {
        explainedVariance.map { totalVariance > 0 ? $0 / totalVariance : 0 }
    }
}
