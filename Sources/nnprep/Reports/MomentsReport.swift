import Datasets
import Preprocessing

/// What `inspect` says of a moments file.
enum MomentsReport {
    /// More sources than these are left out of the text; JSON has them all.
    private static let mostSources = 8

    /// - Parameter hasProducts: whether the file has them; the moments read need not.
    static func report(_ found: SourcedMoments, hasProducts: Bool, _ name: String) -> Report {
        let moments = found.moments
        let input = found.input
        let sources = found.sources.prefix(mostSources).map { "\($0.name) (\($0.samples))" }.joined(separator: ", ")
        let more = found.sources.count - mostSources
        var report = Report(name: name)
        report.lines = [
            ("kind", "moments"), ("of", StatisticsReport.shape(input)),
            ("rows", "\(moments.count)"), ("features", "\(input.features)"),
            ("products", hasProducts ? "yes: fit with any recipe" : "no: fit without PCA and whitening"),
            ("per-sample step", moments.step.inWords),
            ("sources", sources + (more > 0 ? " and \(more) more" : "")),
            ("rows fingerprint", "\(found.fingerprint)"),
        ]
        report.json = [
            JSONMember("kind", .string("moments")), JSONMember("format", .string(input.format.rawValue)),
            JSONMember("rows", .number(Double(moments.count))),
            JSONMember("features", .number(Double(input.features))),
            JSONMember("shape", .numbers(input.shape.map(Double.init))),
            JSONMember("dtype", .string(input.scalar.rawValue)),
            JSONMember("products", .bool(hasProducts)),
            JSONMember("exact", .bool(moments.scalar == .uint8)),
            JSONMember("per_sample", .string(moments.step.perSample.rawValue)),
            JSONMember("divide_by", .number(moments.step.divideBy)),
            JSONMember("rows_fingerprint", .string("\(found.fingerprint)")),
            JSONMember(
                "sources",
                .array(
                    found.sources.map {
                        .object([
                            JSONMember("name", .string($0.name)), JSONMember("samples", .number(Double($0.samples))),
                            JSONMember("rows_fingerprint", .string("\($0.fingerprint)")),
                        ])
                    })),
        ]
        if moments.count > 0 { DataReport.describe(moments, input, in: &report) }
        return report
    }
}
