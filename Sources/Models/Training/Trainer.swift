internal import LinearAlgebra

/// A model in training: mini-batch gradient descent with momentum, seeded.
package struct Trainer {
    package let plan: TrainingPlan
    /// The mean loss of the very first batch, before any step; nil before that.
    package private(set) var firstLoss: Double?
    private var network: Network<Float>
    private var random: RandomNumbers
    private var rate: Double

    /// - Parameter samples: some that tell the width of a row and of its scores.
    /// - Throws: `tooManyWeights`.
    package init(_ plan: TrainingPlan, for samples: Samples) throws(ModelError) {
        self.plan = plan
        random = RandomNumbers(seed: plan.seed)
        network = Network(
            try plan.architecture.layers(
                inputs: samples.features, scores: samples.targets.scores, plan.initializer, from: &random),
            plan.architecture)
        rate = plan.learningRate
    }

    /// Trains on every row once, in a new random order; a last batch that is too small to normalize is left out.
    /// - Returns: how the batches came out as they were trained on, with dropout; nil if a loss was not finite, at which
    ///   training stops.
    package mutating func epoch(_ samples: Samples) throws(ModelError) -> Score? {
        var order = Array(0..<samples.count)
        random.shuffle(&order)
        let step = DescentStep<Float>(
            rate: Float(rate), momentum: Float(plan.momentum), l2: Float(plan.l2), l1: Float(plan.l1),
            maxNorm: plan.maxNorm.map { Float($0) })
        rate *= plan.decay
        var tally = Tally()
        for start in stride(from: 0, to: order.count, by: plan.batch) {
            let numbers = order[start..<min(start + plan.batch, order.count)]
            guard numbers.count >= plan.architecture.leastBatch else { break }
            let targets = samples.targets.selected(numbers)
            let rows = try samples.rows(numbers)
            let loss: Double
            do throws(LinearAlgebraError) {
                loss = try network.learn(rows, targets, from: &random)
            } catch {
                throw .numerics(error)
            }
            firstLoss = firstLoss ?? loss
            guard loss.isFinite else { return nil }
            tally.add(network.scores, targets, loss: loss)
            network.descend(step)
        }
        return tally.score
    }

    /// How well the model does on rows, as it is used after training.
    /// - Returns: also the share of each hidden layer's units that are 0 for all of the rows.
    /// - Precondition: there are rows.
    package mutating func evaluate(_ samples: Samples) throws(ModelError) -> (Score, dead: [Double]) {
        precondition(samples.count > 0, "no rows to evaluate")
        var tally = Tally()
        var gradient: [Float] = []
        var alive = network.hidden.map { [Bool](repeating: false, count: $0.linear.units) }
        let order = Array(0..<samples.count)
        for start in stride(from: 0, to: order.count, by: Self.evaluatedAtOnce) {
            let numbers = order[start..<min(start + Self.evaluatedAtOnce, order.count)]
            let targets = samples.targets.selected(numbers)
            let rows = try samples.rows(numbers)
            do throws(LinearAlgebraError) {
                try network.evaluate(rows)
            } catch {
                throw .numerics(error)
            }
            tally.add(network.scores, targets, loss: targets.loss(of: network.scores, gradient: &gradient))
            for layer in alive.indices { markPositive(network.hidden[layer].output, in: &alive[layer]) }
        }
        return (tally.score, alive.map { Double($0.count { !$0 }) / Double($0.count) })
    }

    /// Rows that are evaluated at once.
    package static let evaluatedAtOnce = 500
}

/// Marks the units that are above 0 in any row.
private func markPositive(_ output: [Float], in alive: inout [Bool]) {
    let units = alive.count
    let output = output.span
    var alive = alive.mutableSpan
    for start in stride(from: 0, to: output.count, by: units) {
        for unit in 0..<units where output[start + unit] > 0 { alive[unit] = true }
    }
}
