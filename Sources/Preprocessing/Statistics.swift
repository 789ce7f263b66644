internal import Datasets

/// What the training rows are like, after the constant and the per-sample step. D values each, by feature.
public struct Statistics: Sendable, Equatable {
    public var mean: [Double]
    public var std: [Double]
    public var min: [Double]
    public var max: [Double]
    public var globalMean: Double
    public var globalStd: Double
    /// By channel; nil where the rows have no channels.
    public var channelMean: [Double]?
    public var channelStd: [Double]?
    /// The features whose smallest and largest value are the same.
    public var constantFeatures: [Int]
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
