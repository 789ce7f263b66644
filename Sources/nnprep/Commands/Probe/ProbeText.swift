import Datasets
import Models
import Words
import Workflows

// What `probe` says, for people.

extension ProbeTask {
    fileprivate var isNumber: Bool { loss.task == .numbers }
    /// What the model is judged by.
    fileprivate var quality: String { isNumber ? "R²" : "accuracy" }
}

extension EpochRecord {
    static func head(_ task: ProbeTask) -> String {
        let quality = task.isNumber ? ["R²", "MAE"] : ["accuracy"]
        return line(["epoch", "train loss"] + quality + ["val loss"] + quality + ["seconds"])
    }

    var line: String {
        Self.line(
            ["\(number)", short(train.loss)] + cells(train.quality) + [short(val.loss)] + cells(val.quality)
                + [rounded(seconds, decimals: 2)])
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
        case .fit(let r2, let error): [r2.map { rounded($0, decimals: 3) } ?? "-", short(error * unit)]
        }
    }

    /// The merit in words.
    var meritText: String { cells(val.quality)[0] }
}

extension ProbeOutcome {
    var summary: String {
        guard let best, let last = epochs.last else { return "" }
        let rate = Double(session.trainCount * epochs.count) / max(seconds, 1e-6)
        return "\nval \(session.task.quality) \(last.meritText); best \(best.meritText), after epoch \(best.number); "
            + "\(Int(clamping: rate)) samples per second\n"
    }
}

extension ProbeOutcome {
    /// What several seeds came to.
    static func summary(of outcomes: [ProbeOutcome]) -> String {
        let best = outcomes.compactMap { $0.best?.merit }
        guard best.count == outcomes.count, let first = outcomes.first else { return "\nsome have diverged\n" }
        let mean = best.reduce(0, +) / Double(best.count)
        let square = best.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(best.count - 1)
        let isNumber = first.session.task.isNumber
        let words = spread(mean, square.squareRoot(), isNumber: isNumber)
        return "\n\(outcomes.count) seeds: best val \(first.session.task.quality) \(words)\n"
    }
}

/// `51.3 % ± 0.4 %`
private func spread(_ mean: Double, _ deviation: Double, isNumber: Bool) -> String {
    isNumber
        ? "\(rounded(mean, decimals: 3)) ± \(rounded(deviation, decimals: 3))"
        : "\(percent(mean)) ± \(percent(deviation))"
}

extension Comparison {
    var text: String {
        guard let first = entries.first?.outcome.session else { return "" }
        var table = [
            [
                "recipe", "values", "scale", "rate", "train loss", "val loss", "val \(first.task.quality)", "epoch",
                "fit s",
                "train s", "memory",
            ]
        ]
        for entry in entries {
            let outcome = entry.outcome
            let best = outcome.best
            let isNumber = outcome.session.task.isNumber
            let merit =
                entry.outcomes.count == 1
                ? best?.meritText : entry.merit.map { spread($0.mean, $0.deviation, isNumber: isNumber) }
            table.append([
                entry.name, "\(outcome.session.features)", short(outcome.session.inputScale),
                short(outcome.session.plan.learningRate),
                best.map { short($0.train.loss) } ?? "diverged", best.map { short($0.val.loss) } ?? "-",
                (merit ?? "-") + (entry.isTrained ? "" : " (not trained)"), best.map { "\($0.number)" } ?? "-",
                tenths(entry.fitSeconds),
                tenths(outcome.seconds), entry.memory.map { "\($0 / 1_000_000) MB" } ?? "-",
            ])
        }
        let once =
            "sums over the training rows, once for all recipes: \(tenths(momentSeconds)) s; each recipe's values divided "
            + "by their root mean square, its scale"
        return first.form + "\n" + once + "\n\n" + Report.aligned(table)
    }
}
