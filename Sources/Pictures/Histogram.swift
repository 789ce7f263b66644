internal import Words

/// How often values fall in each of several bins of equal width.
package struct Histogram: Equatable, Sendable {
    package let name: String
    package let lower: Double
    package let upper: Double
    package private(set) var counts: [Int]
    /// The colour, as `Ink.series`: 0 blue, 1 vermilion, 2 green, in which channels look like themselves.
    package let series: Int

    /// - Precondition: `lower < upper`, both are below 1e300 in magnitude, and there is at least one bin.
    package init(name: String, lower: Double, upper: Double, counts: [Int], series: Int = 0) {
        precondition(lower < upper && !counts.isEmpty, "bins of some width, at least one")
        self.name = name
        self.lower = lower
        self.upper = upper
        self.counts = counts
        self.series = series
    }

    /// Counts `value` in its bin. The ends belong to the bins beside them; what lies outside is counted nowhere.
    package mutating func add(_ value: Double) {
        guard value >= lower, value <= upper else { return }
        let bin = Int(clamping: (value - lower) / (upper - lower) * Double(counts.count))
        counts[min(bin, counts.count - 1)] += 1
    }
}

/// Histograms over the same axes.
package struct HistogramPanel: Sendable {
    package let title: String
    package let xName: String
    package let histograms: [Histogram]

    /// - Precondition: there is at least one histogram.
    package init(title: String, xName: String, histograms: [Histogram]) {
        precondition(!histograms.isEmpty, "a panel has a histogram")
        self.title = title
        self.xName = xName
        self.histograms = histograms
    }
}

extension Drawing {
    /// Panels in rows and columns: say, one row before and one after, a column for each feature. Histograms of a panel
    /// are overlaid as outlines, and a legend names them.
    ///
    /// - Precondition: there is at least one panel.
    package static func histograms(_ rows: [[HistogramPanel]], title: String) -> Drawing {
        let columns = rows.map(\.count).max() ?? 0
        precondition(columns > 0, "a histogram has a panel")
        let (gap, height) = (26.0, 150.0)
        let cell = max(200, min(360, (980 - gap) / Double(columns) - gap))
        let pitch = topMargin + height + bottomMargin + 14
        var drawing = Drawing(
            title: title, width: 16 + Double(columns) * (cell + gap), height: Double(rows.count) * pitch + 16,
            pixelsPerUnit: 2)
        for (row, panels) in rows.enumerated() {
            for (column, panel) in panels.enumerated() {
                let frame = Rectangle(
                    x: 16 + Double(column) * (cell + gap), y: Double(row) * pitch + topMargin + 6, width: cell,
                    height: height)
                drawing.draw(panel, in: frame)
            }
        }

        var legend: [(name: String, ink: Ink, hollow: Bool)] = []
        for histogram in rows.joined().filter({ $0.histograms.count > 1 }).flatMap(\.histograms)
        where !legend.contains(where: { $0.name == histogram.name }) {
            legend.append((histogram.name, .series(histogram.series), false))
        }
        if !legend.isEmpty {
            drawing.height += drawing.drawLegend(legend, x: 16, y: drawing.height + 10)
        }
        return drawing
    }

    /// Draws a panel whose left end, with the labels, and right end are those of `frame`.
    private mutating func draw(_ panel: HistogramPanel, in frame: Rectangle) {
        let most = panel.histograms.flatMap(\.counts).max() ?? 0
        let up = Axis.linear(0, Double(max(1, most)) * 1.05, length: frame.height, .up, whole: true)
        let margin = Self.leftMargin(up)
        let lower = panel.histograms.map(\.lower).min() ?? 0
        let upper = panel.histograms.map(\.upper).max() ?? 1
        let plot = Plot(
            frame: Rectangle(x: frame.x + margin, y: frame.y, width: frame.width - margin, height: frame.height),
            x: .linear(lower, upper, length: frame.width - margin, .across), y: up)
        draw(plot, title: panel.title, xName: panel.xName, yName: "count", left: frame.x)
        for histogram in panel.histograms {
            var outline = [plot.point(histogram.lower, 0)]
            let width = (histogram.upper - histogram.lower) / Double(histogram.counts.count)
            for (i, count) in histogram.counts.enumerated() {
                outline.append(plot.point(histogram.lower + Double(i) * width, Double(count)))
                outline.append(plot.point(histogram.lower + Double(i + 1) * width, Double(count)))
            }
            outline.append(plot.point(histogram.upper, 0))
            marks.append(.area(outline, .series(histogram.series), opacity: 0.25))
            marks.append(.line(outline, .series(histogram.series), width: 1.5))
        }
    }
}
