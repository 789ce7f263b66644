/// Two features of the same rows at one stage of preprocessing.
package struct ScatterPanel: Sendable {
    /// Along what the spread of the rows is shown by lines: two standard deviations either side of the mean.
    package enum Extent: Sendable { case features, principalAxes, none }

    package let title: String
    package let xName: String
    package let yName: String
    package let xs: [Double]
    package let ys: [Double]
    package let extent: Extent

    /// - Precondition: there are as many `xs` as `ys`, at least one, and all are below 1e300 in magnitude.
    package init(
        title: String, xName: String, yName: String, xs: [Double], ys: [Double], extent: Extent = .features
    ) {
        precondition(xs.count == ys.count && !xs.isEmpty, "as many values of either feature, at least one")
        self.title = title
        self.xName = xName
        self.yName = yName
        self.xs = xs
        self.ys = ys
        self.extent = extent
    }

    /// The lines that show the spread, each as its two ends.
    var extentLines: [[Drawing.Point]] {
        let count = Double(xs.count)
        // From the first row on, so that a constant is its own mean to the last bit.
        let meanX = xs.reduce(xs[0]) { $0 + ($1 - xs[0]) / count }
        let meanY = ys.reduce(ys[0]) { $0 + ($1 - ys[0]) / count }
        let farthest = zip(xs, ys).reduce(0) { max($0, abs($1.0 - meanX), abs($1.1 - meanY)) }
        // In units of the farthest, so that no square overflows.
        let unit = farthest >= .leastNormalMagnitude ? farthest : 1
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for (x, y) in zip(xs, ys) {
            let (dx, dy) = ((x - meanX) / unit, (y - meanY) / unit)
            xx += dx * dx / count
            xy += dx * dy / count
            yy += dy * dy / count
        }
        func line(_ dx: Double, _ dy: Double, variance: Double) -> [Drawing.Point] {
            let reach = 2 * max(0, variance).squareRoot() * unit
            return [-reach, reach].map { Drawing.Point(meanX + $0 * dx, meanY + $0 * dy) }
        }
        switch extent {
        case .none: return []
        case .features: return [line(1, 0, variance: xx), line(0, 1, variance: yy)]
        case .principalAxes:
            // The eigenvectors of [xx xy; xy yy]: (c, s) and (-s, c), by the half-angle formulas.
            let (difference, root) = (xx - yy, ((xx - yy) * (xx - yy) + 4 * xy * xy).squareRoot())
            guard root > 0 else { return [line(1, 0, variance: xx), line(0, 1, variance: yy)] }
            let c = ((1 + difference / root) / 2).squareRoot()
            let s = ((1 - difference / root) / 2).squareRoot() * (xy < 0 ? -1 : 1)
            return [line(c, s, variance: (xx + yy + root) / 2), line(-s, c, variance: (xx + yy - root) / 2)]
        }
    }
}

extension Drawing {
    /// The rows as points at several stages side by side: the notes' toy figure.
    ///
    /// A unit is as long across as up. The panels span the same values and take in the origin, so that they can be
    /// compared, unless that would shrink the points of one to a speck: then each has its own scale.
    ///
    /// - Parameters:
    ///   - classes: of the rows, as indices of `classNames`; empty for points of one colour. Beyond 7 classes the
    ///     colours repeat as rings, beyond 14 points have one colour.
    ///   - limit: the most points that a panel shows, taken evenly from the rows. The lines are of all rows.
    /// - Precondition: there is at least one panel, all have as many rows, and so has `classes` unless it is empty.
    package static func scatter(
        _ panels: [ScatterPanel], classes: [Int] = [], classNames: [String] = [], limit: Int = 2000, title: String
    ) -> Drawing {
        precondition(!panels.isEmpty, "a scatter plot has a panel")
        let rows = panels[0].xs.count
        precondition(panels.allSatisfy { $0.xs.count == rows }, "the panels show the same rows")
        precondition(classes.isEmpty || classes.count == rows, "every row has a class")
        let isColoured = !classes.isEmpty && classNames.count <= 2 * Ink.seriesCount
        let (side, gap) = (260.0, 26.0)

        let bounds = panels.map(Bounds.init)
        let together = bounds.reduce(Bounds.origin) { $0.union($1) }
        let isShared = bounds.allSatisfy { $0.span >= together.span / 8 }
        var drawing = Drawing(title: title, width: 16, height: topMargin + side + bottomMargin + 40, pixelsPerUnit: 2)
        for (panel, own) in zip(panels, bounds) {
            let withOrigin = own.union(.origin)
            let shown = isShared ? together : own.span >= withOrigin.span / 8 ? withOrigin : own
            let (x, y) = shown.square
            // Spaced as the ticks across are, so that the grid is of squares.
            let up = Axis.linear(y.lowerBound, y.upperBound, length: side, .up, spacing: 42)
            let left = drawing.width
            let plot = Plot(
                frame: Rectangle(x: left + leftMargin(up), y: topMargin + 6, width: side, height: side),
                x: .linear(x.lowerBound, x.upperBound, length: side, .across), y: up)
            drawing.draw(plot, title: panel.title, xName: panel.xName, yName: panel.yName, left: left)
            drawing.drawPoints(panel, plot, classes: isColoured ? classes : [], limit: limit)
            for line in panel.extentLines {
                drawing.marks.append(.line(line.map { plot.point($0.x, $0.y) }, .text, width: 2.5))
            }
            drawing.width = plot.frame.maxX + gap
        }

        var y = topMargin + side + bottomMargin + 22
        if isColoured {
            let legend = classNames.enumerated().map {
                ($0.element, Ink.series($0.offset), $0.offset >= Ink.seriesCount)
            }
            y += drawing.drawLegend(legend, x: 16, y: y)
        }
        if panels.contains(where: { $0.extent != .none }) {
            let note = "lines: two standard deviations either side of the mean"
            drawing.marks.append(.label(note, Point(16, y)))
            drawing.width = max(drawing.width, 32 + textWidth(note, size: textSize))
            y += 18
        }
        drawing.height = y
        return drawing
    }

    private mutating func drawPoints(_ panel: ScatterPanel, _ plot: Plot, classes: [Int], limit: Int) {
        let rows = panel.xs.count
        let shown = min(rows, limit)
        var groups: [Int: [Point]] = [:]
        for i in 0..<shown {
            let row = i * rows / shown
            groups[classes.isEmpty ? 0 : classes[row], default: []].append(plot.point(panel.xs[row], panel.ys[row]))
        }
        for (group, points) in groups.sorted(by: { $0.key < $1.key }) {
            marks.append(
                .dots(
                    points, .series(group), radius: shown > 500 ? 2 : 3, opacity: 0.6,
                    hollow: group >= Ink.seriesCount))
        }
    }
}

/// The values that a scatter plot has to show.
private struct Bounds {
    var x: ClosedRange<Double>
    var y: ClosedRange<Double>

    static let origin = Bounds(x: 0...0, y: 0...0)

    init(x: ClosedRange<Double>, y: ClosedRange<Double>) {
        self.x = x
        self.y = y
    }

    /// The points of a panel and its lines.
    init(_ panel: ScatterPanel) {
        func range(_ values: [Double]) -> ClosedRange<Double> { (values.min() ?? 0)...(values.max() ?? 0) }
        let ends = panel.extentLines.joined()
        x = range(panel.xs + ends.map(\.x))
        y = range(panel.ys + ends.map(\.y))
    }

    func union(_ other: Bounds) -> Bounds {
        func union(_ a: ClosedRange<Double>, _ b: ClosedRange<Double>) -> ClosedRange<Double> {
            min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
        }
        return Bounds(x: union(x, other.x), y: union(y, other.y))
    }

    var span: Double { max(x.upperBound - x.lowerBound, y.upperBound - y.lowerBound) }

    /// Ranges of equal length around these, with a margin; never empty, even for one point far from the origin.
    var square: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
        let middleX = x.lowerBound / 2 + x.upperBound / 2
        let middleY = y.lowerBound / 2 + y.upperBound / 2
        let largest = max(abs(middleX), abs(middleY))
        let wanted = span > largest * 1e-12 ? span / 2 * 1.08 : largest > 0 ? largest / 2 : 1
        let half = max(wanted, .leastNormalMagnitude)
        return (middleX - half...middleX + half, middleY - half...middleY + half)
    }
}
