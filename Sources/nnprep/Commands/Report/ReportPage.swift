import Datasets
import Pictures
import Preprocessing
import Words
import Workflows

/// What a report says, as a page. A chart that cannot be drawn is a warning on it.
struct ReportPage {
    let facts: ReportFacts
    var transform: FittedTransform { facts.transform }

    /// The split of which pictures are drawn: the training rows, or the first that there are.
    var shown: ReportedSplit? { facts.splits.first }

    init(_ facts: ReportFacts) { self.facts = facts }

    var page: Page {
        get throws {
            var failures: [String] = []
            let sections = try sections(&failures)
            let warnings = facts.warnings + failures
            let first = Page.Section(
                "Warnings", warnings.isEmpty ? [.text("Nothing to warn of.")] : [.warnings(warnings.map(sentence))])
            return Page(
                title: "Preprocessing report of \(facts.name)", lead: lead, sections: [first] + sections,
                footer: "Written by \(programNameAndVersion).")
        }
    }

    private func sections(_ failures: inout [String]) throws -> [Page.Section] {
        var sections = [recipe, provenance, statistics]
        if let checks { sections.insert(checks, at: 0) }
        if let shown {
            let before = try charts(
                &failures, [.text("Values before the transform and after it; each axis spans those that there are.")]
            ) {
                [
                    .chart(
                        try ChartPlots.histogram(shown.sample, of: shown.files[0], [], statisticsPair),
                        caption: "\(shown.sample.count) rows of the \(shown.role.name) split, chosen at random.")
                ]
            }
            sections.append(Page.Section("Values before and after", before))
        }
        if let components = components { sections.append(components) }
        if let shown {
            if shown.sample.description.channels != nil {
                let images = try charts(&failures, []) { try pictures(shown) }
                sections.append(Page.Section("Images before and after", images))
            }
            if shown.sample.description.features >= 2, transform.principal.map({ $0.count >= 2 }) ?? true {
                let points = try charts(&failures, []) {
                    try checkDrawable(shown.sample.values, of: shown.files[0])
                    return try scatter(shown)
                }
                sections.append(Page.Section("Two features", points))
            }
        }
        return sections
    }

    var statisticsPair: (transform: FittedTransform, name: String) { (transform, facts.name) }

    /// What is drawn after `blocks`; what cannot be drawn is told of instead.
    private func charts(
        _ failures: inout [String], _ blocks: [Page.Block], _ draw: () throws -> [Page.Block]
    ) throws -> [Page.Block] {
        do {
            return blocks + (try draw())
        } catch let refusal as Refusal {
            failures.append(refusal.message)
            return [.text("Not drawn: \(refusal.message).")]
        }
    }

    private var lead: String {
        let samples = transform.fittedOn.samples
        let splits = facts.splits.map { "\($0.count) \($0.role.name) rows" }
        let steps = StatisticsReport.recipe(transform)
        return "Fitted on \(samples) training rows of \(transform.input.features) features: "
            + steps.joined(separator: ", then ") + "."
            + (splits.isEmpty ? "" : " Looked at here: " + splits.joined(separator: ", ") + ".")
    }

    // MARK: What was done

    private var recipe: Page.Section {
        Page.Section(
            "What is done to a row",
            [
                .list(StatisticsReport.recipe(transform).map(sentence), isOrdered: true),
                .code(
                    transform.numpyLines(reading: facts.name).joined(separator: "\n"),
                    caption: "The same in Python, where x holds one row a line, as doubles"),
            ])
    }
}

/// With a capital letter and a full stop.
func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }
