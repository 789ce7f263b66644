internal import LinearAlgebra

/// A linear layer, batch normalization if there is any, max(0, x), and dropout if there is any.
struct HiddenLayer<Scalar: BLASScalar>: Sendable {
    var linear: Linear<Scalar>
    var normalization: BatchNormalization<Scalar>?
    var dropout: Dropout<Scalar>?
    /// What the last batch came out as, rows x units.
    private(set) var output: [Scalar] = []

    init(_ linear: Linear<Scalar>, normalizes: Bool, dropout rate: Double) {
        self.linear = linear
        normalization = normalizes ? BatchNormalization(units: linear.units) : nil
        dropout = rate > 0 ? Dropout(rate: rate) : nil
    }

    mutating func forwardTraining(
        _ input: [Scalar], rows: Int, from random: inout RandomNumbers
    ) throws(LinearAlgebraError) {
        try linear.forward(input, rows: rows, into: &output)
        normalization?.forwardTraining(&output, rows: rows)
        rectify(&output)
        dropout?.forward(&output, from: &random)
    }

    mutating func forwardEvaluation(_ input: [Scalar], rows: Int) throws(LinearAlgebraError) {
        try linear.forward(input, rows: rows, into: &output)
        normalization?.forwardEvaluation(&output)
        rectify(&output)
    }

    /// Turns the gradient of the output into that of what the linear layer gave, in place, and sets the gradients of
    /// all parameters.
    mutating func backward(_ gradient: inout [Scalar], input: [Scalar], rows: Int) throws(LinearAlgebraError) {
        dropout?.backward(&gradient)
        // Where dropout has made a positive output 0, the gradient is 0 already.
        passPositive(&gradient, through: output)
        normalization?.backward(&gradient, rows: rows)
        try linear.backward(gradient, input: input, rows: rows)
    }

    mutating func descend(_ step: DescentStep<Scalar>) {
        linear.descend(step)
        normalization?.descend(step)
    }
}

/// values := max(0, values). Source: the CS231n notes, "Commonly used activation functions"
/// (https://cs231n.github.io/neural-networks-1/#actfun).
private func rectify<Scalar: BLASScalar>(_ values: inout [Scalar]) {
    var values = values.mutableSpan
    // A NaN stays, so that the loss tells of it.
    for i in values.indices { values[i] = values[i] < 0 ? 0 : values[i] }
}

/// gradient := 0 where the output is not positive.
private func passPositive<Scalar: BLASScalar>(_ gradient: inout [Scalar], through output: [Scalar]) {
    let output = output.span
    var gradient = gradient.mutableSpan
    for i in gradient.indices { gradient[i] = output[i] > 0 ? gradient[i] : 0 }
}
