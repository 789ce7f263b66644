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
        if arguments.recipes.isEmpty {
            try single(arguments, in: run)
        } else {
            let comparison = try compare(arguments.recipes, arguments.options, in: run)
            try printOut(arguments.json ? comparison.json.text : comparison.text)
            for entry in comparison.entries {
                for warning in entry.outcome.warnings { run.onWarning("\(entry.name): \(warning)") }
            }
        }
    }

    /// One model, with a line for every epoch.
    private static func single(_ arguments: Arguments, in run: Run) throws {
        let statistics = try arguments.statistics.map { try readStatistics($0) }
        let session = try train(arguments.options, statistics: statistics, in: run)
        let isText = !arguments.json
        if isText { try printOut(session.head) }
        let outcome = try session.run { record in
            if isText { try printOut(record.line) }
        }
        try printOut(isText ? outcome.summary : JSONValue.object(outcome.json).text)
        for warning in outcome.warnings { run.onWarning(warning) }
    }
}

extension JSONValue {
    /// As printed.
    var text: String { String(decoding: formatted(), as: UTF8.self) }
}
