internal import LinearAlgebra

/// The form of a network: fully connected layers, with rectified linear units in all but the last.
package struct Architecture: Sendable, Equatable {
    /// The units of each hidden layer; none for a linear model.
    package var hidden: [Int] = []
    /// Whether the hidden layers normalize their batches, before the non-linearity.
    package var normalizesBatches = false
    /// The probability that a hidden unit is dropped in training.
    package var dropout = 0.0
    /// The probability that an input is dropped in training.
    package var inputDropout = 0.0

    package init() {}

    /// The layers before training. The last one starts with small weights whatever the initializer, so that the first
    /// scores are near 0 and no class is preferred.
    /// - Parameters:
    ///   - inputs: the width of a row.
    ///   - scores: how many scores a row gets.
    func layers<Scalar: BLASScalar>(
        inputs: Int, scores: Int, _ initializer: Initializer, from random: inout RandomNumbers
    ) throws(ModelError) -> [InitialLayer<Scalar>] {
        var layers: [InitialLayer<Scalar>] = []
        var width = inputs
        for units in hidden {
            layers.append(try InitialLayer(inputs: width, units: units, initializer, from: &random))
            width = units
        }
        var last = initializer
        last.scheme = .small
        layers.append(try InitialLayer(inputs: width, units: scores, last, from: &random))
        return layers
    }

    /// How many rows a batch of training needs: one row has no variance.
    package var leastBatch: Int { normalizesBatches && !hidden.isEmpty ? 2 : 1 }
}
