import Datasets
import LinearAlgebra
import Pictures
import Preprocessing
import Words
import Workflows

extension ReportPage {
    // MARK: Components

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
                    + "the variance, and \(principal.rank) are more than rounding. Needed: "
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

    // MARK: Images

    /// The notes' four panels; without components, the images before and after.
    func pictures(_ split: ReportedSplit) throws -> [Page.Block] {
        guard ImageShape(split.sample.description) != nil else {
            return [.text("Images are drawn where they have one or three channels.")]
        }
        // Few where images are large: they are kept pixel for pixel.
        let count = max(4, min(36, 240_000 / split.sample.description.features))
        let panels = ImagePanels(rows: split.sample.first(count), file: split.files[0])
        let shown = panels.rows.count
        let which = "\(shown) images of the \(split.role.name) split"
        var pictures = [
            Page.Picture(
                .grid(try panels.originals(), limit: 1), caption: "original images", description: "A grid of \(which)")
        ]
        guard let principal = transform.principal else {
            pictures.append(
                Page.Picture(
                    .grid(try panels.transformed(transform), limit: 1), caption: "after the transform",
                    description: "The same images after the transform, each at its own contrast"))
            return [.pictures(pictures)]
        }
        let kept = principal.count
        let drawn = min(kept, max(4, min(64, 240_000 / transform.input.features)))
        pictures += [
            Page.Picture(
                .grid(try ImagePanels.components(transform, facts.name, most: drawn), limit: 1),
                caption: "top \(drawn) of \(kept) eigenvectors",
                description: "The first \(drawn) principal components as images, coarse patterns first"),
            Page.Picture(
                .grid(try panels.reconstructions(transform), limit: 1), caption: "reduced images",
                description: "The same images as \(kept) components keep them"),
            Page.Picture(
                .grid(try panels.whitened(transform), limit: 1), caption: "whitened images",
                description: "The same images whitened and turned back to pixels, each at its own contrast"),
        ]
        return [.text("The notes' four panels, of \(which)."), .pictures(pictures)]
    }

    // MARK: Scatter

    /// Two features of a table; of images two pixels side by side, which are much alike before and are not after.
    func scatter(_ split: ReportedSplit) throws -> [Page.Block] {
        let description = split.sample.description
        var (x, y) = (0, 1)
        if let channels = description.channels, channels.pixels > 2 {
            // In the middle of the first channel.
            let next = channels.isInterleaved ? channels.count : 1
            x = channels.pixels / 2 * next
            y = x + next
        }
        let drawing = try ChartPlots.scatter(split.sample, of: split.files[0], x, y, statisticsPair, limit: 500)
        let names = "\(description.place(ofFeature: x)) and \(description.place(ofFeature: y))"
        return [
            .chart(
                drawing,
                caption:
                    "\(min(500, split.sample.count)) rows of the \(split.role.name) split: \(names), as they are and "
                    + "after each step.")
        ]
    }
}
