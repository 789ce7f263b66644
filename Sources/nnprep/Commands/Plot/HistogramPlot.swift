import Datasets
import Glibc
import LinearAlgebra
import Pictures
import Preprocessing
import Words
import Workflows

extension ChartPlots {
    private static let mostFeatures = 4

    /// Values before, and with statistics after: per channel of images, else per feature.
    static func histogram(_ arguments: Plot.Arguments) throws -> Drawing {
        let statistics = try arguments.statistics.first.map { path in try readStatistics(path) }
        let rows = try arguments.sampledRows(
            atMost: { arguments.count ?? max(100, min(10_000, (1 << 22) / $0.features)) }, agreeingWith: statistics)
        return try histogram(rows, of: arguments.data[0], arguments.features, statistics)
    }

    /// - Parameter features: by name or number from 1; where there are none, all channels or the first features.
    static func histogram(
        _ rows: SampledRows, of file: String, _ features: [String],
        _ statistics: (transform: FittedTransform, name: String)?
    ) throws -> Drawing {
        try checkDrawable(rows.values, of: displayName(file))
        let description = rows.description
        var chosen: [(name: String, features: [Int])] = []
        if let channels = description.channels, features.isEmpty {
            let names = channels.count == 3 ? ["red", "green", "blue"] : (1...channels.count).map { "channel \($0)" }
            chosen = (0..<channels.count).map { (names[$0], Array(channels.features(of: $0))) }
        } else if features.isEmpty {
            chosen = (0..<min(mostFeatures, description.features)).map { (description.name(ofFeature: $0), [$0]) }
        } else {
            for name in features {
                let index = try feature(name, description, file)
                chosen.append((description.name(ofFeature: index), [index]))
            }
        }
        let together = description.channels != nil && features.isEmpty
        var panels = [self.panels("before", rows.values, width: description.features, chosen, together: together)]
        if let (transform, _) = statistics {
            let after = try transformed(rows, transform)
            let outputs = transform.outputs()
            let isAsWide = transform.principal == nil || transform.recipe.whiten == .zca
            let columns =
                isAsWide ? chosen : (0..<min(max(chosen.count, 3), outputs)).map { ("pc\($0 + 1)", [$0]) }
            panels.append(self.panels("after", after, width: outputs, columns, together: together))
        }
        // Two single panels stand side by side.
        if panels.allSatisfy({ $0.count == 1 }) { panels = [panels.flatMap(\.self)] }
        return .histograms(panels, title: "\(rows.count) rows of \(displayName(file))")
    }

    /// One panel for each of the columns, or one for all of them together.
    private static func panels(
        _ title: String, _ values: [Double], width: Int, _ columns: [(name: String, features: [Int])], together: Bool
    ) -> [HistogramPanel] {
        let rows = values.count / width
        func range(_ features: [Int]) -> (Double, Double) {
            var low = Double.infinity
            var high = -Double.infinity
            for row in 0..<rows {
                for j in features {
                    low = min(low, values[row * width + j])
                    high = max(high, values[row * width + j])
                }
            }
            // A constant gets a bin of its own in the middle.
            return low < high ? (low, high) : (low - max(1, abs(low)) / 2, high + max(1, abs(high)) / 2)
        }
        func histogram(_ name: String, _ features: [Int], _ range: (Double, Double), series: Int) -> Histogram {
            // Rice's rule: few values do not fill many bins.
            let bins = min(64, max(6, Int(clamping: (2 * cbrt(Double(rows * features.count))).rounded())))
            var histogram = Histogram(
                name: name, lower: range.0, upper: range.1, counts: Array(repeating: 0, count: bins), series: series)
            for row in 0..<rows {
                for j in features { histogram.add(values[row * width + j]) }
            }
            return histogram
        }
        guard together else {
            return columns.map {
                HistogramPanel(
                    title: title, xName: $0.name,
                    histograms: [histogram($0.name, $0.features, range($0.features), series: 0)])
            }
        }
        let all = range(columns.flatMap(\.features))
        // Red is drawn in vermilion, blue in blue.
        let series = columns.count == 3 ? [1, 2, 0] : Array(0..<columns.count)
        return [
            HistogramPanel(
                title: title, xName: "value",
                histograms: zip(columns, series).map { histogram($0.name, $0.features, all, series: $1) })
        ]
    }
}
