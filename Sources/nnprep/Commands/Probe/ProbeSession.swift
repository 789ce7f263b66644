import Datasets
import Models

/// One model, trained on rows that are transformed in one way.
struct ProbeSession {
    let plan: TrainingPlan
    let task: ProbeTask
    /// The width of a row.
    let features: Int
    let trainCount: Int
    let valCount: Int
    /// Whether the learning rate was found by trying some.
    let isRateFound: Bool
    private let epochs: Int
    private let train: Samples
    private let val: Samples

    /// Finds the learning rate if none is given.
    init(
        _ arguments: Probe.Arguments, _ data: ProbeData, _ samples: (train: Samples, val: Samples)
    ) throws(Failure) {
        task = data.task
        (train, val) = samples
        features = train.features
        (trainCount, valCount) = (train.count, val.count)
        epochs = arguments.epochs
        isRateFound = arguments.learningRate == nil

        if let batch = arguments.batch, batch > trainCount {
            throw .refused(
                "\(data.train.name): has \(trainCount) rows, fewer than the \(batch) of --batch",
                hint: "pass --batch \(trainCount) or less")
        }
        var plan = TrainingPlan(
            outputs: task.count, batch: arguments.batch ?? Self.usualBatch(rows: trainCount),
            learningRate: arguments.learningRate ?? 0)
        plan.architecture = arguments.architecture
        plan.loss = task.loss
        (plan.momentum, plan.decay, plan.seed) = (arguments.momentum, arguments.decay, arguments.seed)
        (plan.l1, plan.l2, plan.maxNorm) = (arguments.l1, arguments.l2, arguments.maxNorm)
        guard plan.batch >= plan.architecture.leastBatch else {
            throw .refused(
                "--batch-norm needs batches of at least \(plan.architecture.leastBatch) rows, not \(plan.batch)",
                hint: trainCount > 1 ? "pass a larger --batch" : nil)
        }
        let widths = [features] + plan.architecture.hidden + [task.loss.scores(for: task.count)]
        try checkMemory(forLayers: widths, rows: max(plan.batch, Trainer.evaluatedAtOnce))
        if isRateFound {
            let samples = train
            // Where none works, the run itself shows it.
            plan.learningRate =
                try model { () throws(ModelError) in try plan.findRate(on: samples, epochs: arguments.epochs) }
                ?? Self.leastRate
        }
        self.plan = plan
    }

    /// 100 rows; of few rows a tenth, so that an epoch has some steps.
    private static func usualBatch(rows: Int) -> Int { max(min(rows, 2), min(100, rows / 10)) }

    private static let leastRate = 1e-9

    /// Trains, with a record after every epoch.
    func run(_ report: (EpochRecord) throws(Failure) -> Void) throws(Failure) -> ProbeOutcome {
        var trainer = try model { () throws(ModelError) in try Trainer(plan, features: features) }
        var outcome = ProbeOutcome(self)
        for number in 1...epochs {
            let start = ContinuousClock.now
            let scores = try model { () throws(ModelError) -> (Score, Score, dead: [Double])? in
                guard let trained = try trainer.epoch(train) else { return nil }
                let (judged, dead) = try trainer.evaluate(val)
                return judged.loss.isFinite ? (trained, judged, dead) : nil
            }
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

    /// What is trained, in words, and the head of the epochs' table.
    var head: String {
        let widths = [features] + plan.architecture.hidden + [task.loss.scores(for: task.count)]
        let rate = "learning rate \(Report.short(plan.learningRate))\(isRateFound ? " (found)" : "")"
        return "\(form), \(widths.map(String.init).joined(separator: "-")), \(rate)\n\n" + EpochRecord.head(task)
    }

    /// What is trained on what, but for what the transform decides.
    var form: String {
        let what =
            switch task.outputs {
            case .classes(let names): "\(names.count) classes"
            case .attributes(let names): "\(names.count) attributes"
            case .number(let name, _, _): "\(shown(name))"
            }
        let hidden = plan.architecture.hidden.map(String.init).joined(separator: ", ")
        return "\(trainCount) rows to train on, \(valCount) to judge by: \(what) by \(task.loss.rawValue), "
            + (hidden.isEmpty ? "linear" : "\(hidden) hidden units") + ", batches of \(plan.batch)"
    }
}
