/// What the training rows are like, after the constant and the per-sample step. D values each, by feature.
///
/// Means and deviations that double precision could not compute are infinite: null in the file. No recipe that uses them is
/// fitted.
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
    /// The features whose smallest and largest value are the same but for rounding.
    public var constantFeatures: [Int]
    /// How many values of each feature were missing and took the mean of the others; nil where that was not asked for.
    public var missing: [Int]?
}
