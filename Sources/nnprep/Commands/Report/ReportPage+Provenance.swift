import Datasets
import Pictures
import Preprocessing
import Words
import Workflows

extension ReportPage {
    /// What the statistics were fitted on, and what the splits are.
    var provenance: Page.Section {
        let input = transform.input
        var facts = [
            Page.Fact("statistics", self.facts.name), Page.Fact("fitted on", "\(transform.fittedOn.samples) rows"),
            Page.Fact("format", StatisticsReport.shape(input)),
        ]
        if !input.labelNames.isEmpty {
            facts.append(Page.Fact("labels", input.labelNames.joined(separator: ", ")))
        }
        var blocks: [Page.Block] = [.facts(facts)]
        let sources = transform.fittedOn.sources
        if !sources.isEmpty {
            blocks.append(
                .table(
                    .init(
                        caption: "The files that the statistics were fitted on", head: ["file", "rows"],
                        rows: sources.map { [$0.name, "\($0.samples)"] })))
        }
        if !self.facts.splits.isEmpty { blocks.append(.table(splits)) }
        blocks += labels
        return Page.Section("Where it comes from", blocks)
    }

    private var splits: Page.Table {
        Page.Table(
            caption:
                "The splits, in the units of the statistics; outside: features with values outside the training range",
            head: ["split", "rows", "mean", "std", "min", "max", "outside"],
            rows: facts.splits.map { split in
                ["\(split.role.name) (\(split.files.joined(separator: ", ")))", "\(split.count)"]
                    + [split.all.mean, split.all.std, split.all.min, split.all.max].map(short) + ["\(split.outside)"]
            })
    }

    /// For each label, how often its texts occur in each split.
    private var labels: [Page.Block] {
        let most = 40
        guard let first = facts.splits.first else { return [] }
        return first.labelNames.indices.compactMap { label in
            let counts = facts.splits.map {
                $0.labelCounts.indices.contains(label) ? $0.labelCounts[label] ?? [:] : [:]
            }
            let texts = Set(counts.flatMap(\.keys)).sorted(by: DataReport.before)
            guard !texts.isEmpty else { return nil }
            let more = texts.count > most ? "; the first \(most) of \(texts.count)" : ""
            return .table(
                .init(
                    caption: "How many rows have which \(first.labelNames[label])\(more)",
                    head: [first.labelNames[label]] + facts.splits.map(\.role.name),
                    rows: texts.prefix(most).map { text in
                        [text]
                            + zip(facts.splits, counts).map { split, counts in
                                let count = counts[text] ?? 0
                                return "\(count) (\(percent(Double(count) / Double(split.count))))"
                            }
                    }))
        }
    }
}
