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
        // What the rows are still to be divided by, as the moments have them.
        let rest = constant / moments.unit
        let distributions = Distributions(moments, channels: input.channels, divideBy: rest, ddof: ddof)
        let remedy = remedy(distributions)
        let (subtract, divide) = try shiftAndDivisor(distributions, constant: constant, remedy, input)

        var transform = FittedTransform(
            input: input, fittedOn: .init(samples: moments.count, sources: sources), recipe: self,
            statistics: distributions.statistics, subtract: subtract, divide: divide)
        if let j = transform.firstOutOfRange {
            throw .divisorLeavesRange(feature: input.name(ofFeature: j), range: scale == .minmax, remedy)
        }
        transform.statistics.missing = moments.missing
        var warnings: [FitWarning] = []
        let undivided = transform.statistics.constantFeatures.count { divide[$0] == 1 }
        if undivided > 0 { warnings.append(.constantFeatures(undivided, of: input.features)) }
        if let components {
            let limit = Swift.min(moments.count - 1, moments.features)
            if case .count(let count) = components, count > limit {
                throw .tooManyComponents(count, rows: moments.count, features: moments.features)
            }
            guard limit > 0 else { throw .tooManyComponents(1, rows: moments.count, features: moments.features) }
            let (principal, fallbacks): (PrincipalComponents, [String])
            if let rows {
                let total = zip(distributions.features, divide).reduce(0) { total, feature in
                    let (feature, divisor) = feature
                    return total
                        + (feature.variance.isNormal
                            ? feature.variance / divisor / divisor
                            : feature.vanishes ? 0 : (feature.std / divisor) * (feature.std / divisor))
                }
                // A constant's rounding is no variance; bytes have none.
                let factors = zip(distributions.features, divide).map {
                    $0.isConstant && $0.min < $0.max ? 0 : 1 / ($1 * constant)
                }
                let map = RowMap(subtract: subtract.map { $0 * constant }, factors: factors)
                (principal, fallbacks) = try principalComponents(
                    components, of: rows, moments, map: map, total: total, remedy)
            } else {
                guard solver != .dual else { throw .dualNeedsRows }
                guard moments.hasProducts else { throw .noProducts }
                let divisors = divide.map { $0 * rest }
                (principal, fallbacks) = try principalComponents(components, moments, divisors: divisors, remedy)
            }
            warnings += fallbacks.map(FitWarning.solverFellBack)
            if let relativeEpsilon {
                let variances = principal.explainedVariance
                let count = Double(variances.count)
                let sum = variances.reduce(0, +)
                let mean = sum.isFinite ? sum / count : variances.reduce(0) { $0 + $1 / count }
                transform.recipe.epsilon = min(.greatestFiniteMagnitude, relativeEpsilon * mean)
            }
            if whiten != .none, let rank = principal.rank, principal.count > rank {
                let epsilon = transform.recipe.epsilon
                guard epsilon > 0 else { throw .needsEpsilon(components: principal.count, rank: rank) }
                warnings.append(.whitensNoise(components: principal.count, rank: rank, epsilon: epsilon))
            }
            transform.principal = principal
        }
        return (transform, warnings)
    }

    /// What is subtracted from each feature, and what it is divided by after that. Only statistics that the recipe uses
    /// have to be in the range of doubles.
    /// - Parameter constant: what rows are divided by before that, unless their step does so.
    private func shiftAndDivisor(
        _ distributions: Distributions, constant: Double, _ remedy: FitError.Remedy, _ input: DatasetDescription
    ) throws(FitError) -> (subtract: [Double], divide: [Double]) {
        let features = distributions.features
        func tooLarge(_ statistic: String, _ j: Int) -> FitError {
            .notFinite(statistic: statistic, feature: input.name(ofFeature: j), remedy)
        }
        for (j, feature) in features.enumerated() {
            if components != nil {
                let isFinite = scale == .none ? feature.variance.isFinite : feature.std.isFinite || feature.vanishes
                if !isFinite { throw tooLarge("variance", j) }
                if scale != .none, feature.vanishes { throw .vanishes(feature: input.name(ofFeature: j), remedy) }
            }
            if perSample != .none, !feature.mean.isFinite { throw tooLarge("mean", j) }
            if !feature.min.isFinite || !feature.max.isFinite { throw tooLarge("range", j) }
        }

        let usesMeans = center != .none && (scale != .minmax || components != nil)
        let means =
            usesMeans ? distributions.perFeature(center).map(\.mean) : Array(repeating: 0, count: features.count)
        var subtract = means
        let divide: [Double]
        switch scale {
        case .none: divide = Array(repeating: 1, count: features.count)
        case .std: divide = distributions.deviations(scalePer, after: center).map { $0 ?? 1 }
        case .maxabs: divide = distributions.magnitudes(scalePer, after: means, isCentered: usesMeans).map { $0 ?? 1 }
        case .minmax:
            let width = range.high - range.low
            divide = distributions.ranges(scalePer, after: components == nil ? nil : means).map { range in
                guard let (low, high) = range else { return 1 }
                let divisor = (high - low) / width
                return divisor.isFinite ? divisor : high / width - low / width
            }
            if components == nil {
                subtract = zip(distributions.perFeature(scalePer), divide).map { $0.min - range.low * $1 }
            }
        }
        for j in features.indices
        where !(divide[j] * constant).isNormal || !divide[j].isNormal
            || !(subtract[j] * constant).isFinite
        {
            if scale == .minmax || scale == .maxabs, means[j].isFinite {
                throw .divisorLeavesRange(feature: input.name(ofFeature: j), range: scale == .minmax, remedy)
            }
            if scale == .std, subtract[j].isFinite || divide[j] == .infinity {
                guard distributions.isSmall(j, center, scalePer) else {
                    throw tooLarge(
                        scalePer == .feature ? "variance" : "variance around the \(scalePer.rawValue) mean", j)
                }
                throw .vanishes(feature: input.name(ofFeature: j), remedy)
            }
            throw tooLarge("mean", j)
        }
        return (subtract, divide)
    }

    /// What would bring the squares into the range of doubles.
    private func remedy(_ distributions: Distributions) -> FitError.Remedy {
        var largest = 0.0
        var smallest = Double.infinity
        for feature in distributions.features {
            largest = max(largest, feature.min.magnitude, feature.max.magnitude)
            // Of half the values, so that it is in range.
            let spread = feature.max / 2 - feature.min / 2
            if !feature.isConstant { smallest = min(smallest, spread) }
        }
        // The division itself went out of range.
        guard largest.isFinite else { return .init(divideBy: divideBy < 1 ? 1 : nil, minmax: false) }
        let needsNoVariance = components == nil && scale != .minmax && smallest > 1e-300
        guard smallest.isFinite, smallest > 1e-300, largest > 0 else {
            return .init(divideBy: nil, minmax: needsNoVariance)
        }
        let digits = 0.30103
        let (high, low) = (digits * Double(largest.exponent), digits * Double(smallest.exponent))
        // A power of ten in the middle, as far as it is a normal number.
        let before = digits * Double(divideBy.exponent)
        let power = max(-290, min(290, ((high + low) / 2 + before).rounded()))
        let suits = high + before - power < 130 && low + before - power > -130
        return .init(divideBy: suits ? Double("1e\(Int(power))") : nil, minmax: needsNoVariance)
    }
}
