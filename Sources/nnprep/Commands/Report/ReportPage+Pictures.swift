import Datasets
import LinearAlgebra
import Pictures
import Preprocessing
import Words
import Workflows

extension ReportPage {
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
