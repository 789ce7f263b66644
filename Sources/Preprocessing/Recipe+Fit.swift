package import Datasets
internal import LinearAlgebra

extension Recipe {
    /// Fits the recipe to the rows that the moments stand for. Formulas: the project's design, section 2; the CS231n
    /// notes, "Setting up the data and the model" (https://cs231n.github.io/neural-networks-2/).
    ///
    /// - Parameter moments: finished; made with this recipe's row step, and with products if it needs them.
    /// - Returns: the transform, and what the user should know about it.
    package func fit(
        _ moments: Moments, input: DatasetDescription, sources: [FittedTransform.Source]
    ) throws(FitError) -> (FittedTransform, [FitWarning]) {
        precondition(moments.step == step, "moments of another row step")
        guard moments.count > 0 else { throw .noRows }
        guard moments.count > ddof else { throw .tooFewRows(moments.count, ddof: ddof) }
        for (option, granularity) in [("--center", center), ("--scale-per", scalePer)]
        where granularity == .channel && input.channels == nil {
            throw .noChannels(option: option, shape: input.shape)
        }

        // The row step has divided already.
        let constant = perSample == .none ? divideBy : 1
        let distributions = Distributions(moments, channels: input.channels, divideBy: constant, ddof: ddof)
        try checkFinite(distributions, input)
        let (subtract, divide) = shiftAndDivisor(distributions)

        var transform = FittedTransform(
            input: input, fittedOn: .init(samples: moments.count, sources: sources), recipe: self,
            statistics: distributions.statistics, subtract: subtract, divide: divide)
        var warnings: [FitWarning] = []
        if !transform.statistics.constantFeatures.isEmpty {
            warnings.append(.constantFeatures(transform.statistics.constantFeatures.count, of: input.features))
        }
        if let components {
            guard moments.hasProducts else { throw .noProducts }
            let divisors = divide.map { $0 * constant }
            let (principal, fallbacks) = try principalComponents(components, moments, divisors: divisors)
            warnings += fallbacks.map(FitWarning.solverFellBack)
            if whiten != .none, principal.count > principal.rank {
                warnings.append(
                    .whitensNoise(components: principal.count, rank: principal.rank, epsilon: epsilon))
            }
            transform.principal = principal
        }
        return (transform, warnings)
    }

    private func checkFinite(_ distributions: Distributions, _ input: DatasetDescription) throws(FitError) {
        for (j, distribution) in distributions.features.enumerated() {
            if !distribution.mean.isFinite { throw .notFinite(statistic: "mean", feature: input.name(ofFeature: j)) }
            if !distribution.variance.isFinite {
                throw .notFinite(statistic: "variance", feature: input.name(ofFeature: j))
            }
        }
        if !distributions.global.variance.isFinite {
            throw .notFinite(statistic: "variance around the global mean", feature: input.name(ofFeature: 0))
        }
    }

    /// What is subtracted from each feature, and what it is divided by after that.
    private func shiftAndDivisor(_ distributions: Distributions) -> (subtract: [Double], divide: [Double]) {
        let features = distributions.features
        let means =
            center == .none
            ? Array(repeating: 0, count: features.count) : distributions.perFeature(center).map(\.mean)
        guard scale != .none else { return (means, Array(repeating: 1, count: features.count)) }

        let shared = distributions.perFeature(scalePer)
        switch scale {
        case .none: preconditionFailure("handled above")
        case .std:
            return (means, shared.map { $0.isConstant || $0.std == 0 ? 1 : $0.std })
        case .maxabs:
            // What is left after centering, by feature; then the largest among those that share a divisor.
            let left = zip(features, means).map { Swift.max(abs($0.min - $1), abs($0.max - $1)) }
            return (means, zip(shared, distributions.largest(of: left, scalePer)).map { $0.isConstant ? 1 : $1 })
        case .minmax:
            let divisors = shared.map { distribution in
                // The quotient of the smallest numbers there are can vanish.
                let divisor = (distribution.max - distribution.min) / (range.high - range.low)
                return divisor == 0 ? 1 : divisor
            }
            // With principal components the rows are centered by their means instead.
            let shifts = components == nil ? zip(shared, divisors).map { $0.min - range.low * $1 } : means
            return (shifts, divisors)
        }
    }

    /// The singular value decomposition of the covariance of the centered and scaled rows.
    /// - Parameter divisors: what each feature of the moments' rows is divided by.
    private func principalComponents(
        _ wanted: ComponentCount, _ moments: Moments, divisors: [Double]
    ) throws(FitError) -> (PrincipalComponents, fallbacks: [String]) {
        let features = moments.features
        let limit = Swift.min(moments.count - 1, features)
        if case .count(let count) = wanted, count > limit {
            throw .tooManyComponents(count, rows: moments.count, features: features)
        }
        guard limit > 0 else { throw .tooManyComponents(1, rows: moments.count, features: features) }

        var covariance = moments.covariance(ddof: ddof)
        if divisors.contains(where: { $0 != 1 }) {
            // The covariance of x / d is the covariance of x over d dᵀ.
            var elements = covariance.elements.mutableSpan
            for i in 0..<features {
                for j in 0..<features { elements[i * features + j] /= divisors[i] * divisors[j] }
            }
        }
        let total = (0..<features).reduce(0) { $0 + covariance[$1, $1] }
        guard total > 0 else { throw .noVariance }

        let axes: PrincipalAxes
        do {
            switch wanted {
            case .count(let count): axes = try principalAxes(of: covariance, count: count, solver: solver)
            case .all, .fraction: axes = try principalAxes(of: covariance, solver: solver)
            }
        } catch {
            throw .numerics(error)
        }
        let count =
            switch wanted {
            case .count(let count): count
            case .all: limit
            case .fraction(let share): Swift.min(limit, fewest(axes.variances, reaching: share * total))
            }
        let rank = numericalRank(ofDescending: axes.variances, dimension: features)
        let principal = PrincipalComponents(
            solver: axes.solver, rank: Swift.min(limit, rank == axes.variances.count ? limit : rank),
            totalVariance: total, explainedVariance: Array(axes.variances.prefix(count)),
            components: Matrix(
                rows: count, columns: features, elements: Array(axes.axes.elements.prefix(count * features))))
        return (principal, axes.fallbacks.map(\.description))
    }

    private func fewest(_ variances: [Double], reaching goal: Double) -> Int {
        var sum = 0.0
        for (i, variance) in variances.enumerated() {
            sum += variance
            if sum >= goal { return i + 1 }
        }
        return variances.count
    }
}
