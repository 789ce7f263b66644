import Preprocessing
import Words
import Workflows

// The sentences for what was found.

extension DriftReport {
    func words(_ finding: Drift.Finding) -> String {
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

    func place(_ number: Int, _ kind: Drift.Kind) -> Drift.Feature {
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

    func name(_ number: Int, _ kind: Drift.Kind) -> String {
        switch kind {
        case .constants, .range, .means, .variances: outcome.reference.input.place(ofFeature: number)
        case .channelMeans, .channelVariances: "channel \(number + 1)"
        case .componentMeans, .componentVariances: "component \(number + 1)"
        }
    }

    func words(_ reading: Reading) -> String {
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
}
