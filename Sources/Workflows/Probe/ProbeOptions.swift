package import Datasets
package import Models
package import Preprocessing

/// What `probe` trains, on what, and how.
package struct ProbeOptions: Sendable {
    package var input = InputOptions()
    package var train: [String] = []
    package var val: [String] = []
    /// Columns of numbers to predict, by name or number from 1; none where a label is predicted.
    package var targets: [String] = []
    package var architecture = Architecture()
    /// Nil for what goes with the labels.
    package var loss: Loss?
    package var epochs = 10
    /// Rows per step; nil for what suits their number.
    package var batch: Int?
    /// Nil to try some.
    package var learningRate: Double?
    package var momentum = 0.9
    package var decay = 0.95
    package var seed: UInt64 = 1
    /// How many models are trained, with one seed after the other.
    package var seeds = 1
    package var initializer = Initializer()
    package var l1 = 0.0
    package var l2 = 0.0
    package var maxNorm: Double?

    package init() {}
}

/// A recipe by the short name that people give it: `pca:144`.
package struct NamedRecipe: Sendable {
    package let name: String
    /// Nil for `raw`, which leaves the rows as they are.
    package let recipe: Recipe?

    package init(name: String, recipe: Recipe?) {
        self.name = name
        self.recipe = recipe
    }
}
