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
        if let path = arguments.statistics.first {
            let (transform, name) = try readStatistics(path)
            statistics = (transform, name)
        } else {
            statistics = nil
        }
    }

    func samples() throws -> Raster { .grid(try panels(49).originals()) }

    func components() throws -> Raster {
        .grid(try ImagePanels.components(try principalTransform(), statistics!.name, most: arguments.count ?? 144))
    }

    func reconstruction() throws -> Raster {
        let transform = try principalTransform()
        return .grid(try panels(49).reconstructions(transform))
    }

    func white() throws -> Raster {
        let transform = try principalTransform()
        return .grid(try panels(49).whitened(transform))
    }

    func figure() throws -> Drawing {
        let transform = try principalTransform()
        let panels = try panels(36)
        let kept = transform.principal!.count
        // As many as the panel has room for.
        let gap = 2
        let room = ImageShape(transform.input).map { shape in
            max(1, (Self.panel - gap) / (shape.width + gap)) * max(1, (Self.panel - gap) / (shape.height + gap))
        }
        let shown = min(kept, 144, room ?? kept)
        func grid(_ images: [Raster]) -> Raster { .grid(images, limit: Self.panel) }
        return .figure(
            [
                (grid(try panels.originals()), "original images"),
                (
                    grid(try ImagePanels.components(transform, statistics!.name, most: shown)),
                    "top \(shown) of \(kept) eigenvectors"
                ),
                (grid(try panels.reconstructions(transform)), "reduced images"),
                (grid(try panels.whitened(transform)), "whitened images"),
            ], title: "What \(statistics!.name) does to \(displayName(arguments.data[0]))")
    }

    private func panels(_ usual: Int) throws -> ImagePanels {
        ImagePanels(
            rows: try arguments.sampledRows(atMost: { _ in arguments.count ?? usual }, agreeingWith: statistics),
            file: arguments.data[0])
    }

    private func principalTransform() throws -> FittedTransform {
        guard let statistics, statistics.transform.principal != nil else {
            throw Refusal(
                "\(statistics!.name): has no principal components to draw", hint: "fit with --pca or --whiten")
        }
        return statistics.transform
    }
}
