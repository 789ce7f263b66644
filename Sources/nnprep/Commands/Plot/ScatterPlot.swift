import Datasets
import Glibc
import LinearAlgebra
import Pictures
import Preprocessing
import Words
import Workflows

extension ChartPlots {
    /// The notes' toy figure: original, zero-centered, normalized, or whatever the recipe does instead; with PCA: original,
    /// decorrelated, whitened.
    static func scatter(_ arguments: Plot.Arguments) throws -> Drawing {
        let statistics = try readStatistics(arguments.statistics[0])
        let rows = try arguments.sampledRows(atMost: { _ in arguments.count ?? 2000 }, agreeingWith: statistics)
        let file = arguments.data[0]
        guard rows.description.features >= 2 else {
            throw Refusal("\(displayName(file)): a scatter plot needs two features")
        }
        let x = try feature(arguments.xName ?? "1", rows.description, file)
        let y = try feature(arguments.yName ?? "2", rows.description, file)
        return try scatter(rows, of: file, x, y, statistics)
    }

    /// - Parameters:
    ///   - x, y: the features, by number from 0.
    ///   - limit: the most points that are drawn.
    static func scatter(
        _ rows: SampledRows, of file: String, _ x: Int, _ y: Int,
        _ statistics: (transform: FittedTransform, name: String), limit: Int = 2000
    ) throws -> Drawing {
        let transform = statistics.transform
        let names = (rows.description.place(ofFeature: x), rows.description.place(ofFeature: y))
        func panel(
            _ title: String, _ values: [Double], _ x: Int, _ y: Int, _ names: (String, String), width: Int,
            _ extent: ScatterPanel.Extent
        ) -> ScatterPanel {
            ScatterPanel(
                title: title, xName: names.0, yName: names.1,
                xs: stride(from: x, to: values.count, by: width).map { values[$0] },
                ys: stride(from: y, to: values.count, by: width).map { values[$0] }, extent: extent)
        }
        let width = rows.description.features
        var panels: [ScatterPanel] = []
        if let principal = transform.principal, principal.count >= 2 {
            var plain = transform
            plain.recipe.whiten = .none
            var white = transform
            white.recipe.whiten = .pca
            let axes = ("pc1", "pc2")
            let decorrelated = try transformed(rows, plain, components: 2)
            let whitened = try transformed(rows, white, components: 2)
            panels = [
                panel("original", rows.values, x, y, names, width: width, .principalAxes),
                panel("decorrelated", decorrelated, 0, 1, axes, width: 2, .features),
                panel("whitened", whitened, 0, 1, axes, width: 2, .features),
            ]
        } else {
            guard transform.principal == nil else {
                throw Refusal("\(statistics.name): a scatter plot needs two components", hint: "fit with --pca 2")
            }
            // Where nothing is done, that is what is shown.
            panels = [panel("original", rows.values, x, y, names, width: width, .features)]
            for stage in transform.stages {
                let values = try transformed(rows, stage.transform)
                panels.append(panel(stage.title, values, x, y, names, width: width, .features))
            }
        }
        let classNames = rows.labels.map { Array(Set($0)).sorted() } ?? []
        let numbers = Dictionary(uniqueKeysWithValues: classNames.enumerated().map { ($1, $0) })
        return .scatter(
            panels, classes: rows.labels?.map { numbers[$0]! } ?? [], classNames: classNames,
            limit: limit, title: "\(displayName(file)), before and after")
    }
}
