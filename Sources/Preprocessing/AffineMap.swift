internal import Datasets
internal import LinearAlgebra

/// The one map that a whole recipe comes to, from rows after the per-sample step to results.
public struct AffineMap: Sendable {
    public let inputs: Int
    public let outputs: Int
    let form: Form

    enum Form: Sendable {
        /// (x - subtract) / divide, D values each.
        case standardize(subtract: [Double], divide: [Double])
        /// x · multiply + add, D values each.
        case restore(multiply: [Double], add: [Double])
        case rotate(Rotation)
    }

    /// ((x - origin) / unit) · matrix + bias
    struct Rotation: Sendable {
        /// Subtracted first, so that large offsets cancel before they can drown small differences. D values.
        var origin: [Double]
        /// Powers of two near what the differences are like in the training rows: what is multiplied then is of moderate
        /// size, whatever the data's. D values.
        var unit: [Double]
        /// D x K
        var matrix: Matrix<Double>
        /// K values.
        var bias: [Double]
        /// How far the training rows stray from the origin, by feature, as standard deviations; nil on the way back.
        var deviations: [Double]?
    }
}
