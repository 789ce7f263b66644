extension Drawing {
    /// One positive value for each component, on a logarithmic axis. Values of 0 are left out.
    ///
    /// - Precondition: all values are finite and not negative.
    package static func curve(_ values: [Double], title: String, yName: String) -> Drawing {
        var drawing = Drawing(title: title, width: 720, height: 320, pixelsPerUnit: 2)
        let drawn = values.enumerated().filter { $0.element >= .leastNormalMagnitude }
        let (left, right, top, height) = (16.0, 694.0, 58.0, 200.0)
        let (low, high) = (drawn.map(\.element).min() ?? 0.1, drawn.map(\.element).max() ?? 1)
        let up = Axis.logarithmic(low, high, length: height)
        let x = left + leftMargin(up)
        let plot = Plot(
            frame: Rectangle(x: x, y: top, width: right - x, height: height),
            x: .linear(0.5, Double(max(1, values.count)) + 0.5, length: right - x, .across, whole: true), y: up)
        drawing.draw(plot, title: title, xName: "component", yName: yName, left: left)
        drawing.drawSeries(drawn.map { plot.point(Double($0.offset + 1), $0.element) }, .series(0))
        return drawing
    }
}
