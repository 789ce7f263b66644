import Datasets
import LinearAlgebra
import Pictures
import Preprocessing
import Words
import Workflows

/// Images and what a transform makes of them, one raster each: what plots and reports show in grids.
struct ImagePanels {
    let rows: SampledRows
    /// Where the rows come from, for messages.
    let file: String

    /// The rows as they are.
    func originals() throws -> [Raster] {
        try Self.images(rows.values, of: rows.description, file, pixels: isPixels)
    }

    /// The first components as images.
    /// - Precondition: there are components.
    static func components(_ transform: FittedTransform, _ name: String, most: Int) throws -> [Raster] {
        let principal = transform.principal!
        let count = min(most, principal.count)
        return try images(
            Array(principal.components.elements.prefix(count * transform.input.features)), of: transform.input, name,
            pixels: false)
    }

    /// The rows after PCA and back; nothing is lost but what the components leave out.
    func reconstructions(_ transform: FittedTransform) throws -> [Raster] {
        let there = RowTransform(transform.forward(), after: transform.recipe.step, scalar: .float64)
        let back = RowTransform(
            transform.inverse(width: transform.outputs()), after: RowStep(.none, divideBy: 1), scalar: .float64)
        let block = back.apply(there.apply(rows.block))
        let isPixels = isPixels && transform.recipe.perSample == .none
        return try Self.images(block.values.asDoubles(), of: transform.input, file, pixels: isPixels)
    }

    /// The whitened rows turned back to pixels, which is ZCA.
    func whitened(_ transform: FittedTransform) throws -> [Raster] {
        var zca = transform
        zca.recipe.whiten = .zca
        return try transformed(zca)
    }

    /// The rows after a transform whose results are as wide as they, at each image's own contrast.
    func transformed(_ transform: FittedTransform) throws -> [Raster] {
        let block = RowTransform(transform.forward(), after: transform.recipe.step, scalar: .float64).apply(rows.block)
        return try Self.images(block.values.asDoubles(), of: transform.input, file, pixels: false)
    }

    /// Bytes are pixels as they are; other values are shown at each image's own contrast.
    private var isPixels: Bool { rows.description.scalar == .uint8 }

    private static func images(
        _ values: [Double], of description: DatasetDescription, _ file: String, pixels: Bool
    ) throws -> [Raster] {
        guard let shape = ImageShape(description) else {
            let shape = description.shape.map(String.init).joined(separator: " x ")
            throw Refusal(
                "\(displayName(file)): rows of shape \(shape) are not images",
                hint: "images have 1 or 3 channels x height x width")
        }
        return stride(from: 0, to: values.count, by: description.features).map {
            .image(values[$0..<$0 + description.features], shape, pixels ? .clamped : .stretched)
        }
    }
}
