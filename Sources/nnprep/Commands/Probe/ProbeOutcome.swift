import Datasets
import Glibc
import Models

/// What an epoch came to.
struct EpochRecord {
    let number: Int
    /// Of the batches as they were trained on.
    let train: Score
    let val: Score
    let seconds: Double
    let task: ProbeTask

    static func head(_ task: ProbeTask) -> String {
        let quality = task.loss.task == .numbers ? ["R²", "MAE"] : ["accuracy"]
        return line(["epoch", "train loss"] + quality + ["val loss"] + quality + ["seconds"])
    }

    var line: String {
        Self.line(
            ["\(number)", Report.short(train.loss)] + cells(train.quality) + [Report.short(val.loss)]
                + cells(val.quality) + [Report.short((seconds * 100).rounded() / 100)])
    }

    /// Columns of fixed widths, since the lines to come are not known.
    private static func line(_ cells: [String]) -> String {
        cells.enumerated().map { i, cell in
            String(repeating: " ", count: max(i == 0 ? 0 : 1, (i == 0 ? 5 : 12) - cell.count)) + cell
        }.joined() + "\n"
    }

    private func cells(_ quality: Score.Quality) -> [String] {
        switch quality {
        case .accuracy(let share): [percent(share)]
        case .fit(let r2, let error): [r2.map { rounded($0) } ?? "-", Report.short(error * unit)]
        }
    }

    /// A number's deviation: errors are told in the target's own unit.
    private var unit: Double {
        if case .number(_, _, let deviation) = task.outputs { deviation } else { 1 }
    }

    /// What the model is judged by: the more the better.
    var merit: Double {
        switch val.quality {
        case .accuracy(let share): share
        case .fit(let r2, _): r2 ?? -val.loss
        }
    }

    var meritJSON: JSONValue {
        switch val.quality {
        case .accuracy(let share): .number(share)
        case .fit(let r2, _): r2.map(JSONValue.number) ?? .null
        }
    }

    /// The merit in words.
    var meritText: String {
        cells(val.quality)[0]
    }

    var json: JSONValue {
        func members(_ name: String, _ score: Score) -> [JSONMember] {
            var members = [JSONMember("\(name)_loss", .number(score.loss))]
            switch score.quality {
            case .accuracy(let share): members.append(JSONMember("\(name)_accuracy", .number(share)))
            case .fit(let r2, let error):
                members.append(JSONMember("\(name)_r2", r2.map(JSONValue.number) ?? .null))
                members.append(JSONMember("\(name)_mae", .number(error * unit)))
            }
            return members
        }
        return .object(
            [JSONMember("epoch", .number(Double(number)))] + members("train", train) + members("val", val)
                + [JSONMember("seconds", .number(seconds))])
    }
}

/// A share of one to three digits.
private func rounded(_ value: Double) -> String { Report.short((value * 1000).rounded() / 1000) }

/// What a session came to.
struct ProbeOutcome {
    let session: ProbeSession
    var epochs: [EpochRecord] = []
    /// The epoch in which the loss was no longer finite.
    var divergedIn: Int?
    var firstLoss: Double?
    /// The share of units that are 0 for every row that is judged by, by hidden layer.
    var dead: [Double] = []

    init(_ session: ProbeSession) { self.session = session }

    /// The epoch with the best merit, the first of them.
    var best: EpochRecord? { epochs.max { $0.merit < $1.merit || $0.merit == $1.merit && $0.number > $1.number } }

    var seconds: Double { epochs.reduce(0) { $0 + $1.seconds } }

    var summary: String {
        guard let best, let last = epochs.last else { return "" }
        let quality = session.task.loss.task == .numbers ? "R²" : "accuracy"
        let rate = Double(session.trainCount * epochs.count) / max(seconds, 1e-6)
        return "\nval \(quality) \(last.meritText); best \(best.meritText), after epoch \(best.number); "
            + "\(Int(rate)) samples per second\n"
    }

    /// The known signs of failure.
    var warnings: [String] {
        var warnings: [String] = []
        if let divergedIn {
            let remedy =
                session.isRateFound
                ? "center and scale the rows"
                : "lower --learning-rate (it is \(Report.short(session.plan.learningRate)))"
            warnings.append("the loss is no longer finite in epoch \(divergedIn), so training stopped: \(remedy)")
        }
        if session.task.loss == .softmax, let firstLoss {
            let expected = log(Double(session.task.count))
            if !(abs(firstLoss - expected) <= 0.5 * expected) {
                warnings.append(
                    "the first softmax loss is \(Report.short(firstLoss)), far from ln(\(session.task.count)) = "
                        + "\(Report.short(expected)): the rows are too large; center and scale them")
            }
        }
        for (i, share) in dead.enumerated() where share > 0.5 {
            warnings.append(
                "\(percent(share)) of the units of hidden layer \(i + 1) are 0 for every row: lower --learning-rate, "
                    + "or center and scale the rows")
        }
        return warnings
    }

    var json: [JSONMember] {
        let plan = session.plan
        let quality = session.task.loss.task == .numbers ? "r2" : "accuracy"
        return [
            JSONMember("loss", .string(plan.loss.rawValue)),
            JSONMember("features", .number(Double(session.features))),
            JSONMember("hidden", .array(plan.architecture.hidden.map { .number(Double($0)) })),
            JSONMember("outputs", .number(Double(session.task.count))),
            JSONMember("train_rows", .number(Double(session.trainCount))),
            JSONMember("val_rows", .number(Double(session.valCount))),
            JSONMember("batch", .number(Double(plan.batch))),
            JSONMember("learning_rate", .number(plan.learningRate)),
            // Beyond 2^53 a number would be another one.
            JSONMember("seed", plan.seed < 1 << 53 ? .number(Double(plan.seed)) : .string("\(plan.seed)")),
            JSONMember("first_loss", firstLoss.flatMap { $0.isFinite ? .number($0) : nil } ?? .null),
            JSONMember("best_epoch", best.map { .number(Double($0.number)) } ?? .null),
            JSONMember("best_val_\(quality)", best?.meritJSON ?? .null),
            JSONMember("dead_units", .array(dead.map(JSONValue.number))),
            JSONMember("seconds", .number(seconds)),
            JSONMember("epochs", .array(epochs.map(\.json))),
            JSONMember("warnings", .array(warnings.map(JSONValue.string))),
        ]
    }
}
