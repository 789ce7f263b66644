internal import LinearAlgebra

/// A step of gradient descent and what goes with it. Biases, and the scale and shift of batch normalization, are not
/// regularized.
struct DescentStep<Scalar: BLASScalar>: Sendable {
    var rate: Scalar
    var momentum: Scalar = 0
    /// The weight of 1/2 Σw² in the loss.
    var l2: Scalar = 0
    /// The weight of Σ|w| in the loss.
    var l1: Scalar = 0
    /// How long the weights of one unit may be; nil for any length.
    var maxNorm: Scalar?
}

extension Linear {
    mutating func descend(_ step: DescentStep<Scalar>) {
        weights.descend(rate: step.rate, momentum: step.momentum, l2: step.l2, l1: step.l1)
        if let norm = step.maxNorm { weights.limitRows(of: inputs, toNorm: norm) }
        biases.descend(rate: step.rate, momentum: step.momentum)
    }
}

extension BatchNormalization {
    mutating func descend(_ step: DescentStep<Scalar>) {
        scale.descend(rate: step.rate, momentum: step.momentum)
        shift.descend(rate: step.rate, momentum: step.momentum)
    }
}
