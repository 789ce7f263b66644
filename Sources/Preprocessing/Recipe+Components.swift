internal import LinearAlgebra

extension Recipe {
    /// The singular value decomposition of the covariance of the centered and scaled rows.
    /// - Parameter divisors: what each feature of the moments' rows is divided by.
    func principalComponents(
        _ wanted: ComponentCount, _ moments: Moments, divisors: [Double], _ remedy: FitError.Remedy
    ) throws(FitError) -> (PrincipalComponents, fallbacks: [String]) {
        let features = moments.features
        let limit = Swift.min(moments.count - 1, features)
        var covariance = moments.covariance(ddof: ddof)
        if divisors.contains(where: { $0 != 1 }) {
            // The covariance of x / d is the covariance of x over d dᵀ.
            var elements = covariance.elements.mutableSpan
            let (low, high) = (divisors.min()!, divisors.max()!)
            if (low * low).isNormal, (high * high).isNormal {
                for i in 0..<features {
                    for j in 0..<features { elements[i * features + j] /= divisors[i] * divisors[j] }
                }
            } else {
                // One after the other, the larger index first on both sides of the diagonal.
                for i in 0..<features {
                    for j in 0..<features {
                        elements[i * features + j] =
                            elements[i * features + j] / divisors[Swift.max(i, j)] / divisors[Swift.min(i, j)]
                    }
                }
            }
        }
        let total = (0..<features).reduce(0) { $0 + covariance[$1, $1] }
        try check(total, moments, remedy)

        let axes: PrincipalAxes
        do {
            switch wanted {
            case .count(let count): axes = try principalAxes(of: covariance, count: count, solver: solver)
            case .all, .fraction: axes = try principalAxes(of: covariance, solver: solver)
            }
        } catch {
            throw .numerics(error)
        }
        return (
            principal(wanted, axes, limit: limit, features: features, total: total), axes.fallbacks.map(\.description)
        )
    }

    /// Up to so many rows, all of their products take less time than some tens of passes over the rows.
    /// - Parameter bytes: whether bytes are multiplied, with nothing but a shift and one factor for all.
    package static func dualRows(bytes: Bool) -> Int { bytes && KernelSet.current.multipliesBytes ? 32_768 : 4096 }

    /// The same from rows that are too wide for a covariance.
    func principalComponents(
        _ wanted: ComponentCount, of rows: ComponentRows, _ moments: Moments, map: RowMap, total: Double,
        _ remedy: FitError.Remedy
    ) throws(FitError) -> (PrincipalComponents, fallbacks: [String]) {
        let features = map.subtract.count
        try check(total, moments, remedy)
        // Squares of the rows' products have to be in range, too.
        let unit = (1e-100...1e100).contains(total) ? 1 : powerOfTwo(below: total.squareRoot())
        let map = RowMap(subtract: map.subtract, factors: map.factors.map { $0 / unit })
        let count = moments.count
        let limit = Swift.min(count - 1, features)
        let divisor = Double(count - ddof)
        var asked: Int?
        if case .count(let count) = wanted { asked = count }
        if case .streamed = rows, asked == nil { throw .needsCount(features: features) }
        var axes: PrincipalAxes
        do throws(LinearAlgebraError) {
            switch (rows, asked) {
            case (.kept(let kept), let asked?)
            where solver != .dual && count > Self.dualRows(bytes: kept.areBytes && map.commonFactor != nil):
                axes = try principalAxes(ofStreamed: MappedBlock(rows: kept, map: map), divisor: divisor, count: asked)
            case (.kept(let kept), _):
                let dual = try DualAxes(of: MappedBlock(rows: kept, map: map), divisor: divisor, count: asked)
                axes = try dual.axes(
                    count: self.count(wanted, of: dual.variances, limit: limit, total: total / unit / unit))
            case (.streamed(let pass), let asked?):
                let stream = MappedStream(count: count, map: map, pass: pass)
                axes = try principalAxes(ofStreamed: stream, divisor: divisor, count: asked)
            case (.streamed, nil): preconditionFailure("checked above")
            }
        } catch {
            throw .numerics(error)
        }
        for k in axes.variances.indices { axes.variances[k] *= unit * unit }
        return (
            principal(wanted, axes, limit: limit, features: features, total: total), axes.fallbacks.map(\.description)
        )
    }

    /// Refuses variances whose sum says nothing.
    private func check(_ total: Double, _ moments: Moments, _ remedy: FitError.Remedy) throws(FitError) {
        if total.isNormal { return }
        let isConstant = (0..<moments.features).allSatisfy {
            moments.distribution(of: $0..<$0 + 1, ddof: ddof).isConstant
        }
        if isConstant { throw .noVariance }
        throw total.isFinite ? .variancesVanish(remedy) : .variancesOverflow(remedy)
    }

    private func principal(
        _ wanted: ComponentCount, _ axes: PrincipalAxes, limit: Int, features: Int, total: Double
    ) -> PrincipalComponents {
        let count = count(wanted, of: axes.variances, limit: limit, total: total)
        // Where only the largest variances were computed, the next is at most what they leave of the sum.
        let found = numericalRank(ofDescending: axes.variances, dimension: features)
        let left = total - axes.variances.reduce(0, +)
        let isWhole =
            found >= limit || numericalRank(ofDescending: axes.variances + [left], dimension: features) == found
        return PrincipalComponents(
            solver: axes.solver, rank: (axes.rank ?? (isWhole ? found : nil)).map { Swift.min(limit, $0) },
            totalVariance: total, explainedVariance: Array(axes.variances.prefix(count)),
            components: Matrix(
                rows: count, columns: features, elements: Array(axes.axes.elements.prefix(count * features))))
    }

    private func count(_ wanted: ComponentCount, of variances: [Double], limit: Int, total: Double) -> Int {
        switch wanted {
        case .count(let count): count
        case .all: limit
        case .fraction(let share): Swift.min(limit, fewest(variances, reaching: share * total))
        }
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
