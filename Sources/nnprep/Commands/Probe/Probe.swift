import Datasets
import Flags
import LinearAlgebra
import Models
import Preprocessing

/// `nnprep probe`: train a small model, to judge the preprocessing by.
enum Probe {
    struct Arguments: HasCommonOptions, HasInputOptions, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        var train: [String] = []
        var val: [String] = []
        var statistics: String?
        /// The recipes to compare, and how they were written.
        var recipes: [NamedRecipe] = []
        var target: String?
        var architecture = Architecture()
        /// Nil for what goes with the labels.
        var loss: Loss?
        var epochs = 10
        /// Rows per step; nil for what suits their number.
        var batch: Int?
        /// Nil to try some.
        var learningRate: Double?
        var momentum = 0.9
        var decay = 0.95
        var seed: UInt64 = 1
        var l1 = 0.0
        var l2 = 0.0
        var maxNorm: Double?
        var json = false
    }

    static func run(_ arguments: Arguments, _ console: Console) throws(Failure) {
        guard arguments.statistics == nil || arguments.recipes.isEmpty else {
            throw .usage(table.page.misuse("--compare fits its own recipes, so --stats cannot be given with it"))
        }
        let ofHidden = arguments.architecture
        guard !ofHidden.hidden.isEmpty || !ofHidden.normalizesBatches && ofHidden.dropout == 0 else {
            throw .usage(table.page.misuse("--dropout and --batch-norm are for hidden units: pass --hidden too"))
        }
        let statistics = try arguments.statistics.map { (path) throws(Failure) in try readStatistics(path) }
        let data = try ProbeData(arguments, statistics, console)
        if arguments.recipes.isEmpty {
            let rows = ModelRows(statistics?.0)
            try single(arguments, data, rows, console)
        } else {
            try Comparison(arguments, data, console).run()
        }
    }

    /// One model, with a line for every epoch.
    private static func single(
        _ arguments: Arguments, _ data: ProbeData, _ rows: ModelRows, _ console: Console
    ) throws(Failure) {
        let session = try Progress.showing("making ready ...", arguments.common) { () throws(Failure) in
            try ProbeSession(arguments, data, try data.samples(rows))
        }
        let isText = !arguments.json
        if isText { try printOut(session.head) }
        let outcome = try session.run { (record) throws(Failure) in
            if isText { try printOut(record.line) }
        }
        if isText {
            try printOut(outcome.summary)
        } else {
            try printOut(String(decoding: JSONValue.object(outcome.json).formatted(), as: UTF8.self))
        }
        for warning in outcome.warnings { console.warn(warning) }
    }
}
