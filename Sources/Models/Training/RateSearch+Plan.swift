extension TrainingPlan {
    /// Tries learning rates on a part of the rows, some of which are kept back to judge by.
    /// - Parameter epochs: how often the model will see all of the rows.
    /// - Returns: nil if every rate diverged.
    package func findRate(on samples: Samples, epochs: Int) throws(ModelError) -> Double? {
        var order = Array(0..<samples.count)
        var random = RandomNumbers(seed: seed)
        random.shuffle(&order)
        let part = order.prefix(Self.mostRowsTried)
        let judges = max(1, part.count / 5)
        // Of a row or two nothing is kept back.
        let isEnough = part.count - judges >= architecture.leastBatch
        let trained = samples.selected(Array(isEnough ? part.dropFirst(judges) : part))
        let judged = samples.selected(Array(part.prefix(judges)))

        var plan = self
        plan.batch = min(batch, trained.count)
        plan.decay = 1
        let steps = (trained.count + plan.batch - 1) / plan.batch
        let ahead = epochs * ((samples.count + batch - 1) / batch)
        let rounds = max(2, (min(ahead, Self.mostSteps) + steps - 1) / steps)
        return try searchRate { (rate) throws(ModelError) in
            plan.learningRate = rate
            var trainer = try Trainer(plan, for: samples)
            // The mean over the rounds: a rate that is fast but swings is no good.
            var sum = 0.0
            for _ in 0..<rounds {
                guard try trainer.epoch(trained) != nil else { return .infinity }
                sum += try trainer.evaluate(judged).0.loss
            }
            return sum / Double(rounds)
        }
    }

    private static let mostRowsTried = 5000
    private static let mostSteps = 100
}
