import Datasets
import Preprocessing
import Words
import Workflows

/// What `check` says of drift.
struct DriftReport {
    let outcome: DriftOutcome
    var drift: Drift { outcome.drift }

    /// So many of what differs most are named.
    static let mostPlaces = 3
    private static let mostInJSON = 20

    init(_ outcome: DriftOutcome) { self.outcome = outcome }

    var text: String {
        var text = drift.findings.isEmpty ? "drift: none found\n" : "drift: found\n"
        for finding in findings { text += "  ! \(finding)\n" }
        text += "  outside the training range: \(percent(drift.outside)) of the values\n"
        if let means = range(drift.features.map(\.mean)) {
            text += "  means, in training deviations: \(means) off by feature\n"
        }
        if let ratios = range(drift.features.map(\.variance)) {
            text += "  variances: \(ratios) times as large by feature\n"
        }
        for (c, channel) in drift.channels.enumerated() {
            text +=
                "  channel \(c + 1): mean \(signed(channel.mean)) off (± \(rounded(channel.meanError, decimals: 3))), "
                + "variance \(rounded(channel.variance, decimals: 3)) times as large "
                + "(± \(rounded(channel.varianceError, decimals: 3)))\n"
        }
        if let square = drift.meanSquare {
            text += "  whitened rows: mean square \(rounded(square, decimals: 3)), 1 in the training rows"
            if let ratios = range(drift.components.map(\.variance)) { text += "; \(ratios) by component" }
            text += "\n"
        }
        return text
    }

    /// What was found, a sentence without a full stop each.
    var findings: [String] { drift.findings.map(words) + (outcome.reading.map { [words($0)] } ?? []) }

    private func range(_ values: [Double]) -> String? {
        guard let low = values.min(), let high = values.max() else { return nil }
        return "\(rounded(low, decimals: 3)) to \(rounded(high, decimals: 3))"
    }

    func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + rounded(value, decimals: 3) }

    var json: JSONValue {
        let findings = drift.findings.map { finding in
            JSONValue.object([
                JSONMember("kind", .string(finding.kind.rawValue)),
                JSONMember("count", .number(Double(finding.places.count))),
                JSONMember(
                    "largest",
                    .array(finding.places.prefix(Self.mostInJSON).map { json($0, finding.kind) })),
            ])
        }
        return .object([
            JSONMember("found", .bool(!drift.findings.isEmpty)),
            JSONMember("training_rows", .number(Double(drift.trainingRows))),
            JSONMember("outside", .finite(drift.outside)),
            JSONMember("mean_square", drift.meanSquare.map(JSONValue.finite) ?? .null),
            JSONMember("findings", .array(findings)),
            JSONMember("reading", outcome.reading.map { .string(words($0)) } ?? .null),
            JSONMember("channels", .array(drift.channels.indices.map { json($0, .channelMeans) })),
            JSONMember("components", .array(drift.components.indices.map { json($0, .componentMeans) })),
        ])
    }

    private func json(_ number: Int, _ kind: Drift.Kind) -> JSONValue {
        let place = place(number, kind)
        return .object([
            JSONMember("name", .string(name(number, kind))), JSONMember("mean", .finite(place.mean)),
            JSONMember("mean_error", .finite(place.meanError)), JSONMember("variance", .finite(place.variance)),
            JSONMember("variance_error", .finite(place.varianceError)), JSONMember("outside", .finite(place.outside)),
        ])
    }
}
