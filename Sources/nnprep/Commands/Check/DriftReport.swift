import Datasets
import Preprocessing
import Words
import Workflows

/// What `check` says of drift.
struct DriftReport {
    private let outcome: DriftOutcome
    private var drift: Drift { outcome.drift }

    /// So many of what differs most are named.
    private static let mostPlaces = 3
    private static let mostInJSON = 20

    init(_ outcome: DriftOutcome) { self.outcome = outcome }

    var text: String {
        var text = drift.findings.isEmpty ? "drift: none found\n" : "drift: found\n"
        for finding in drift.findings { text += "  ! \(words(finding))\n" }
        if let reading = outcome.reading { text += "  ! \(words(reading))\n" }
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

    private func range(_ values: [Double]) -> String? {
        guard let low = values.min(), let high = values.max() else { return nil }
        return "\(rounded(low, decimals: 3)) to \(rounded(high, decimals: 3))"
    }

    private func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + rounded(value, decimals: 3) }

    private func words(_ finding: Drift.Finding) -> String {
        let count = finding.places.count
        let most = finding.places.prefix(Self.mostPlaces).map {
            "\(name($0, finding.kind)) \(figure($0, finding.kind))"
        }
        .joined(separator: ", ")
        let features = drift.features.count
        return switch finding.kind {
        case .constants:
            "\(count) of \(features) features are constant in the training rows, and vary here; share of the rows: \(most)"
        case .range:
            "\(count) of \(features) features have values outside the training range; share of the rows: \(most)"
        case .means: "\(count) of \(features) features have other means; in training deviations: \(most)"
        case .variances: "\(count) of \(features) features have other variances; ratios: \(most)"
        case .channelMeans: "channels have other means; in training deviations: \(most)"
        case .channelVariances: "channels have other variances; ratios: \(most)"
        case .componentMeans:
            "\(count) of \(drift.components.count) components have other means; in training deviations: \(most)"
        case .componentVariances:
            "\(count) of \(drift.components.count) components have other variances, as blurred or noisy rows do; ratios: "
                + most
        }
    }

    private func place(_ number: Int, _ kind: Drift.Kind) -> Drift.Feature {
        switch kind {
        case .constants, .range, .means, .variances: drift.features[number]
        case .channelMeans, .channelVariances: drift.channels[number]
        case .componentMeans, .componentVariances: drift.components[number]
        }
    }

    private func figure(_ number: Int, _ kind: Drift.Kind) -> String {
        let place = place(number, kind)
        return switch kind {
        case .constants, .range: percent(place.outside)
        case .means, .channelMeans, .componentMeans: signed(place.mean)
        case .variances, .channelVariances, .componentVariances: rounded(place.variance, decimals: 3)
        }
    }

    private func name(_ number: Int, _ kind: Drift.Kind) -> String {
        switch kind {
        case .constants, .range, .means, .variances: featureName(number)
        case .channelMeans, .channelVariances: "channel \(number + 1)"
        case .componentMeans, .componentVariances: "component \(number + 1)"
        }
    }

    /// By name in tables; in images by channel, row and column, from 1.
    private func featureName(_ feature: Int) -> String {
        let input = outcome.reference.input
        guard let channels = outcome.reference.channels else { return input.name(ofFeature: feature) }
        let pixel = channels.isInterleaved ? feature / channels.count : feature % channels.pixels
        let width = channels.isInterleaved ? input.shape[1] : input.shape.last ?? 1
        let channel = channels.count > 1 ? "channel \(channels.channel(of: feature) + 1) " : ""
        return "\(channel)at \(pixel / max(1, width) + 1),\(pixel % max(1, width) + 1)"
    }

    private func words(_ reading: Reading) -> String {
        let scale: String? =
            switch reading.scale {
            case .asIs: nil
            case .multiplied(let factor) where factor > 1: "divided by \(short(factor))"
            case .multiplied(let factor): "multiplied by \(short(1 / factor))"
            case .fromSymmetric: "mapped to -1...1"
            case .standardized: "standardized already"
            }
        let order: String? =
            switch reading.order {
            case .asIs: nil
            case .channels([2, 1, 0]): "in the order BGR where the training rows are RGB"
            case .channels(let order):
                "with channel \(order.map { "\($0 + 1)" }.joined(separator: ", ")) of the training rows in place of "
                    + "\(order.indices.map { "\($0 + 1)" }.joined(separator: ", "))"
            case .interleaved: "channels last where the training rows are channels first"
            case .planar: "channels first where the training rows are channels last"
            }
        let what = [scale, order].compactMap { $0 }.joined(separator: ", and ")
        return "the rows look \(what): read that way, means and deviations are off by "
            + "\(rounded(reading.after, decimals: 3)) instead of \(rounded(reading.before, decimals: 3))"
    }

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
            JSONMember("outside", .number(drift.outside)),
            JSONMember("mean_square", drift.meanSquare.map(JSONValue.number) ?? .null),
            JSONMember("findings", .array(findings)),
            JSONMember("reading", outcome.reading.map { .string(words($0)) } ?? .null),
            JSONMember("channels", .array(drift.channels.indices.map { json($0, .channelMeans) })),
            JSONMember("components", .array(drift.components.indices.map { json($0, .componentMeans) })),
        ])
    }

    private func json(_ number: Int, _ kind: Drift.Kind) -> JSONValue {
        let place = place(number, kind)
        return .object([
            JSONMember("name", .string(name(number, kind))), JSONMember("mean", .number(place.mean)),
            JSONMember("mean_error", .number(place.meanError)), JSONMember("variance", .number(place.variance)),
            JSONMember("variance_error", .number(place.varianceError)), JSONMember("outside", .number(place.outside)),
        ])
    }
}
