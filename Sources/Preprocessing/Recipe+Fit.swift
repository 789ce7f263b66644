public import Datasets
internal import LinearAlgebra

extension Recipe {
    /// Fits the recipe to the rows that the moments stand for. Formulas: the project's design, section 2; the CS231n
    /// notes, "Setting up the data and the model" (https://cs231n.github.io/neural-networks-2/).
    ///
    /// - Parameters:
    ///   - moments: finished; made with this recipe's row step, and with products if it needs them.
    ///   - input: what the rows are.
    ///   - sources: where they come from, for the record.
    /// - Returns: the transform, and what the user should know about it.
    public func fit(
        _ moments: Moments, input: DatasetDescription, sources: [FittedTransform.Source]
    ) throws(FitError) -> (FittedTransform, [FitWarning]) {
        try fit(moments, rows: nil, input: input, sources: sources)
    }

    /// The same, where rows too wide for products of their features lead to their components themselves.
    /// - Parameter rows: the rows, after the row step.
    package func fit(
        _ moments: Moments, rows: ComponentRows?, input: DatasetDescription, sources: [FittedTransform.Source]
    ) throws(FitError) -> (FittedTransform, [FitWarning]) {
        precondition(moments.step == step, "moments of another row step")
        guard moments.count > 0 else { throw .noRows }
        if let empty = moments.missing?.firstIndex(of: moments.count) {
            throw .noValues(feature: input.name(ofFeature: empty))
        }
        guard moments.count > ddof else { throw .tooFewRows(moments.count, ddof: ddof) }
        for (option, granularity) in [("--center", center), ("--scale-per", scalePer)]
        where granularity == .channel && input.channels == nil {
            throw .noChannels(option: option, shape: input.shape)
        }

        // The row step has divided already.
        let constant = perSample == .none ? divideBy : 1
        let distributions = Distributions(moments, channels: input.channels, divideBy: constant, ddof: ddof)
        try checkRange(distributions, input)
        let (subtract, divide) = shiftAndDivisor(distributions)
        if let j = divide.indices.first(where: { !divide[$0].isNormal || !subtract[$0].isFinite }) {
            throw .divisorLeavesRange(feature: input.name(ofFeature: j))
        }

        var transform = FittedTransform(
            input: input, fittedOn: .init(samples: moments.count, sources: sources), recipe: self,
            statistics: distributions.statistics, subtract: subtract, divide: divide)
        transform.statistics.missing = moments.missing
        var warnings: [FitWarning] = []
        if !transform.statistics.constantFeatures.isEmpty {
            warnings.append(.constantFeatures(transform.statistics.constantFeatures.count, of: input.features))
        }
        if let components {
            let limit = Swift.min(moments.count - 1, moments.features)
            if case .count(let count) = components, count > limit {
                throw .tooManyComponents(count, rows: moments.count, features: moments.features)
            }
            guard limit > 0 else { throw .tooManyComponents(1, rows: moments.count, features: moments.features) }
            let (principal, fallbacks): (PrincipalComponents, [String])
            if let rows {
                let total = zip(distributions.features, divide).reduce(0) { $0 + $1.0.variance / $1.1 / $1.1 }
                let map = RowMap(
                    subtract: subtract.map { $0 * constant }, factors: divide.map { 1 / ($0 * constant) })
                (principal, fallbacks) = try principalComponents(
                    components, of: rows, moments, map: map, total: total)
            } else {
                guard solver != .dual else { throw .dualNeedsRows }
                guard moments.hasProducts else { throw .noProducts }
                let divisors = divide.map { $0 * constant }
                (principal, fallbacks) = try principalComponents(components, moments, divisors: divisors)
            }
            warnings += fallbacks.map(FitWarning.solverFellBack)
            if let relativeEpsilon {
                let variances = principal.explainedVariance
                let count = Double(variances.count)
                let sum = variances.reduce(0, +)
                let mean = sum.isFinite ? sum / count : variances.reduce(0) { $0 + $1 / count }
                transform.recipe.epsilon = min(.greatestFiniteMagnitude, relativeEpsilon * mean)
            }
            if whiten != .none, principal.count > principal.rank {
                let epsilon = transform.recipe.epsilon
                guard epsilon > 0 else { throw .needsEpsilon(components: principal.count, rank: principal.rank) }
                warnings.append(
                    .whitensNoise(components: principal.count, rank: principal.rank, epsilon: epsilon))
            }
            transform.principal = principal
        }
        return (transform, warnings)
    }

    private func checkRange(_ distributions: Distributions, _ input: DatasetDescription) throws(FitError) {
        for (j, distribution) in distributions.features.enumerated() {
            // Where a mean is out of range, the variance is so too, and the first to be so.
            if !distribution.variance.isFinite {
                throw .notFinite(statistic: "variance", feature: input.name(ofFeature: j))
            }
            if distribution.vanishes || !distribution.isConstant && !distribution.std.isNormal {
                throw .vanishes(feature: input.name(ofFeature: j))
            }
            if !distribution.mean.isFinite { throw .notFinite(statistic: "mean", feature: input.name(ofFeature: j)) }
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
            return (means, shared.map { $0.isConstant ? 1 : $0.std })
        case .maxabs:
            // What is left after centering, by feature; then the largest among those that share a divisor.
            let left = zip(features, means).map { Swift.max(abs($0.min - $1), abs($0.max - $1)) }
            return (means, zip(shared, distributions.largest(of: left, scalePer)).map { $0.isConstant ? 1 : $1 })
        case .minmax:
            let divisors = shared.map { $0.isConstant ? 1 : ($0.max - $0.min) / (range.high - range.low) }
            // With principal components the rows are centered by their means instead.
            let shifts = components == nil ? zip(shared, divisors).map { $0.min - range.low * $1 } : means
            return (shifts, divisors)
        }
    }
}
