internal import Glibc
internal import Words

/// One axis: which values it spans, where a value is along it, and which round numbers are marked.
struct Axis: Sendable {
    /// The values at its two ends; of a logarithmic axis their exponents, as for all its positions.
    var lower: Double
    var upper: Double
    var isLogarithmic = false
    var ticks: [Tick] = []

    struct Tick: Equatable, Sendable {
        var position: Double
        var label: String
    }

    /// How labels are set against each other, which limits how many there is room for.
    enum Direction { case across, up }

    /// How far along the axis `value` is, from 0 to 1.
    func fraction(_ value: Double) -> Double {
        fraction(ofPosition: isLogarithmic ? log10(value) : value)
    }

    func fraction(ofPosition position: Double) -> Double { (position - lower) / (upper - lower) }

    /// The width of the widest label.
    var labelWidth: Double {
        ticks.map { Drawing.textWidth($0.label, size: Drawing.textSize) }.max() ?? 0
    }

    // MARK: Linear

    /// An axis from `lower` to `upper` with ticks at multiples of 1, 2 or 5 times a power of ten: as many as `length`
    /// has room for, about `spacing` apart. `whole` keeps to whole numbers.
    ///
    /// - Precondition: both are finite, and `lower < upper`.
    static func linear(
        _ lower: Double, _ upper: Double, length: Double, _ direction: Direction, spacing: Double? = nil,
        whole: Bool = false
    ) -> Axis {
        var axis = Axis(lower: lower, upper: upper)
        let spacing = spacing ?? (direction == .up ? 25 : 42)
        for count in stride(from: max(2, Int(clamping: length / spacing)), through: 1, by: -1) {
            axis.ticks = linearTicks(lower, upper, atMost: count, whole: whole)
            if direction == .up || axis.labelWidth * 1.4 * Double(count) <= length { break }
        }
        return axis
    }

    private static func linearTicks(_ lower: Double, _ upper: Double, atMost count: Int, whole: Bool) -> [Tick] {
        let least = (upper - lower) / Double(count)
        guard least >= .leastNormalMagnitude, least.isFinite else { return [] }
        var exponent = Int(clamping: log10(least).rounded(.down))
        if whole { exponent = max(0, exponent) }
        for step in [1, 2, 5, 10, 20, 50] {
            let size = TickValue(digits: step, exponent: exponent).value
            // A hair's breadth, so that an end which is a round number keeps its tick.
            let (first, last) = ((lower / size - 1e-9).rounded(.up), (upper / size + 1e-9).rounded(.down))
            guard abs(first) < 1e12, abs(last) < 1e12 else { return [] }
            guard last - first < Double(count) else { continue }
            guard first <= last else { return [] }
            let values = (Int(clamping: first)...Int(clamping: last)).map {
                TickValue(digits: $0 * step, exponent: exponent)
            }
            // Plain while that is short, or no longer than the scientific form would be.
            let magnitude = log10(max(abs(lower), abs(upper)))
            let isPlain = exponent >= -5 && (magnitude < 6 || magnitude < 9 && magnitude - Double(exponent) > 4)
            return values.map { Tick(position: $0.value, label: isPlain ? plain($0, step: step) : $0.scientific) }
        }
        return []
    }

    /// With the decimals of the step, which for 10, 20 and 50 are one fewer.
    private static func plain(_ value: TickValue, step: Int) -> String {
        guard step >= 10, value.exponent < 0 else { return value.plain }
        return TickValue(digits: value.digits / 10, exponent: value.exponent + 1).plain
    }

    // MARK: Logarithmic

    /// An axis of whole powers of ten that takes in `lower` and `upper`.
    ///
    /// - Precondition: both are positive and finite, and `lower <= upper`.
    static func logarithmic(_ lower: Double, _ upper: Double, length: Double) -> Axis {
        var first = Int(clamping: log10(lower).rounded(.down))
        var last = Int(clamping: log10(upper).rounded(.up))
        if first == last { (first, last) = (first - 1, last + 1) }
        var axis = Axis(lower: Double(first), upper: Double(last), isLogarithmic: true)
        let every = max(1, Int(clamping: (Double(last - first) * 24 / length).rounded(.up)))
        let digits = last - first <= 2 ? [1, 2, 5] : [1]
        for exponent in first...last where exponent % every == 0 {
            for digit in digits where exponent < last || digit == 1 {
                let value = TickValue(digits: digit, exponent: exponent)
                axis.ticks.append(
                    Tick(
                        position: Double(exponent) + log10(Double(digit)),
                        label: -3...4 ~= exponent ? value.plain : value.scientific))
            }
        }
        return axis
    }
}
