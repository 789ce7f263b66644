import Datasets
import Flags
import Models
import Workflows

/// `nnprep probe`: train a small model, to judge the preprocessing by.
enum Probe {
    struct Arguments: HasCommonOptions, HasInputOptions, Sendable {
        var common = CommonOptions()
        var options = ProbeOptions()
        var statistics: String?
        /// The recipes to compare, and how they were written.
        var recipes: [NamedRecipe] = []
        var json = false

        var input: InputOptions {
            get { options.input }
            set { options.input = newValue }
        }
    }

    static func run(_ arguments: Arguments, in run: Run) throws {
        guard arguments.statistics == nil || arguments.recipes.isEmpty else {
            throw table.page.misuse("--compare fits its own recipes, so --stats cannot be given with it")
        }
        let model = arguments.options.architecture
        guard !model.hidden.isEmpty || !model.normalizesBatches && model.dropout == 0 else {
            throw table.page.misuse("--dropout and --batch-norm are for hidden units: pass --hidden too")
        }
        guard !model.hidden.isEmpty || arguments.options.initializer.scheme == .he else {
            throw table.page.misuse("--init is for hidden units: pass --hidden too")
        }
        if arguments.recipes.isEmpty {
            try single(arguments, in: run)
        } else {
            let comparison = try compare(arguments.recipes, arguments.options, in: run)
            try printOut(arguments.json ? comparison.json.text : comparison.text)
            for entry in comparison.entries {
                for (number, outcome) in entry.outcomes.enumerated() {
                    let seed = entry.outcomes.count > 1 ? ", seed \(outcome.session.plan.seed)" : ""
                    // What is known of the first seed need not be said of each.
                    guard number == 0 || outcome.warnings != entry.outcome.warnings else { continue }
                    for warning in outcome.warnings { run.onWarning("\(entry.name)\(seed): \(warning)") }
                }
            }
        }
    }

    /// One model, with a line for every epoch.
    private static func single(_ arguments: Arguments, in run: Run) throws {
        let statistics = try arguments.statistics.map { try readStatistics($0) }
        let isText = !arguments.json
        var outcomes: [ProbeOutcome] = []
        try train(arguments.options, statistics: statistics, in: run) { session in
            if isText { try printOut((outcomes.isEmpty ? "" : "\n") + session.head) }
            let outcome = try session.run { record in
                if isText { try printOut(record.line) }
            }
            if isText { try printOut(outcome.summary) }
            for warning in outcome.warnings { run.onWarning(warning) }
            outcomes.append(outcome)
        }
        if isText {
            if outcomes.count > 1 { try printOut(ProbeOutcome.summary(of: outcomes)) }
        } else if outcomes.count == 1 {
            try printOut(JSONValue.object(outcomes[0].json).text)
        } else {
            try printOut(JSONValue.object([JSONMember("runs", .array(outcomes.map { .object($0.json) }))]).text)
        }
    }
}

extension JSONValue {
    /// As printed.
    var text: String { String(decoding: formatted(), as: UTF8.self) }
}
