package import Datasets
internal import LinearAlgebra

/// What training rows are like, as far as statistics tell: what the rows of a split are held against. In the units of the
/// rows after the row step.
package struct DriftReference: Sendable {
    package let input: DatasetDescription
    /// N.
    package let rows: Int
    /// How many features are compared as one: the pixels of each channel; none in tables.
    package let channels: Channels?
    /// x at which z = 0, and the unit of z: mean and deviation, or 1 where a feature is constant. D values each.
    /// Where statistics hold no mean or deviation, the middle of the range and half of it.
    package let means: [Double]
    package let units: [Double]
    package let isConstant: [Bool]
    /// The range of z in the training rows, widened by rounding. D values each.
    let lowest: [Float]
    let highest: [Float]
    /// Of each channel.
    package let channelMeans: [Double]
    package let channelUnits: [Double]
    /// Of each channel: the largest |z| in the training rows, by the channel's mean and deviation.
    let channelReach: [Double]
    let step: RowStep
    /// x to z.
    let map: FeatureMap
    /// What a z of a feature is among its channel's: w = z · factor + shift.
    let channelFactors: [Float]
    let channelShifts: [Float]

    package init(_ transform: FittedTransform) {
        let constant = transform.constant
        let statistics = transform.statistics
        let features = transform.input.features
        input = transform.input
        rows = transform.fittedOn.samples
        step = transform.recipe.step
        let center = (0..<features).map { j in
            let mean = statistics.mean[j]
            return mean.isFinite ? mean : statistics.min[j] / 2 + statistics.max[j] / 2
        }
        means = center.map { $0 * constant }
        let constants = Set(statistics.constantFeatures)
        let isConstant = (0..<features).map { constants.contains($0) || statistics.min[$0] == statistics.max[$0] }
        self.isConstant = isConstant
        let units = (0..<features).map { j in
            let std = statistics.std[j]
            let unit = (std.isFinite ? std : statistics.max[j] / 2 - statistics.min[j] / 2) * constant
            return isConstant[j] || !unit.isNormal ? 1 : unit
        }
        self.units = units
        let low = zip(statistics.min, center).enumerated().map { ($1.0 - $1.1) * constant / units[$0] }
        let high = zip(statistics.max, center).enumerated().map { ($1.0 - $1.1) * constant / units[$0] }
        // A value that is written as a decimal and divided comes back a little beside itself.
        lowest = low.map { Float(Double($0) - 1e-5 * (1 + abs($0))) }
        highest = high.map { Float(Double($0) + 1e-5 * (1 + abs($0))) }
        map = FeatureMap(.subtractDivide, means, units)

        let channels = transform.input.channels ?? Self.whole(transform.input)
        self.channels = channels
        guard let channels else {
            (channelMeans, channelUnits, channelReach, channelFactors, channelShifts) = ([], [], [], [], [])
            return
        }
        let spans = (0..<channels.count).map { c in
            let features = channels.features(of: c)
            let (low, high) = (features.map { statistics.min[$0] }.min()!, features.map { statistics.max[$0] }.max()!)
            return (middle: low / 2 + high / 2, half: high / 2 - low / 2)
        }
        let channelMeans = zip(statistics.channelMean ?? [statistics.globalMean], spans).map { mean, span in
            (mean.isFinite ? mean : span.middle) * constant
        }
        let channelUnits = zip(statistics.channelStd ?? [statistics.globalStd], spans).map { std, span in
            let unit = (std.isFinite ? std : span.half) * constant
            return unit.isNormal ? unit : 1
        }
        self.channelMeans = channelMeans
        self.channelUnits = channelUnits
        var reach = [Double](repeating: 0, count: channels.count)
        var factors = [Float](repeating: 0, count: features)
        var shifts = factors
        for c in 0..<channels.count {
            for j in channels.features(of: c) {
                let factor = units[j] / channelUnits[c]
                let shift = (means[j] - channelMeans[c]) / channelUnits[c]
                factors[j] = Float(factor)
                shifts[j] = Float(shift)
                reach[c] = max(reach[c], abs(low[j] * factor + shift), abs(high[j] * factor + shift))
            }
        }
        (channelReach, channelFactors, channelShifts) = (reach, factors, shifts)
    }

    /// Grey images without an axis for it are one channel.
    private static func whole(_ input: DatasetDescription) -> Channels? {
        SearchSpace.isImage(input) ? Channels(count: 1, pixels: input.features, isInterleaved: false) : nil
    }
}
