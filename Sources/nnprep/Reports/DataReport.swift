import Datasets
import Preprocessing
import Words
import Workflows

/// What `inspect` says of data.
enum DataReport {
    /// More columns than these are left out of the text; JSON has them all.
    private static let mostColumns = 40
    private static let mostLabels = 20

    static func report(_ summary: DataSummary, _ name: String) -> Report {
        let description = summary.description
        let moments = summary.moments
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
        for (name, counts) in zip(description.labelNames, summary.labelCounts) {
            guard let counts else {
                report.lines.append((name, "more than \(DataSummary.mostLabels) labels"))
                labels.append(JSONMember(name, .null))
                continue
            }
            let sorted = counts.sorted { before($0.key, $1.key) }
            let shown = sorted.prefix(mostLabels).map { label, count in
                let name = Int(label).flatMap { number in
                    description.classes.flatMap { $0.indices.contains(number) ? " \($0[number])" : nil }
                }
                return "\(label)\(name ?? "") (\(count))"
            }.joined(separator: ", ")
            let more = sorted.count > mostLabels ? " and \(sorted.count - mostLabels) more" : ""
            report.lines.append((name, "\(sorted.count) labels: \(shown)\(more)"))
            labels.append(
                JSONMember(name, .object(sorted.map { JSONMember($0.key, .number(Double($0.value))) })))
        }
        if !labels.isEmpty { report.json.append(JSONMember("labels", .object(labels))) }
        if let classes = description.classes {
            report.json.append(JSONMember("classes", .array(classes.map(JSONValue.string))))
        }
        if moments.count > 0 { describe(moments, description, in: &report) }
        return report
    }

    /// Labels that are numbers come in their order, others in that of the alphabet.
    static func before(_ a: String, _ b: String) -> Bool {
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
                    + [distribution.mean, distribution.std, distribution.min, distribution.max].map(known))
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
                            JSONMember("name", .string(group.name)), JSONMember("mean", .finite(distribution.mean)),
                            JSONMember("std", .finite(distribution.std)), JSONMember("min", .finite(distribution.min)),
                            JSONMember("max", .finite(distribution.max)),
                        ])
                    })))
    }
}

/// A number for people, where it may be one that no double holds.
func known(_ value: Double) -> String { value.isFinite ? short(value) : "unknown" }
