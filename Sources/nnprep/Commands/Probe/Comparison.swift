import Datasets
import LinearAlgebra
import Models
import Preprocessing

/// The same model on the same rows, transformed by one recipe after the other.
struct Comparison {
    private let arguments: Probe.Arguments
    private let data: ProbeData
    private let console: Console
    /// Of the training rows; empty if no recipe needs them.
    private let moments: Moments
    private let momentSeconds: Double

    /// A recipe and what came of it.
    private struct Entry {
        let name: String
        let outcome: ProbeOutcome
        /// For the fit, and for the rows that are made at once.
        let fitSeconds: Double
        /// The most memory that the process has held since the entry began, in bytes.
        let memory: Int?
    }

    init(_ arguments: Probe.Arguments, _ data: ProbeData, _ console: Console) throws(Failure) {
        self.arguments = arguments
        self.data = data
        self.console = console
        for path in arguments.train { warnOfHeldOutData(path, console) }
        let needsProducts = arguments.recipes.contains { $0.recipe?.needsProducts ?? false }
        if needsProducts { try checkMemory(forProductsOf: data.train.description.features, for: Recipe()) }
        // None of these recipes has a step of its own for each row, so one reading serves them all.
        var moments = Moments(
            of: data.train.description, step: RowStep(.none, divideBy: 1), products: needsProducts)
        let train = data.train
        let needsMoments = arguments.recipes.contains { $0.recipe != nil }
        let begin = ContinuousClock.now
        try numerics { () throws(LinearAlgebraError) in
            for start in stride(from: 0, to: needsMoments ? train.count : 0, by: Self.rowsAtOnce) {
                try moments.add(train.block(start..<min(start + Self.rowsAtOnce, train.count)))
            }
            try moments.finish()
        }
        self.moments = moments
        momentSeconds = (ContinuousClock.now - begin) / .seconds(1)
    }

    private static let rowsAtOnce = 1000

    func run() throws(Failure) {
        var entries: [Entry] = []
        for recipe in arguments.recipes { entries.append(try entry(recipe)) }
        entries.sort { merit($0) > merit($1) }
        if arguments.json {
            try printOut(String(decoding: json(entries).formatted(), as: UTF8.self))
        } else {
            try printOut(text(entries))
        }
        for entry in entries {
            for warning in entry.outcome.warnings { console.warn("\(entry.name): \(warning)") }
        }
    }

    private func merit(_ entry: Entry) -> Double { entry.outcome.best?.merit ?? -.infinity }

    private func entry(_ named: NamedRecipe) throws(Failure) -> Entry {
        resetPeakMemory()
        let start = ContinuousClock.now
        let fitted = try named.recipe.map { (recipe) throws(Failure) in try fit(recipe, named.name) }
        let samples = try data.samples(ModelRows(fitted))
        let fitSeconds = (ContinuousClock.now - start) / .seconds(1)
        let words = "training on \(named.name) ..."
        let outcome = try Progress.showing(words, arguments.common) { () throws(Failure) in
            try ProbeSession(arguments, data, samples).run { _ in }
        }
        return Entry(name: named.name, outcome: outcome, fitSeconds: fitSeconds, memory: peakMemory())
    }

    private func fit(_ recipe: Recipe, _ name: String) throws(Failure) -> FittedTransform {
        do throws(FitError) {
            let (fitted, warnings) = try recipe.fit(moments, input: data.train.description, sources: [])
            for warning in warnings { console.warn("\(name): \(warning)") }
            return fitted
        } catch {
            throw .fit(error, files: "\(data.train.name), for \(name)")
        }
    }

    private func text(_ entries: [Entry]) -> String {
        let quality = data.task.loss.task == .numbers ? "R²" : "accuracy"
        var table = [
            [
                "recipe", "values", "rate", "train loss", "val loss", "val \(quality)", "epoch", "fit s", "train s",
                "memory",
            ]
        ]
        for entry in entries {
            let outcome = entry.outcome
            let best = outcome.best
            table.append([
                entry.name, "\(outcome.session.features)", Report.short(outcome.session.plan.learningRate),
                best.map { Report.short($0.train.loss) } ?? "diverged", best.map { Report.short($0.val.loss) } ?? "-",
                best?.meritText ?? "-", best.map { "\($0.number)" } ?? "-", tenths(entry.fitSeconds),
                tenths(outcome.seconds), entry.memory.map { "\($0 / 1_000_000) MB" } ?? "-",
            ])
        }
        let head = entries.first.map { $0.outcome.session.form } ?? ""
        let once = "sums over the training rows, once for all recipes: \(tenths(momentSeconds)) s"
        return head + "\n" + once + "\n\n" + Report.aligned(table)
    }

    private func tenths(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }

    private func json(_ entries: [Entry]) -> JSONValue {
        .object([
            JSONMember("moment_seconds", .number(momentSeconds)),
            JSONMember(
                "recipes",
                .array(
                    entries.map { entry in
                        .object(
                            [
                                JSONMember("recipe", .string(entry.name)),
                                JSONMember("fit_seconds", .number(entry.fitSeconds)),
                                JSONMember("peak_bytes", entry.memory.map { .number(Double($0)) } ?? .null),
                            ] + entry.outcome.json)
                    })),
        ])
    }
}
