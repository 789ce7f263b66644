internal import Datasets

/// Where some values lie and how far they spread.
public struct Distribution: Sendable, Equatable {
    public private(set) var mean: Double
    /// With divisor `n - ddof`.
    public private(set) var variance: Double
    public private(set) var std: Double
    public private(set) var min: Double
    public private(set) var max: Double
    /// Whether all values are the same.
    public let isConstant: Bool
    /// Whether the values differ by so little that their squares leave the range of doubles: variance and deviation are
    /// then wrong.
    let vanishes: Bool

    public init(mean: Double, variance: Double, min: Double, max: Double) {
        self.mean = mean
        self.variance = variance
        std = variance.squareRoot()
        self.min = min
        self.max = max
        isConstant = min == max
        vanishes = !isConstant && variance < .leastNormalMagnitude
    }

    /// Of the values over a constant.
    func divided(by constant: Double) -> Distribution {
        var result = self
        result.mean /= constant
        result.min /= constant
        result.max /= constant
        let square = constant * constant
        result.variance = square.isNormal ? variance / square : variance / constant / constant
        // Squares can leave the range of doubles where the deviation does not.
        let isInRange = square.isNormal && result.variance.isNormal
        result.std = isInRange ? result.variance.squareRoot() : std / constant
        return result
    }
}

/// The distributions that a recipe chooses from, in the units after `divideBy`.
struct Distributions {
    let features: [Distribution]
    let channels: [Distribution]?
    let global: Distribution
    private let layout: Channels?

    /// - Precondition: there are more than `ddof` rows.
    init(_ moments: Moments, channels layout: Channels?, divideBy: Double, ddof: Int) {
        func distribution(_ features: StrideTo<Int>) -> Distribution {
            moments.distribution(of: features, ddof: ddof).divided(by: divideBy)
        }
        self.layout = layout
        features = (0..<moments.features).map { distribution(stride(from: $0, to: $0 + 1, by: 1)) }
        channels = layout.map { layout in (0..<layout.count).map { distribution(layout.features(of: $0)) } }
        global = distribution(stride(from: 0, to: moments.features, by: 1))
    }

    var statistics: Statistics {
        Statistics(
            mean: features.map(\.mean), std: features.map(\.std), min: features.map(\.min), max: features.map(\.max),
            globalMean: global.mean, globalStd: global.std,
            channelMean: channels?.map(\.mean), channelStd: channels?.map(\.std),
            constantFeatures: features.indices.filter { features[$0].isConstant })
    }

    /// For each feature, the distribution of the values that share one statistic with it.
    func perFeature(_ granularity: Recipe.Granularity) -> [Distribution] {
        switch granularity {
        case .none: preconditionFailure("no granularity")
        case .global: Array(repeating: global, count: features.count)
        case .channel: features.indices.map { channels![layout!.channel(of: $0)] }
        case .feature: features
        }
    }

    /// For each feature, the largest of the values of those that share one statistic with it.
    func largest(of values: [Double], _ granularity: Recipe.Granularity) -> [Double] {
        switch granularity {
        case .none, .feature: values
        case .global: Array(repeating: values.max()!, count: values.count)
        case .channel:
            largestOfChannels(values, layout!)
        }
    }

    private func largestOfChannels(_ values: [Double], _ layout: Channels) -> [Double] {
        let largest = (0..<layout.count).map { layout.features(of: $0).map { values[$0] }.max()! }
        return values.indices.map { largest[layout.channel(of: $0)] }
    }
}
