import Datasets
import Models
import Workflows

// What `probe` says, for programs.

extension EpochRecord {
    fileprivate var json: JSONValue {
        func members(_ name: String, _ score: Score) -> [JSONMember] {
            var members = [JSONMember("\(name)_loss", .finite(score.loss))]
            switch score.quality {
            case .accuracy(let share): members.append(JSONMember("\(name)_accuracy", .finite(share)))
            case .fit(let r2, let error):
                members.append(JSONMember("\(name)_r2", r2.map(JSONValue.number) ?? .null))
                members.append(JSONMember("\(name)_mae", .finite(error * unit)))
            }
            return members
        }
        return .object(
            [JSONMember("epoch", .number(Double(number)))] + members("train", train) + members("val", val)
                + [JSONMember("seconds", .finite(seconds))])
    }

    fileprivate var meritJSON: JSONValue {
        switch val.quality {
        case .accuracy(let share): .finite(share)
        case .fit(let r2, _): r2.map(JSONValue.number) ?? .null
        }
    }
}

extension ProbeOutcome {
    var json: [JSONMember] {
        let plan = session.plan
        let quality = session.task.loss.task == .numbers ? "r2" : "accuracy"
        return [
            JSONMember("loss", .string(session.task.loss.rawValue)),
            JSONMember("features", .number(Double(session.features))),
            JSONMember("hidden", .array(plan.architecture.hidden.map { .number(Double($0)) })),
            JSONMember("outputs", .number(Double(session.task.count))),
            JSONMember("train_rows", .number(Double(session.trainCount))),
            JSONMember("val_rows", .number(Double(session.valCount))),
            JSONMember("batch", .number(Double(plan.batch))),
            JSONMember("learning_rate", .finite(plan.learningRate)),
            JSONMember("momentum", .finite(plan.momentum)), JSONMember("decay", .finite(plan.decay)),
            JSONMember("planned_epochs", .number(Double(session.epochs))),
            JSONMember("init", .string(plan.initializer.scheme.rawValue)),
            JSONMember("batch_norm", .bool(plan.architecture.normalizesBatches)),
            JSONMember("dropout", .finite(plan.architecture.dropout)),
            JSONMember("input_dropout", .finite(plan.architecture.inputDropout)),
            JSONMember("l2", .finite(plan.l2)), JSONMember("l1", .finite(plan.l1)),
            JSONMember("max_norm", plan.maxNorm.map(JSONValue.number) ?? .null),
            JSONMember("input_scale", .finite(session.inputScale)),
            JSONMember("chance_loss", .finite(session.chanceLoss)), JSONMember("trained", .bool(isTrained)),
            // Beyond 2^53 a number would be another one.
            JSONMember("seed", plan.seed < 1 << 53 ? .number(Double(plan.seed)) : .string("\(plan.seed)")),
            JSONMember("first_loss", firstLoss.map { .finite($0) } ?? .null),
            JSONMember("best_epoch", best.map { .number(Double($0.number)) } ?? .null),
            JSONMember("best_val_\(quality)", best?.meritJSON ?? .null),
            JSONMember("dead_units", .array(dead.map(JSONValue.number))),
            JSONMember("seconds", .finite(seconds)),
            JSONMember("epochs", .array(epochs.map(\.json))),
            JSONMember("warnings", .array(warnings.map(JSONValue.string))),
        ]
    }
}

extension Comparison {
    var json: JSONValue {
        .object([
            JSONMember("moment_seconds", .finite(momentSeconds)),
            JSONMember(
                "recipes",
                .array(
                    entries.map { entry in
                        .object(
                            [
                                JSONMember("recipe", .string(entry.name)),
                                JSONMember("fit_seconds", .finite(entry.fitSeconds)),
                                JSONMember("peak_bytes", entry.memory.map { .number(Double($0)) } ?? .null),
                            ] + entry.seeds + entry.outcome.json)
                    })),
        ])
    }
}

extension Comparison.Entry {
    /// What several seeds came to, and each of them; nothing where there is one.
    fileprivate var seeds: [JSONMember] {
        guard outcomes.count > 1 else { return [] }
        return [
            JSONMember("mean", merit.map { .finite($0.mean) } ?? .null),
            JSONMember("deviation", merit.map { .finite($0.deviation) } ?? .null),
            JSONMember("runs", .array(outcomes.map { .object($0.json) })),
        ]
    }
}
