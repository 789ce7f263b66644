internal import Glibc
package import Models
internal import Words

/// What an epoch came to.
package struct EpochRecord {
    package let number: Int
    /// Of the batches as they were trained on.
    package let train: Score
    package let val: Score
    package let seconds: Double
    package let task: ProbeTask

    /// A number's deviation: errors are told in the target's own unit; those of several targets in their deviations.
    package var unit: Double {
        if case .numbers(let targets, _) = task.outputs, targets.count == 1 { targets[0].deviation } else { 1 }
    }

    /// What the model is judged by: the more the better.
    package var merit: Double {
        switch val.quality {
        case .accuracy(let share): share
        case .fit(let r2, _): r2 ?? -val.loss
        }
    }
}

/// What a session came to.
package struct ProbeOutcome {
    package let session: ProbeSession
    package internal(set) var epochs: [EpochRecord] = []
    /// The epoch in which the loss was no longer finite.
    package internal(set) var divergedIn: Int?
    package internal(set) var firstLoss: Double?
    /// The share of units that are 0 for every row that is judged by, by hidden layer.
    package internal(set) var dead: [Double] = []

    init(_ session: ProbeSession) { self.session = session }

    /// The epoch with the best merit, the first of them.
    package var best: EpochRecord? {
        epochs.max { $0.merit < $1.merit || $0.merit == $1.merit && $0.number > $1.number }
    }

    package var seconds: Double { epochs.reduce(0) { $0 + $1.seconds } }

    /// Whether the model has learnt something: its loss fell below that of a model that says nothing, such as ln(classes) of
    /// softmax, by more than chance does. That of the rows that it was trained on, unless dropout spoils it in training.
    package var isTrained: Bool {
        let architecture = session.plan.architecture
        let drops = architecture.dropout > 0 || architecture.inputDropout > 0
        return epochs.contains { (drops ? $0.val : $0.train).loss < Self.marginOfChance * session.chanceLoss }
    }

    private static let marginOfChance = 0.99

    /// The known signs of failure, in words.
    package var warnings: [String] {
        var warnings: [String] = []
        if let divergedIn {
            let remedy =
                session.isRateFound
                ? "center and scale the rows"
                : "lower --learning-rate (it is \(short(session.plan.learningRate)))"
            warnings.append("the loss is no longer finite in epoch \(divergedIn), so training stopped: \(remedy)")
        }
        if session.task.loss == .classes(.softmax), let firstLoss {
            let expected = log(Double(session.task.count))
            if !(abs(firstLoss - expected) <= 0.5 * expected) {
                warnings.append(
                    "the first softmax loss is \(short(firstLoss)), far from ln(\(session.task.count)) = "
                        + "\(short(expected)): the rows are too large; center and scale them")
            }
        }
        if !isTrained, !epochs.isEmpty {
            warnings.append(
                "not trained: the loss stays at or above \(short(session.chanceLoss)), that of a model that says nothing"
            )
        }
        if session.task.loss == .numbers(.l2), session.plan.architecture.dropout > 0 {
            warnings.append("an L2 loss after dropout is fragile, as the notes say: try --dropout 0, or --loss l1")
        }
        for (i, share) in dead.enumerated() where share > 0.5 {
            warnings.append(
                "\(percent(share)) of the units of hidden layer \(i + 1) are 0 for every row: lower --learning-rate, "
                    + "or center and scale the rows")
        }
        return warnings
    }
}
