public import Datasets

/// Where some values lie and how far they spread.
public struct Distribution: Sendable, Equatable {
    /// Infinite where double precision cannot hold it.
    public private(set) var mean: Double
    /// With divisor `n - ddof`; 0 where all values are the same.
    public private(set) var variance: Double
    /// Infinite where double precision cannot hold the squares that it is made of.
    public private(set) var std: Double
    public private(set) var min: Double
    public private(set) var max: Double
    /// Whether all values are the same but for rounding: see `ScalarType.areEqual`.
    public let isConstant: Bool
    /// Whether the values differ by so little that their squares are too small for a double.
    let vanishes: Bool

    /// - Parameter scalar: the type of the values.
    public init(
        mean: Double, variance: Double, min: Double, max: Double, of scalar: ScalarType = .float64
    ) {
        self.mean = mean.isFinite ? mean : .infinity
        self.min = min
        self.max = max
        isConstant = scalar.areEqual(min, max)
        self.variance = isConstant ? 0 : variance
        vanishes = !isConstant && variance < .leastNormalMagnitude
        std = isConstant ? 0 : variance.isFinite && !vanishes ? variance.squareRoot() : .infinity
    }

    /// Of the values over a constant.
    package func divided(by constant: Double) -> Distribution {
        var result = self
        result.mean /= constant
        if !result.mean.isFinite { result.mean = .infinity }
        result.min /= constant
        result.max /= constant
        let square = constant * constant
        result.variance = square.isNormal ? variance / square : variance / constant / constant
        // Squares can leave the range of doubles where the deviation does not.
        let isInRange = std.isFinite && square.isNormal && result.variance.isNormal
        result.std = isInRange ? result.variance.squareRoot() : std / constant
        return result
    }
}

extension ScalarType {
    var isFloating: Bool { self == .float16 || self == .float32 || self == .float64 }

    /// Whether two values of this type are one value but for rounding: at most four units in the last place of the larger
    /// magnitude apart. Different integers are never equal.
    func areEqual(_ one: Double, _ other: Double) -> Bool {
        if one == other { return true }
        let magnitude = Swift.max(one.magnitude, other.magnitude)
        // Digits after the first of a normal value, and the exponent of the smallest value.
        let (digits, least): (Int, Int)
        switch self {
        case .float16: (digits, least) = (10, -24)
        case .float32: (digits, least) = (23, -149)
        case .float64: (digits, least) = (52, -1074)
        default: return false
        }
        guard magnitude.isFinite else { return false }
        let unit = Double(sign: .plus, exponent: Swift.max(least, Int(magnitude.exponent) - digits), significand: 1)
        return abs(one - other) <= 4 * unit
    }
}

/// The distributions that a recipe chooses from, in the units after `divideBy`.
struct Distributions {
    let features: [Distribution]
    let channels: [Distribution]?
    let global: Distribution
    private let layout: Channels?
    /// N and ddof.
    private let rows: Double
    private let ddof: Double
    /// In which values are equal to means.
    private let precision: ScalarType

    /// - Precondition: there are more than `ddof` rows.
    init(_ moments: Moments, channels layout: Channels?, divideBy: Double, ddof: Int) {
        func distribution(_ features: StrideTo<Int>) -> Distribution {
            moments.distribution(of: features, ddof: ddof).divided(by: divideBy)
        }
        self.layout = layout
        (rows, self.ddof) = (Double(moments.count), Double(ddof))
        precision = moments.stored.isFloating ? moments.stored : .float64
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

    /// For each feature, a value made of those of all features that share one statistic with it.
    func combined<Value>(
        _ values: [Value], _ granularity: Recipe.Granularity, _ combine: (Value, Value) -> Value
    ) -> [Value] {
        switch granularity {
        case .none, .feature: return values
        case .global: return Array(repeating: values.dropFirst().reduce(values[0], combine), count: values.count)
        case .channel:
            let layout = layout!
            let shared = (0..<layout.count).map { channel in
                let features = layout.features(of: channel)
                return features.dropFirst().reduce(values[features.first { _ in true }!]) { combine($0, values[$1]) }
            }
            return values.indices.map { shared[layout.channel(of: $0)] }
        }
    }

    /// For each feature, the standard deviation of what centering leaves of the values that share a divisor with it; nil
    /// where that is constant, infinite where double precision cannot hold it.
    ///
    ///     √(Σ variance (n - ddof) / (P n - ddof)) over the P parts, of n values each, that are centered by means of their own
    func deviations(_ scalePer: Recipe.Granularity, after center: Recipe.Granularity) -> [Double?] {
        guard center.isFiner(than: scalePer) else {
            return perFeature(scalePer).map { $0.isConstant ? nil : $0.std }
        }
        let parts = perFeature(center)
        let isConstant = combined(parts.map(\.isConstant), scalePer) { $0 && $1 }
        let largest = combined(parts.map { $0.vanishes ? 0 : $0.std }, scalePer, Swift.max)
        let squares = zip(parts, largest).map { part, largest in
            // Too small to be known, and to matter beside others that are larger by far.
            if part.vanishes { return largest > 1e-140 ? 0 : Double.infinity }
            return largest > 0 && largest.isFinite ? (part.std / largest) * (part.std / largest) : 0
        }
        let width = Double(center == .feature ? 1 : layout!.pixels)
        let groupWidth = Double(scalePer == .channel ? layout!.pixels : features.count)
        let values = rows * width
        let share = (values - ddof) / (values * (groupWidth / width) - ddof) / width
        return zip(combined(squares, scalePer, +), zip(isConstant, largest)).map { sum, group in
            group.0 ? nil : sum.isFinite && group.1.isFinite ? group.1 * (sum * share).squareRoot() : .infinity
        }
    }

    /// For each feature, the largest magnitude that `shifts` leave of the values that share a divisor with it; nil where that
    /// is nothing but rounding.
    /// - Parameter isCentered: whether the shifts come from means; otherwise they are 0.
    func magnitudes(
        _ scalePer: Recipe.Granularity, after shifts: [Double], isCentered: Bool
    ) -> [Double?] {
        let left = zip(features, shifts).map { Swift.max(abs($0.min - $1), abs($0.max - $1)) }
        let isNothing = zip(features, zip(shifts, left)).map { feature, rest in
            let (shift, left) = rest
            return left == 0
                || isCentered && feature.isConstant && precision.areEqual(feature.min, shift)
                    && precision.areEqual(feature.max, shift)
        }
        return zip(combined(left, scalePer, Swift.max), combined(isNothing, scalePer) { $0 && $1 }).map {
            $1 ? nil : $0
        }
    }

    /// For each feature, the range of the values that share a divisor with it; nil where that is constant.
    /// - Parameter shifts: the means that are subtracted; nil where the range is that of the values as they are.
    func ranges(_ scalePer: Recipe.Granularity, after shifts: [Double]?) -> [(low: Double, high: Double)?] {
        guard let shifts, scalePer != .feature else {
            return perFeature(scalePer).map { $0.isConstant ? nil : ($0.min, $0.max) }
        }
        let lows = combined(zip(features, shifts).map { $0.min - $1 }, scalePer, Swift.min)
        let highs = combined(zip(features, shifts).map { $0.max - $1 }, scalePer, Swift.max)
        let isConstant = combined(features.map(\.isConstant), scalePer) { $0 && $1 }
        return features.indices.map { isConstant[$0] ? nil : (lows[$0], highs[$0]) }
    }

    /// Whether the deviation that divides a feature is too small rather than too large.
    func isSmall(_ feature: Int, _ center: Recipe.Granularity, _ scalePer: Recipe.Granularity) -> Bool {
        let parts = perFeature(center.isFiner(than: scalePer) ? center : scalePer)
        return combined(parts.map { $0.vanishes || $0.std < 1 }, scalePer) { $0 && $1 }[feature]
    }
}
