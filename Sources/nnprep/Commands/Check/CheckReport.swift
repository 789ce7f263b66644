import Datasets
import Preprocessing
import Words
import Workflows

/// What `check` says, as text for people and as JSON for programs.
struct CheckReport {
    private let outcome: CheckOutcome
    private let split: [String]
    private let options: CheckOptions
    private let drift: DriftReport?

    /// So many pairs are shown in the text; a file has them all.
    private static let mostPairs = 10

    init(_ outcome: CheckOutcome, of split: [String], _ options: CheckOptions) {
        self.outcome = outcome
        self.split = split
        self.options = options
        drift = outcome.drift.map(DriftReport.init)
    }

    var text: String {
        let name = split.count == 1 ? displayName(split[0]) : "\(split.count) files"
        let against = outcome.leaks?.trainingRows ?? outcome.drift?.drift.trainingRows
        var text = "\(name): \(outcome.rows) \(outcome.rows == 1 ? "row" : "rows")"
        if let against { text += ", held against \(against) training \(against == 1 ? "row" : "rows")" }
        text += "\n"
        if let drift { text += "\n" + drift.text }
        if let leaks = outcome.leaks { text += "\n" + self.text(leaks) }
        return text
    }

    private func text(_ leaks: Leaks) -> String {
        let count = leaks.pairs.count
        var text = "leaks: "
        guard count > 0 else { return text + "none found\n" + notes(leaks) }
        if leaks.exact == outcome.rows {
            text += "every row is a training row: this is training data itself\n"
        } else {
            let share = percent(Double(count) / Double(outcome.rows))
            text += "\(count) of \(outcome.rows) rows (\(share)) are in the training data, or nearly\n"
        }
        text += "  \(leaks.exact) equal a training row, \(count - leaks.exact) are near-duplicates of one"
        text += leaks.exact < count || leaks.space != nil ? ", by a contrast below \(short(leaks.threshold))\n" : "\n"
        if leaks.mislabelled > 0 {
            text +=
                "  \(leaks.mislabelled) \(leaks.mislabelled == 1 ? "has" : "have") another label than the training row: one of "
                + "the two is wrong\n"
        }
        text += notes(leaks)
        var table = [["row", "training row", "similarity", "contrast", "label"]]
        for pair in leaks.pairs.prefix(Self.mostPairs) { table.append(line(pair)) }
        text += "\n" + Report.aligned(table, indent: "  ")
        if count > Self.mostPairs { text += "  and \(count - Self.mostPairs) more: --leaks FILE writes them all\n" }
        return text
    }

    private func notes(_ leaks: Leaks) -> String {
        var text = ""
        if leaks.placeless > 0 {
            text +=
                "  \(leaks.placeless) \(leaks.placeless == 1 ? "row has" : "rows have") no direction from the training "
                + "mean, and could only be compared for equality\n"
        }
        if let reason = leaks.reason { text += "  \(reason)\n" }
        if leaks.equalByChance > 0 {
            text += "  \(leaks.chance(rows: outcome.rows))\n"
        }
        if let space = leaks.space, space.components == 1 {
            text += "  the training rows vary in one direction only: near-duplicates can hardly be told from chance\n"
        }
        return text
    }

    private func line(_ pair: LeakedPair) -> [String] {
        let several = split.count > 1 ? "\(pair.place.file):" : ""
        let training = options.train.count > 1 ? "\(pair.training.file):" : ""
        var label = pair.label ?? ""
        if pair.hasOtherLabel, let other = pair.trainingLabel { label += ", not \(other)" }
        return [
            "\(several)\(pair.place.row)", "\(training)\(pair.training.row)",
            pair.isExact ? "equal" : fixed(pair.similarity, decimals: 4),
            fixed(pair.contrast, decimals: 4), label,
        ]
    }

    var json: JSONValue {
        var members = [
            JSONMember("split", .array(split.map { .string(displayName($0)) })),
            JSONMember("rows", .number(Double(outcome.rows))), JSONMember("found", .bool(outcome.isSuspicious)),
            JSONMember("drift", drift?.json ?? .null),
        ]
        guard let leaks = outcome.leaks else {
            return .object(members + [JSONMember("leaks", .null)])
        }
        members.append(
            JSONMember(
                "leaks",
                .object([
                    JSONMember("found", .bool(!leaks.pairs.isEmpty)),
                    JSONMember("training_rows", .number(Double(leaks.trainingRows))),
                    JSONMember("equal", .number(Double(leaks.exact))),
                    JSONMember("near", .number(Double(leaks.pairs.count - leaks.exact))),
                    JSONMember("other_label", .number(Double(leaks.mislabelled))),
                    JSONMember("equal_by_chance", .number(Double(leaks.equalByChance))),
                    JSONMember("chance_of_equality", .number(leaks.chanceOfEquality)),
                    JSONMember("only_equal", leaks.reason.map { .string($0) } ?? .null),
                    JSONMember("without_direction", .number(Double(leaks.placeless))),
                    JSONMember("threshold", .finite(leaks.threshold)),
                    JSONMember("measure", leaks.space.map { .string($0.measure.rawValue) } ?? .null),
                    JSONMember("components", .number(Double(leaks.space?.components ?? 0))),
                    JSONMember("epsilon", leaks.space.map { .finite($0.epsilon) } ?? .null),
                    JSONMember("pairs", .array(leaks.pairs.map { .object($0.json) })),
                ])))
        return .object(members)
    }
}

extension Leaks.OnlyEqual {
    /// - Parameters:
    ///   - rows: what the rows are called.
    ///   - count: the number of them.
    func cause(_ rows: String, count: Int) -> String {
        switch self {
        case .noVariance: "the \(rows) do not vary"
        case .fewTrainingRows: "similarity proves nothing among fewer than 20 \(rows)"
        case .repeatedRows(let distinct):
            "similarity proves nothing among \(rows) that often equal one another (\(distinct) distinct ones of \(count))"
        }
    }
}

extension Leaks {
    /// Why only equal rows were looked for.
    var reason: String? {
        onlyEqual.map { "\($0.cause("training rows", count: trainingRows)), so only equal rows are found" }
    }

    /// Why rows that equal training rows are no leaks.
    /// - Parameter rows: the number of rows of the split.
    func chance(rows: Int) -> String {
        "\(equalByChance) of \(rows) rows \(equalByChance == 1 ? "equals" : "equal") a training row, which is chance: it "
            + "makes \(percent(chanceOfEquality)) of new rows equal to one"
    }
}
