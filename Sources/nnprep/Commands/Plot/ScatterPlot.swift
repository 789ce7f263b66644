import Datasets
import Glibc
import LinearAlgebra
import Pictures
import Preprocessing
import Words
import Workflows

extension ChartPlots {
    /// The notes' toy figure: original, zero-centered, normalized; with PCA: original, decorrelated, whitened.
    static func scatter(_ arguments: Plot.Arguments) throws -> Drawing {
        let statistics = try readStatistics(arguments.statistics!)
        let transform = statistics.0
        let rows = try arguments.sampledRows(atMost: { _ in arguments.count ?? 2000 }, agreeingWith: statistics)
        guard rows.description.features >= 2 else {
            throw Refusal("\(displayName(arguments.data[0])): a scatter plot needs two features")
        }
        let x = try feature(arguments.xName ?? "1", rows.description, arguments.data[0])
        let y = try feature(arguments.yName ?? "2", rows.description, arguments.data[0])
        let names = (rows.description.name(ofFeature: x), rows.description.name(ofFeature: y))
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
            let decorrelated = try transformed(rows, plain)
            let whitened = try transformed(rows, white)
            panels = [
                panel("original", rows.values, x, y, names, width: width, .principalAxes),
                panel("decorrelated", decorrelated, 0, 1, axes, width: principal.count, .features),
                panel("whitened", whitened, 0, 1, axes, width: principal.count, .features),
            ]
        } else {
            guard transform.principal == nil else {
                throw Refusal("\(statistics.name): a scatter plot needs two components", hint: "fit with --pca 2")
            }
            var centered = transform
            centered.divide = centered.divide.map { _ in 1 }
            panels = [
                panel("original", rows.values, x, y, names, width: width, .features),
                panel("zero-centered", try transformed(rows, centered), x, y, names, width: width, .features),
                panel("normalized", try transformed(rows, transform), x, y, names, width: width, .features),
            ]
        }
        let classNames = rows.labels.map { Array(Set($0)).sorted() } ?? []
        let numbers = Dictionary(uniqueKeysWithValues: classNames.enumerated().map { ($1, $0) })
        return .scatter(
            panels, classes: rows.labels?.map { numbers[$0]! } ?? [], classNames: classNames,
            title: "\(displayName(arguments.data[0])), before and after")
    }
}
