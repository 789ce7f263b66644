package import LinearAlgebra

/// A fully connected layer before training.
package struct InitialLayer<Scalar: BLASScalar>: Sendable {
    package let inputs: Int
    package let units: Int
    /// units x inputs: a row holds the weights of one unit.
    package let weights: [Scalar]
    package let biases: [Scalar]

    /// - Throws: `tooManyWeights` if the number of weights is not a size.
    package init(
        inputs: Int, units: Int, _ initializer: Initializer, from random: inout RandomNumbers
    ) throws(ModelError) {
        self.inputs = inputs
        self.units = units
        weights = try initializer.weights(inputs: inputs, units: units, from: &random)
        biases = Array(repeating: Scalar(initializer.bias), count: units)
    }

    /// The standard deviation of all weights, as drawn.
    package var standardDeviation: Double { Spread(weights).standardDeviation }
}

/// What a batch's values are like, somewhere in a network.
package struct Spread: Sendable {
    package let mean: Double
    package let standardDeviation: Double
    /// The share of the values that are 0.
    package let zeros: Double

    init<Scalar: BLASScalar>(_ values: [Scalar]) {
        let count = Double(max(1, values.count))
        var (sum, zeros) = (0.0, 0)
        for value in values {
            sum += Double(value)
            zeros += value == 0 ? 1 : 0
        }
        let mean = sum / count
        self.mean = mean
        standardDeviation =
            (values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count).squareRoot()
        self.zeros = Double(zeros) / count
    }
}

/// Passes a batch through layers that are followed by max(0, x), all but the last.
/// - Parameter input: row-major, as wide as the first layer's inputs.
/// - Returns: what the outputs of each layer are like.
package func outputSpreads(
    of input: [Float], through layers: [InitialLayer<Float>]
) throws(LinearAlgebraError) -> [Spread] {
    var network = Network(layers, Architecture())
    try network.evaluate(input)
    return network.hidden.map { Spread($0.output) } + [Spread(network.scores)]
}
