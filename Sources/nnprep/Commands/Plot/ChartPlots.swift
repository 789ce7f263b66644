import Datasets
import Glibc
import LinearAlgebra
import Pictures
import Preprocessing
import Words
import Workflows

/// The charts: spectrum, scatter plot and histograms.
enum ChartPlots {
    static func spectrum(_ arguments: Plot.Arguments) throws -> Drawing {
        let (transform, name) = try readStatistics(arguments.statistics!)
        guard let principal = transform.principal else {
            throw Refusal("\(name): has no principal components to draw", hint: "fit with --pca or --whiten")
        }
        return .spectrum(principal.explainedVariance, total: principal.totalVariance, title: "Spectrum of \(name)")
    }

    static func transformed(_ rows: SampledRows, _ transform: FittedTransform) throws -> [Double] {
        let map = RowTransform(transform.forward(), after: transform.recipe.step, scalar: .float64)
        let values = map.apply(rows.block).values.asDoubles()
        try checkDrawable(values, of: "the rows after the transform")
        return values
    }

    /// A feature by its name, or by its number from 1.
    static func feature(
        _ wanted: String, _ description: DatasetDescription, _ file: String
    ) throws -> Int {
        if let index = description.featureNames?.firstIndex(of: wanted) { return index }
        if let number = Int(wanted), (1...description.features).contains(number) { return number - 1 }
        throw Refusal(
            "\(displayName(file)): has no feature \(shown(wanted))",
            hint: description.featureNames.map { "it has \($0.prefix(12).joined(separator: ", "))" }
                ?? "number them from 1 to \(description.features)")
    }
}
