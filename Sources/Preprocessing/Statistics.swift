internal import Datasets

/// What the training rows are like, after the constant and the per-sample step. D values each, by feature.
package struct Statistics: Sendable, Equatable {
    package var mean: [Double]
    package var std: [Double]
    package var min: [Double]
    package var max: [Double]
    package var globalMean: Double
    package var globalStd: Double
    /// By channel; nil where the rows have no channels.
    package var channelMean: [Double]?
    package var channelStd: [Double]?
    /// The features whose smallest and largest value are the same.
    package var constantFeatures: [Int]
}

/// The distributions that a recipe chooses from, in the units after `divideBy`.
struct Distributions {
    let features: [Distribution]
    let channels: [Distribution]?
    let global: Distribution

    /// - Precondition: there are more than `ddof` rows.
    init(_ moments: Moments, channels layout: Channels?, divideBy: Double, ddof: Int) {
        func distribution(_ range: Range<Int>) -> Distribution {
            var distribution = moments.distribution(of: range, ddof: ddof)
            distribution.mean /= divideBy
            distribution.variance /= divideBy * divideBy
            distribution.min /= divideBy
            distribution.max /= divideBy
            return distribution
        }
        features = (0..<moments.features).map { distribution($0..<$0 + 1) }
        channels = layout.map { layout in (0..<layout.count).map { distribution(layout.features(of: $0)) } }
        global = distribution(0..<moments.features)
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
        case .channel:
            channels!.flatMap { Array(repeating: $0, count: features.count / channels!.count) }
        case .feature: features
        }
    }
}
