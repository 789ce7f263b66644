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
        let series = try arguments.statistics.map { path in
            let (transform, name) = try readStatistics(path)
            guard let principal = transform.principal else {
                throw Refusal("\(name): has no principal components to draw", hint: "fit with --pca or --whiten")
            }
            return SpectrumSeries(
                name: name, variances: principal.explainedVariance, total: principal.totalVariance)
        }
        return .spectrum(series, title: series.count == 1 ? "Spectrum of \(series[0].name)" : "Spectra")
    }

    /// - Parameter components: only the first so many of them; nil for all.
    static func transformed(
        _ rows: SampledRows, _ transform: FittedTransform, components: Int? = nil
    ) throws -> [Double] {
        let map = RowTransform(
            transform.forward(components: components), after: transform.recipe.step, scalar: .float64)
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
