package import Models
internal import Preprocessing
internal import Words

/// One model, trained on rows that are transformed in one way.
package struct ProbeSession {
    package let plan: TrainingPlan
    package let task: ProbeTask
    /// The width of a row.
    package let features: Int
    package let trainCount: Int
    package let valCount: Int
    /// Whether the learning rate was found by trying some.
    package let isRateFound: Bool
    /// The loss of a model that says nothing of any row.
    package let chanceLoss: Double
    /// What the rows' values are divided by, so that every recipe has inputs of the same size; 1 where that is not asked for.
    package let inputScale: Double
    package let epochs: Int
    private let train: Samples
    private let val: Samples

    /// Makes the rows ready, and finds the learning rate if none is given.
    /// - Parameters:
    ///   - rows: what a model takes of each row.
    ///   - seed: nil for that of the options.
    ///   - scales: whether the rows are divided by the root mean square of the training rows' values.
    init(
        _ options: ProbeOptions, _ data: ProbeData, _ rows: ModelRows, seed: UInt64? = nil, scales: Bool = false
    ) throws {
        task = data.task
        inputScale = scales ? try data.rootMeanSquare(rows) : 1
        (train, val) = try data.samples(rows.divided(by: Float(inputScale)))
        features = train.features
        (trainCount, valCount) = (train.count, val.count)
        epochs = options.epochs
        isRateFound = options.learningRate == nil

        if let batch = options.batch, batch > trainCount {
            throw Refusal(
                "\(data.train.name): has \(trainCount) rows, fewer than the \(batch) of --batch",
                hint: "pass --batch \(trainCount) or less")
        }
        var plan = TrainingPlan(
            batch: options.batch ?? Self.usualBatch(rows: trainCount),
            learningRate: options.learningRate ?? 0)
        plan.architecture = options.architecture
        (plan.momentum, plan.decay, plan.seed) = (options.momentum, options.decay, seed ?? options.seed)
        plan.initializer = options.initializer
        (plan.l1, plan.l2, plan.maxNorm) = (options.l1, options.l2, options.maxNorm)
        guard plan.batch >= plan.architecture.leastBatch else {
            throw Refusal(
                "--batch-norm needs batches of at least \(plan.architecture.leastBatch) rows, not \(plan.batch)",
                hint: trainCount > 1 ? "pass a larger --batch" : nil)
        }
        let widths = [features] + plan.architecture.hidden + [train.targets.scores]
        try checkMemory(forLayers: widths, rows: max(plan.batch, Trainer.evaluatedAtOnce))
        if isRateFound {
            // Where none works, the run itself shows it.
            plan.learningRate = try plan.findRate(on: train, epochs: options.epochs) ?? Self.leastRate
        }
        self.plan = plan
        chanceLoss = train.targets.chanceLoss
    }

    /// 100 rows; of few rows a tenth, so that an epoch has some steps.
    private static func usualBatch(rows: Int) -> Int { max(min(rows, 2), min(100, rows / 10)) }

    private static let leastRate = 1e-9

    /// The inputs, then the units of each layer.
    package var widths: [Int] { [features] + plan.architecture.hidden + [train.targets.scores] }

    /// Trains, with a record after every epoch.
    package func run(_ report: (EpochRecord) throws -> Void) throws -> ProbeOutcome {
        var trainer = try Trainer(plan, for: train)
        var outcome = ProbeOutcome(self)
        for number in 1...epochs {
            let start = ContinuousClock.now
            let scores = try scores(&trainer)
            outcome.firstLoss = trainer.firstLoss
            guard let (trained, judged, dead) = scores else {
                outcome.divergedIn = number
                break
            }
            outcome.dead = dead
            let record = EpochRecord(
                number: number, train: trained, val: judged, seconds: (ContinuousClock.now - start) / .seconds(1),
                task: task)
            outcome.epochs.append(record)
            try report(record)
        }
        return outcome
    }

    /// Trains for an epoch, then judges; nil where the loss is no longer finite.
    private func scores(_ trainer: inout Trainer) throws -> (Score, Score, dead: [Double])? {
        guard let trained = try trainer.epoch(train) else { return nil }
        let (judged, dead) = try trainer.evaluate(val)
        return judged.loss.isFinite ? (trained, judged, dead) : nil
    }
}
