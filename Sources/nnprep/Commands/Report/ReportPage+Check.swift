import Datasets
import Pictures
import Preprocessing
import Words
import Workflows

extension ReportPage {
    private static let mostPairs = 24

    /// What `check` finds in the splits that are to be judged by.
    var checks: Page.Section? {
        let judged = facts.splits.filter { $0.role != .train }
        guard !judged.isEmpty else { return nil }
        return Page.Section("Are the splits safe to judge by?", judged.flatMap(blocks))
    }

    private func blocks(_ split: ReportedSplit) -> [Page.Block] {
        var blocks: [Page.Block] = [.heading("The \(split.role.name) split")]
        if let reason = split.uncheckedReason { blocks.append(.warnings([sentence("not checked: \(reason)")])) }
        guard let check = split.check else { return blocks }
        if let drift = check.drift {
            let findings = DriftReport(drift).findings
            blocks +=
                findings.isEmpty
                ? [.text("Drift: none found. Its \(check.rows) rows are like the training rows.")]
                : [.text("Drift from the training rows:"), .warnings(findings.map(sentence))]
        }
        if let panels = DriftPlot.panels(split.shifts, transform.input, limit: 1) {
            let name = split.role.name
            blocks.append(.text("Where the means are off, in training deviations; vermilion is above, blue below:"))
            blocks.append(
                .pictures(
                    panels.map {
                        Page.Picture(
                            $0.raster, caption: $0.caption, description: "Means of the \(name) split, \($0.caption)")
                    }))
        }
        guard let leaks = check.leaks else {
            return blocks + [.text("Leaks were not looked for: that needs the training rows, --train.")]
        }
        let near = leaks.pairs.count - leaks.exact
        guard !leaks.pairs.isEmpty else {
            let none =
                "Leaks: none found. None of its rows is among the \(leaks.trainingRows) training rows, or nearly."
            let notes = [leaks.reason, leaks.equalByChance > 0 ? leaks.chance(rows: check.rows) : nil]
            return blocks + [.text(([none] + notes.compactMap { $0.map(sentence) }).joined(separator: " "))]
        }
        let share = percent(Double(leaks.pairs.count) / Double(check.rows))
        var found = [
            "\(leaks.pairs.count) of \(check.rows) rows (\(share)) are in the training data, or nearly: \(leaks.exact) equal a "
                + "training row, \(near) \(near == 1 ? "is a near-duplicate" : "are near-duplicates") of one"
        ]
        if leaks.mislabelled > 0 {
            found.append(
                "\(leaks.mislabelled) of them have another label than their training row: one of the two is wrong")
        }
        blocks += [.text("Leaks from the training rows:"), .warnings(found.map(sentence))]
        if let drawing = LeakPicture.drawing(leaks, most: Self.mostPairs) {
            let shown = min(Self.mostPairs, leaks.pairs.count)
            blocks.append(
                .chart(
                    drawing,
                    caption:
                        "\(shown) of \(leaks.pairs.count) pairs: on the left the row of the split, on the right its training "
                        + "row. s is their similarity, c the contrast: how far the nearest training row is, as a share of "
                        + "how far the twentieth is."))
        }
        return blocks
    }
}
