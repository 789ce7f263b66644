import Datasets
import LinearAlgebra
import Pictures
import Preprocessing
import Words
import Workflows

extension ReportPage {
    /// The spectrum; nil where there are no components.
    var components: Page.Section? {
        guard let principal = transform.principal else { return nil }
        let series = SpectrumSeries(
            name: facts.name, variances: principal.explainedVariance, total: principal.totalVariance)
        let counts = [90, 95, 99].map { percent in
            "\(series.count(for: percent).map(String.init) ?? "more than \(principal.count)") for \(percent) %"
        }
        let share = principal.explainedVarianceRatio.reduce(0, +)
        var blocks: [Page.Block] = [
            .text(
                "\(principal.count) components are kept, found by \(principal.solver.rawValue); they hold \(percent(share)) of "
                    + "the variance\(principal.rank.map { ", and \($0) of all are more than rounding" } ?? ""). Needed: "
                    + counts.joined(separator: ", ") + "."),
            .chart(
                .spectrum([series], title: "Spectrum of \(facts.name)"),
                caption:
                    "Above, the variance along each component; below, the share that the first so many hold together."),
        ]
        if let gains = transform.noiseGains, gains.allSatisfy(\.isFinite) { blocks += noise(gains) }
        return Page.Section("Principal components", blocks)
    }

    private func noise(_ gains: [Double]) -> [Page.Block] {
        guard let first = gains.first, let largest = gains.max(), first > 0 else { return [] }
        var words =
            "Whitening makes all components equally large, and with them the noise in those that were small. Noise of "
            + "deviation 1 on every value of a row comes out with deviation \(short(first)) along the first component and "
            + "\(short(largest)) along the worst, \(rounded(largest / first, decimals: 1)) times as much."
        if transform.input.scalar == .uint8, transform.recipe.perSample == .none {
            // Rounding to whole numbers is noise of variance 1/12; whitened components have the variance 1.
            let drowned = gains.count { $0 * $0 / 12 > 0.5 }
            words +=
                drowned == 0
                ? " Rounding to bytes alone makes up less than half of the variance of every component."
                : " Rounding to bytes alone makes up more than half of the variance of \(drowned) components: a smaller --pca "
                    + "or a larger --epsilon would leave them out or damp them."
        }
        if transform.recipe.perSample == .standardize {
            words += " That is noise after each row was standardized by itself."
        }
        return [
            .heading("What whitening does to noise"), .text(words),
            .chart(
                .curve(gains, title: "Noise after whitening", yName: "deviation of noise that had deviation 1"),
                caption: "How much whitening amplifies noise along each component: the price of small variances."),
        ]
    }
}
