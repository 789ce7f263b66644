internal import Datasets
internal import Glibc

/// Makes features and findings of a profile.
struct DriftJudge {
    private(set) var features: [Drift.Feature] = []
    private(set) var channels: [Drift.Feature] = []
    private(set) var components: [Drift.Feature] = []
    private(set) var findings: [Drift.Finding] = []

    private let reference: DriftReference
    private let profile: SplitProfile
    /// n, and 1 / (1/n + 1/N).
    private let n: Double
    private let rows: Double
    /// What is to be reached among features, channels and components.
    private let needed: (features: Double, channels: Double, components: Double)
    /// What is found, by kind: the place, its size and its surprise.
    private var found: [Drift.Kind: [(place: Int, size: Double)]] = [:]

    init(_ profile: SplitProfile, _ reference: DriftReference, _ space: SearchSpace?, _ tail: ComponentTail?) {
        precondition(profile.count > 0)
        self.reference = reference
        self.profile = profile
        n = Double(profile.count)
        rows = 1 / (1 / n + 1 / Double(max(1, reference.rows)))
        needed = (
            Surprise.needed(tests: 3 * profile.below.count),
            Surprise.needed(tests: 2 * (reference.channels?.count ?? 0)),
            Surprise.needed(tests: 2 * (space?.components ?? 0))
        )
        judgeFeatures()
        judgeChannels()
        if let space, let tail { judgeComponents(space, tail) }
        findings = Drift.Kind.allCases.compactMap { kind in
            found[kind].map { places in
                Drift.Finding(
                    kind: kind,
                    places: places.sorted { $0.size > $1.size || $0.size == $1.size && $0.place < $1.place }
                        .map(\.place))
            }
        }
    }

    /// Notes a difference if it is both surprising and large.
    private mutating func note(_ kind: Drift.Kind, _ place: Int, size: Double, least: Double, _ surprise: Double) {
        let needed =
            switch kind {
            case .constants, .range, .means, .variances: needed.features
            case .channelMeans, .channelVariances: needed.channels
            case .componentMeans, .componentVariances: needed.components
            }
        guard size >= least, surprise >= needed else { return }
        found[kind, default: []].append((place, size))
    }

    private mutating func judgeFeatures() {
        let sums = profile.features
        for j in profile.below.indices {
            let moments = PowerMoments(sums, j, n)
            let outside = profile.below[j] + profile.above[j]
            let share = Double(outside) / n
            let surprise = Surprise.ofRange(outside: outside, rows: profile.count, trainingRows: reference.rows)
            if reference.isConstant[j] {
                features.append(Drift.Feature(mean: 0, meanError: 0, variance: 1, varianceError: 0, outside: share))
                note(.constants, j, size: share, least: Drift.outsideSize, surprise)
                continue
            }
            features.append(moments.feature(rows: rows, outside: share))
            note(.range, j, size: share, least: Drift.outsideSize, surprise)
            let reach = Double(max(abs(reference.lowest[j]), abs(reference.highest[j])))
            noteMean(.means, j, moments, reach: reach)
            noteVariance(.variances, j, moments, reach: reach)
        }
    }

    private mutating func noteMean(_ kind: Drift.Kind, _ place: Int, _ moments: PowerMoments, reach: Double) {
        note(
            kind, place, size: abs(moments.mean), least: Drift.meanSize,
            Surprise.ofMean(moments.mean, rows: rows, variance: max(1, moments.variance), reach: reach))
    }

    private mutating func noteVariance(
        _ kind: Drift.Kind, _ place: Int, _ moments: PowerMoments, reach: Double, allowance: Double = 0
    ) {
        let difference = moments.variance - 1
        note(
            kind, place, size: abs(difference), least: Drift.varianceSize + allowance,
            Surprise.ofMean(
                difference, rows: rows, variance: max(1, moments.squareVariance), reach: reach * reach))
    }

    /// A channel's values in one row are much alike: rows are what is counted.
    private mutating func judgeChannels() {
        for c in 0..<(reference.channels?.count ?? 0) {
            let (means, squares) = (
                PowerMoments(profile.channels, c, n), PowerMoments(profile.channelSquares, c, n)
            )
            let variance = squares.mean - means.mean * means.mean
            channels.append(
                Drift.Feature(
                    mean: means.mean, meanError: (means.variance / rows).squareRoot(), variance: variance,
                    varianceError: (squares.variance / rows).squareRoot()))
            let reach = reference.channelReach[c]
            note(
                .channelMeans, c, size: abs(means.mean), least: Drift.meanSize,
                Surprise.ofMean(means.mean, rows: rows, variance: max(0.01, means.variance), reach: reach))
            note(
                .channelVariances, c, size: abs(variance - 1), least: Drift.varianceSize,
                Surprise.ofMean(
                    variance - 1, rows: rows, variance: max(0.01, squares.variance), reach: reach * reach))
        }
    }

    /// Along components, other rows vary less or more than those that these were fitted to, by about (rest / λ + k) / N.
    private mutating func judgeComponents(_ space: SearchSpace, _ tail: ComponentTail) {
        for k in 0..<space.components {
            let variance = space.variances[k]
            var moments = PowerMoments(profile.components, k, n)
            moments.scale(by: (1 + space.epsilon / variance).squareRoot())
            components.append(moments.feature(rows: rows, outside: 0))
            let allowance = 3 * (tail.rest[k] / variance + Double(k + 1)) / Double(max(1, reference.rows))
            guard allowance < 1 else { continue }
            let reach = max(moments.largest, tail.reach(of: k, reference))
            noteMean(.componentMeans, k, moments, reach: reach)
            noteVariance(.componentVariances, k, moments, reach: reach, allowance: allowance)
        }
    }
}

/// Moments of some values, from their power sums.
private struct PowerMoments {
    private(set) var mean: Double
    private(set) var variance: Double
    /// Of the squares.
    private(set) var squareVariance: Double
    private(set) var largest: Double

    init(_ sums: SplitProfile.PowerSums, _ place: Int, _ n: Double) {
        mean = sums.first[place] / n
        let square = sums.second[place] / n
        variance = max(0, square - mean * mean)
        squareVariance = max(0, sums.fourth[place] / n - square * square)
        largest = Double(sums.largest[place])
    }

    mutating func scale(by factor: Double) {
        let square = factor * factor
        mean *= factor
        variance *= square
        squareVariance *= square * square
        largest *= factor
    }

    func feature(rows: Double, outside: Double) -> Drift.Feature {
        Drift.Feature(
            mean: mean, meanError: (variance / rows).squareRoot(), variance: variance,
            varianceError: (squareVariance / rows).squareRoot(), outside: outside)
    }
}
