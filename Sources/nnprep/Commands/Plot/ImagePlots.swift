import Datasets
import LinearAlgebra
import Pictures
import Preprocessing
import Words
import Workflows

/// The pictures of images: grids of samples, components, reconstructions and whitened samples.
struct ImagePlots {
    private let arguments: Plot.Arguments
    private let statistics: (transform: FittedTransform, name: String)?

    /// How wide and high a panel of the figure may be, so that four stand side by side.
    private static let panel = 420

    init(_ arguments: Plot.Arguments) throws {
        self.arguments = arguments
        if let path = arguments.statistics {
            let (transform, name) = try readStatistics(path)
            statistics = (transform, name)
        } else {
            statistics = nil
        }
    }

    func samples() throws -> Raster {
        let rows = try rows(49)
        return .grid(try images(rows.values, of: rows.description, arguments.data[0], pixels: isPixels(rows)))
    }

    func components() throws -> Raster {
        let transform = try principalTransform()
        return .grid(try components(transform, most: arguments.count ?? 144))
    }

    func reconstruction() throws -> Raster {
        let transform = try principalTransform()
        return .grid(try reconstruction(try rows(49), transform))
    }

    func white() throws -> Raster {
        let transform = try principalTransform()
        return .grid(try white(try rows(49), transform))
    }

    func figure() throws -> Drawing {
        let transform = try principalTransform()
        let rows = try rows(36)
        let kept = transform.principal!.count
        let shown = min(kept, 144)
        let panels: [(raster: Raster, caption: String)] = [
            (
                .grid(
                    try images(rows.values, of: rows.description, arguments.data[0], pixels: isPixels(rows)),
                    limit: Self.panel), "original images"
            ),
            (
                .grid(try components(transform, most: shown), limit: Self.panel),
                "top \(shown) of \(kept) eigenvectors"
            ),
            (.grid(try reconstruction(rows, transform), limit: Self.panel), "reduced images"),
            (.grid(try white(rows, transform), limit: Self.panel), "whitened images"),
        ]
        return .figure(panels, title: "What \(statistics!.name) does to \(displayName(arguments.data[0]))")
    }

    private func rows(_ usual: Int) throws -> SampledRows {
        try arguments.sampledRows(atMost: { _ in arguments.count ?? usual }, agreeingWith: statistics)
    }

    private func principalTransform() throws -> FittedTransform {
        guard let statistics, statistics.transform.principal != nil else {
            throw Refusal(
                "\(statistics!.name): has no principal components to draw", hint: "fit with --pca or --whiten")
        }
        return statistics.transform
    }

    private func components(_ transform: FittedTransform, most: Int) throws -> [Raster] {
        let principal = transform.principal!
        let count = min(most, principal.count)
        return try images(
            Array(principal.components.elements.prefix(count * transform.input.features)), of: transform.input,
            statistics!.name, pixels: false)
    }

    /// The rows after PCA and back; nothing is lost but what the components leave out.
    private func reconstruction(_ rows: SampledRows, _ transform: FittedTransform) throws -> [Raster] {
        let there = RowTransform(transform.forward(), after: transform.recipe.step, scalar: .float64)
        let back = RowTransform(
            transform.inverse(width: transform.outputs()), after: RowStep(.none, divideBy: 1), scalar: .float64)
        let block = back.apply(there.apply(rows.block))
        let isPixels = isPixels(rows) && transform.recipe.perSample == .none
        return try images(block.values.asDoubles(), of: transform.input, arguments.data[0], pixels: isPixels)
    }

    /// The whitened rows turned back to pixels, which is ZCA.
    private func white(_ rows: SampledRows, _ transform: FittedTransform) throws -> [Raster] {
        var zca = transform
        zca.recipe.whiten = .zca
        let block = RowTransform(zca.forward(), after: zca.recipe.step, scalar: .float64).apply(rows.block)
        return try images(block.values.asDoubles(), of: transform.input, arguments.data[0], pixels: false)
    }

    /// Bytes are pixels as they are; other values are shown at each image's own contrast.
    private func isPixels(_ rows: SampledRows) -> Bool { rows.description.scalar == .uint8 }

    private func images(
        _ values: [Double], of description: DatasetDescription, _ file: String, pixels: Bool
    ) throws -> [Raster] {
        guard let channels = description.channels, [1, 3].contains(channels.count), description.shape.count == 3 else {
            let shape = description.shape.map(String.init).joined(separator: " x ")
            throw Refusal(
                "\(displayName(file)): rows of shape \(shape) are not images",
                hint: "images have 1 or 3 channels x height x width")
        }
        let shape = ImageShape(
            width: description.shape[channels.isInterleaved ? 1 : 2],
            height: description.shape[channels.isInterleaved ? 0 : 1], channels: channels.count,
            layout: channels.isInterleaved ? .interleaved : .planar)
        return stride(from: 0, to: values.count, by: description.features).map {
            .image(values[$0..<$0 + description.features], shape, pixels ? .clamped : .stretched)
        }
    }
}
