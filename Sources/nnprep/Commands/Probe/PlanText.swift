import Datasets
import Models
import Words
import Workflows

extension ProbeSession {
    /// What is trained, and the head of the epochs' table.
    var head: String {
        let rate = "learning rate \(short(plan.learningRate))\(isRateFound ? " (found)" : "")"
        return "\(form), \(widths.map(String.init).joined(separator: "-")), \(rate)\n\n" + EpochRecord.head(task)
    }

    /// What is trained on what, but for what the transform decides.
    var form: String {
        let what =
            switch task.outputs {
            case .classes(let names, _): "\(names.count) classes"
            case .attributes(let names, _): "\(names.count) attributes"
            case .numbers(let targets, _): targets.map { shown($0.name) }.joined(separator: ", ")
            }
        let hidden = plan.architecture.hidden.map(String.init).joined(separator: ", ")
        return "\(trainCount) rows to train on, \(valCount) to judge by: \(what) by \(task.loss.rawValue), "
            + (hidden.isEmpty ? "linear" : "\(hidden) hidden units") + ", batches of \(plan.batch)\n" + rest
    }

    /// What else the plan says: enough to do the same again.
    private var rest: String {
        var parts = ["\(epochs) \(epochs == 1 ? "epoch" : "epochs")"]
        let architecture = plan.architecture
        if architecture.normalizesBatches { parts.append("batch normalization") }
        if architecture.dropout > 0 { parts.append("dropout \(short(architecture.dropout))") }
        if architecture.inputDropout > 0 { parts.append("input dropout \(short(architecture.inputDropout))") }
        if plan.l2 > 0 { parts.append("l2 \(short(plan.l2))") }
        if plan.l1 > 0 { parts.append("l1 \(short(plan.l1))") }
        if let norm = plan.maxNorm { parts.append("max-norm \(short(norm))") }
        parts += ["momentum \(short(plan.momentum))", "decay \(short(plan.decay))"]
        if !architecture.hidden.isEmpty { parts.append("weights by \(plan.initializer.scheme.rawValue)") }
        return parts.joined(separator: ", ") + ", seed \(plan.seed)"
    }
}
