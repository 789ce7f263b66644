import Datasets
import LinearAlgebra
import Preprocessing

/// What `inspect` says of data.
enum DataReport {
    /// More columns than these are left out of the text; JSON has them all.
    private static let mostColumns = 40
    private static let mostLabels = 20
    /// Text of which there is more is no class label, and could fill the memory: it is counted no further.
    private static let mostCounted = 10_000

    static func report(
        _ inputs: Inputs, _ name: String, _ common: CommonOptions, _ console: Console
    ) throws(Failure) -> Report {
        let description = inputs.description
        var moments = Moments(of: description, step: RowStep(.none, divideBy: 1), products: false)
        var counts: [[String: Int]] = Array(repeating: [:], count: description.labelNames.count)
        var pipeline = Pipeline(common)
        try pipeline.fold(inputs) { (block, _) throws(Failure) in
            count(block.labels, in: &counts)
            try numerics { () throws(LinearAlgebraError) in try moments.add(block) }
        }
        try numerics { () throws(LinearAlgebraError) in try moments.finish() }
        console.skippedRows(pipeline.skipped)

        var report = Report(name: name)
        report.lines = [
            ("kind", "data"), ("format", StatisticsReport.shape(description)), ("rows", "\(moments.count)"),
            ("features", "\(description.features)"),
        ]
        report.json = [
            JSONMember("kind", .string("data")), JSONMember("format", .string(description.format.rawValue)),
            JSONMember("rows", .number(Double(moments.count))),
            JSONMember("features", .number(Double(description.features))),
            JSONMember("shape", .numbers(description.shape.map(Double.init))),
            JSONMember("dtype", .string(description.scalar.rawValue)),
        ]
        var labels: [JSONMember] = []
        for (name, counts) in zip(description.labelNames, counts) {
            guard counts.count <= mostCounted else {
                report.lines.append((name, "more than \(mostCounted) labels"))
                labels.append(JSONMember(name, .null))
                continue
            }
            let sorted = counts.sorted { before($0.key, $1.key) }
            let shown = sorted.prefix(mostLabels).map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
            let more = sorted.count > mostLabels ? " and \(sorted.count - mostLabels) more" : ""
            report.lines.append((name, "\(sorted.count) labels: \(shown)\(more)"))
            labels.append(
                JSONMember(name, .object(sorted.map { JSONMember($0.key, .number(Double($0.value))) })))
        }
        if !labels.isEmpty { report.json.append(JSONMember("labels", .object(labels))) }
        if moments.count > 0 { describe(moments, description, in: &report) }
        return report
    }

    private static func count(_ labels: RowBlock.Labels, in counts: inout [[String: Int]]) {
        switch labels {
        case .none: break
        case .bytes(let labels):
            for (i, label) in labels.enumerated() { counts[i % counts.count]["\(label)", default: 0] += 1 }
        case .text(let labels):
            for (i, label) in labels.enumerated() where counts[i % counts.count].count <= mostCounted {
                counts[i % counts.count][label, default: 0] += 1
            }
        }
    }

    /// Labels that are numbers come in their order, others in that of the alphabet.
    private static func before(_ a: String, _ b: String) -> Bool {
        if let a = Int(a), let b = Int(b) { return a < b }
        return a < b
    }

    static func describe(_ moments: Moments, _ description: DatasetDescription, in report: inout Report) {
        let groups: [(name: String, features: StrideTo<Int>)]
        let kind: String
        if let channels = description.channels {
            kind = "channel"
            groups = (0..<channels.count).map { ("\($0 + 1)", channels.features(of: $0)) }
        } else if description.featureNames != nil || description.features <= mostColumns {
            kind = "feature"
            groups = (0..<description.features).map {
                (description.name(ofFeature: $0), stride(from: $0, to: $0 + 1, by: 1))
            }
        } else {
            kind = "values"
            groups = [("all", stride(from: 0, to: description.features, by: 1))]
        }
        let distributions = groups.map { moments.distribution(of: $0.features, ddof: 0) }
        report.table = [[kind, "mean", "std", "min", "max"]]
        for (group, distribution) in zip(groups, distributions).prefix(mostColumns) {
            report.table.append(
                [group.name]
                    + [distribution.mean, distribution.std, distribution.min, distribution.max].map(Report.short))
        }
        if groups.count > mostColumns {
            report.lines.append(("shown", "the first \(mostColumns) of \(groups.count) features"))
        }
        report.json.append(
            JSONMember(
                kind == "channel" ? "channels" : "columns",
                .array(
                    zip(groups, distributions).map { group, distribution in
                        .object([
                            JSONMember("name", .string(group.name)), JSONMember("mean", finite(distribution.mean)),
                            JSONMember("std", finite(distribution.std)), JSONMember("min", finite(distribution.min)),
                            JSONMember("max", finite(distribution.max)),
                        ])
                    })))
    }

    /// What leaves the range of doubles has no place in JSON.
    private static func finite(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }
}
