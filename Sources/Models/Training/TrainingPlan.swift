/// What is trained, and how: all but the data.
package struct TrainingPlan: Sendable {
    package var architecture = Architecture()
    package var initializer = Initializer()
    /// Rows per step.
    package var batch: Int
    package var learningRate: Double
    package var momentum = 0.9
    /// The learning rate is multiplied by this after every epoch.
    package var decay = 0.95
    package var seed: UInt64 = 1
    /// The weight of 1/2 Σw² in what is made small.
    package var l2 = 0.0
    /// The weight of Σ|w| in what is made small.
    package var l1 = 0.0
    /// How long the weights of one unit may be; nil for any length.
    package var maxNorm: Double?

    package init(batch: Int, learningRate: Double) {
        self.batch = batch
        self.learningRate = learningRate
    }
}
