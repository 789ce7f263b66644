internal import Glibc

/// One axis: which values it spans, where a value is along it, and which round numbers are marked.
struct Axis: Sendable {
    /// The values at its two ends.
    var lower: Double
    var upper: Double
    var isLogarithmic = false
    var ticks: [Tick] = []

    struct Tick: Equatable, Sendable {
        var value: Double
        var label: String
    }

    /// How labels are set against each other, which limits how many there is room for.
    enum Direction { case across, up }

    static let labelSize = 11.0

    /// How far along the axis `value` is, from 0 to 1.
    func fraction(_ value: Double) -> Double {
        isLogarithmic
            ? (log10(value) - log10(lower)) / (log10(upper) - log10(lower)) : (value - lower) / (upper - lower)
    }

    /// The width of the widest label.
    var labelWidth: Double {
        ticks.map { Drawing.textWidth($0.label, size: Self.labelSize) }.max() ?? 0
    }

    // MARK: Linear

    /// An axis from `lower` to `upper` with ticks at multiples of 1, 2 or 5 times a power of ten: as many as `length`
    /// has room for. `whole` keeps to whole numbers.
    ///
    /// - Precondition: both are finite, and `lower < upper`.
    static func linear(
        _ lower: Double, _ upper: Double, length: Double, _ direction: Direction, whole: Bool = false
    ) -> Axis {
        var axis = Axis(lower: lower, upper: upper)
        for wanted in stride(from: max(2, Int(length / (direction == .up ? 25 : 42))), through: 1, by: -1) {
            axis.ticks = linearTicks(lower, upper, atMost: wanted, whole: whole)
            let room = length * Double(axis.ticks.count) / Double(max(1, wanted))
            if direction == .up || axis.labelWidth * 1.4 * Double(axis.ticks.count) <= room { break }
        }
        return axis
    }

    private static func linearTicks(_ lower: Double, _ upper: Double, atMost count: Int, whole: Bool) -> [Tick] {
        var exponent = Int(log10((upper - lower) / Double(count)).rounded(.down))
        if whole { exponent = max(0, exponent) }
        for step in [1, 2, 5, 10, 20, 50] {
            let size = Decimal(digits: step, exponent: exponent).value
            // A hair's breadth, so that an end which is a round number keeps its tick.
            let (first, last) = ((lower / size - 1e-9).rounded(.up), (upper / size + 1e-9).rounded(.down))
            guard abs(first) < 1e12, abs(last) < 1e12 else { return [] }
            guard last - first < Double(count) else { continue }
            guard first <= last else { return [] }
            let values = (Int(first)...Int(last)).map { Decimal(digits: $0 * step, exponent: exponent) }
            // Plain while that is short, or no longer than the scientific form would be.
            let magnitude = log10(max(abs(lower), abs(upper)))
            let isPlain = exponent >= -5 && (magnitude < 6 || magnitude < 9 && magnitude - Double(exponent) > 4)
            return values.map { Tick(value: $0.value, label: isPlain ? plain($0, step: step) : $0.scientific) }
        }
        return []
    }

    /// With the decimals of the step, which for 10, 20 and 50 are one fewer.
    private static func plain(_ value: Decimal, step: Int) -> String {
        guard step >= 10, value.exponent < 0 else { return value.plain }
        return Decimal(digits: value.digits / 10, exponent: value.exponent + 1).plain
    }

    // MARK: Logarithmic

    /// An axis of whole powers of ten that takes in `lower` and `upper`.
    ///
    /// - Precondition: both are positive and finite, and `lower <= upper`.
    static func logarithmic(_ lower: Double, _ upper: Double, length: Double) -> Axis {
        var first = Int(log10(lower).rounded(.down))
        var last = Int(log10(upper).rounded(.up))
        if first == last { (first, last) = (first - 1, last + 1) }
        var axis = Axis(
            lower: Decimal(digits: 1, exponent: first).value, upper: Decimal(digits: 1, exponent: last).value,
            isLogarithmic: true)
        let every = max(1, Int((Double(last - first) * 24 / length).rounded(.up)))
        let digits = last - first <= 2 ? [1, 2, 5] : [1]
        for exponent in first...last where exponent % every == 0 {
            for digit in digits where exponent < last || digit == 1 {
                let value = Decimal(digits: digit, exponent: exponent)
                axis.ticks.append(
                    Tick(value: value.value, label: -3...4 ~= exponent ? value.plain : value.scientific))
            }
        }
        return axis
    }
}

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

    static let titleSize = 15.0
    static let textSize = Axis.labelSize

    /// The room that the labels of an axis going up take on its left.
    static func leftMargin(_ axis: Axis) -> Double { (axis.labelWidth + 8).rounded(.up) }
    /// The room above a frame for a title and the name of the axis going up.
    static let topMargin = 44.0
    /// The room below a frame for tick labels and the name of the axis across.
    static let bottomMargin = 38.0

    /// Draws grid lines, tick labels, the names of the axes, and the title of a plot, which start at `left`.
    mutating func draw(_ plot: Plot, title: String, xName: String, yName: String, left: Double) {
        let frame = plot.frame
        for tick in plot.x.ticks {
            let x = Self.crisp(plot.point(tick.value, plot.y.lower).x)
            marks.append(.line([Point(x, frame.y), Point(x, frame.maxY)], .grid))
            marks.append(
                .text(tick.label, Point(x, frame.maxY + 15), .faint, size: Self.textSize, anchor: .middle))
        }
        for tick in plot.y.ticks {
            let y = Self.crisp(plot.point(plot.x.lower, tick.value).y)
            marks.append(.line([Point(frame.x, y), Point(frame.maxX, y)], .grid))
            marks.append(.text(tick.label, Point(frame.x - 6, y + 4), .faint, size: Self.textSize, anchor: .end))
        }
        marks.append(
            .line([Point(frame.x, frame.y), Point(frame.x, frame.maxY), Point(frame.maxX, frame.maxY)], .faint))

        let width = frame.maxX - left
        func fitting(_ text: String, _ size: Double) -> String { Self.shortened(text, size: size, to: width) }
        marks.append(
            .text(fitting(title, Self.titleSize), Point(left, frame.y - 28), .text, size: Self.titleSize))
        marks.append(
            .text(fitting(yName, Self.textSize), Point(left, frame.y - 10), .faint, size: Self.textSize))
        marks.append(
            .text(
                fitting(xName, Self.textSize), Point(left + width, frame.maxY + 31), .faint,
                size: Self.textSize, anchor: .end))
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
