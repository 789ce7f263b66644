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

    /// How many rows a batch of training needs: one row has no variance.
    package var leastBatch: Int { normalizesBatches && !hidden.isEmpty ? 2 : 1 }
}
