extension Drawing {
    /// The frame of one chart with its two axes: turns values into points on the page.
    struct Plot {
        var frame: Rectangle
        var x: Axis
        var y: Axis

        func point(_ x: Double, _ y: Double) -> Point {
            Point(frame.x + self.x.fraction(x) * frame.width, frame.maxY - self.y.fraction(y) * frame.height)
        }
    }

    /// The room that the labels of an axis going up take on its left.
    static func leftMargin(_ axis: Axis) -> Double { (axis.labelWidth + 8).rounded(.up) }
    /// The room above a frame for a title and the name of the axis going up.
    static let topMargin = 44.0
    /// The room below a frame for tick labels and the name of the axis across.
    static let bottomMargin = 40.0

    /// Draws grid lines, tick labels, the names of the axes, and the title of a plot, which start at `left`.
    mutating func draw(_ plot: Plot, title: String, xName: String, yName: String, left: Double) {
        let frame = plot.frame
        for tick in plot.x.ticks {
            let x = Self.crisp(frame.x + plot.x.fraction(ofPosition: tick.position) * frame.width)
            marks.append(.line([Point(x, frame.y), Point(x, frame.maxY)], .grid))
            // A long label at an end moves inwards, so that nothing is cut.
            let half = Self.textWidth(tick.label, size: Self.textSize) / 2
            let middle = min(max(x, left + half), frame.maxX + 22 - half)
            marks.append(.label(tick.label, Point(middle, frame.maxY + 17), anchor: .middle))
        }
        for tick in plot.y.ticks {
            let y = Self.crisp(frame.maxY - plot.y.fraction(ofPosition: tick.position) * frame.height)
            marks.append(.line([Point(frame.x, y), Point(frame.maxX, y)], .grid))
            marks.append(.label(tick.label, Point(frame.x - 6, y + 4), anchor: .end))
        }
        marks.append(
            .line([Point(frame.x, frame.y), Point(frame.x, frame.maxY), Point(frame.maxX, frame.maxY)], .faint))

        func fitting(_ text: String, _ size: Double) -> String {
            Self.shortened(text, size: size, to: frame.maxX - left)
        }
        if !title.isEmpty {
            let text = fitting(title, Self.titleSize)
            marks.append(.text(text, Point(left, frame.y - 28), .text, size: Self.titleSize))
        }
        if !yName.isEmpty {
            marks.append(.label(fitting(yName, Self.textSize), Point(left, frame.y - 10)))
        }
        if !xName.isEmpty {
            marks.append(.label(fitting(xName, Self.textSize), Point(frame.maxX, frame.maxY + 33), anchor: .end))
        }
    }

    /// The middle of the pixel at `value`, where a thin line is sharp.
    static func crisp(_ value: Double) -> Double { value.rounded(.down) + 0.5 }

    /// Draws swatches with their names from the left, in as many lines as it takes, and returns the height of them.
    @discardableResult
    mutating func drawLegend(_ names: [(name: String, ink: Ink, hollow: Bool)], x: Double, y: Double) -> Double {
        var at = Point(x, y)
        let right = width - 10
        for (name, ink, hollow) in names {
            let name = Self.shortened(name, size: Self.textSize, to: right - x - 16)
            let advance = 16 + Self.textWidth(name, size: Self.textSize) + 16
            if at.x > x, at.x + advance - 16 > right { at = Point(x, at.y + 18) }
            marks.append(.dots([Point(at.x + 5, at.y - 4)], ink, radius: 4, hollow: hollow))
            marks.append(.text(name, Point(at.x + 16, at.y), .text, size: Self.textSize))
            at.x += advance
        }
        return at.y - y + 18
    }
}
