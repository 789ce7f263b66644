/// The variances of one set of components.
package struct SpectrumSeries: Sendable {
    package let name: String
    let variances: [Double]
    /// What the first so many hold of all variance together.
    let shares: [Double]

    /// - Parameters:
    ///   - variances: of the components in order, largest first.
    ///   - total: the variance of the data, of which the components may hold only a part.
    /// - Precondition: there is at least one variance, and all are finite and not negative.
    package init(name: String, variances: [Double], total: Double) {
        precondition(!variances.isEmpty, "a spectrum has a component")
        self.name = name
        self.variances = variances
        shares = cumulatedShares(variances, total: total)
    }

    /// The variances that are more than nothing or rounding, with their places.
    var drawn: [(offset: Int, element: Double)] {
        let largest = variances.max() ?? 0
        let floor = max(largest * (Double(variances.count) * .ulpOfOne), .leastNormalMagnitude)
        return variances.enumerated().filter { $0.element >= floor }
    }

    /// How many components it takes to hold so much of the variance; nil if these do not.
    package func count(for percent: Int) -> Int? {
        shares.firstIndex { $0 >= Double(percent) / 100 }.map { $0 + 1 }
    }
}

extension Drawing {
    private static let percents = [90, 95, 99]

    /// The variance of each component, and the share that the first so many hold together; the counts that reach 90, 95
    /// and 99 % are marked. Several series are lines of their own colours.
    ///
    /// Variances of 0, and those that are nothing but rounding, have no place on a logarithmic axis: a note counts
    /// them.
    ///
    /// - Precondition: there is at least one series.
    package static func spectrum(_ series: [SpectrumSeries], title: String) -> Drawing {
        precondition(!series.isEmpty, "a spectrum has a series")
        var drawing = Drawing(title: title, width: 720, height: 545, pixelsPerUnit: 2)
        let count = Double(series.map(\.variances.count).max() ?? 1)
        let drawn = series.map(\.drawn)
        let values = drawn.joined().map(\.element)

        // Two plots over the same axis, the variances above their cumulated shares.
        let (left, right) = (16.0, 694.0)
        let (top, upperHeight) = (58.0, 190.0)
        let (bottom, lowerHeight) = (346.0, 150.0)
        var variance = Axis.logarithmic(values.min() ?? 0.1, values.max() ?? 1, length: upperHeight)
        if values.isEmpty { variance.ticks = [] }
        let share = Axis.linear(0, 100, length: lowerHeight, .up)
        let x = left + max(leftMargin(variance), leftMargin(share))
        let across = Axis.linear(0.5, count + 0.5, length: right - x, .across, whole: true)
        let upper = Plot(
            frame: Rectangle(x: x, y: top, width: right - x, height: upperHeight), x: across, y: variance)
        let lower = Plot(
            frame: Rectangle(x: x, y: bottom, width: right - x, height: lowerHeight), x: across, y: share)
        drawing.draw(upper, title: title, xName: "component", yName: "variance of each component", left: left)
        drawing.draw(lower, title: "", xName: "number of components", yName: "", left: left)
        let isAlone = series.count == 1
        drawing.marks.append(
            .label("cumulated share of the variance, %", Point(left, bottom - (isAlone ? 34 : 14))))
        if isAlone { drawing.drawDrops(series[0], upper, lower, drawn: drawn[0].count) }
        for (i, (one, drawn)) in zip(series, drawn).enumerated() {
            let ink = Ink.series(i)
            drawing.drawSeries(drawn.map { upper.point(Double($0.offset + 1), $0.element) }, ink, isPlain: !isAlone)
            drawing.drawSeries(
                one.shares.enumerated().map { lower.point(Double($0.offset + 1), $0.element * 100) }, ink,
                isPlain: !isAlone)
            for (j, percent) in percents.enumerated() {
                guard let count = one.count(for: percent) else { continue }
                drawing.marks.append(
                    .dots(
                        [lower.point(Double(count), one.shares[count - 1] * 100)], isAlone ? .series(j + 1) : ink,
                        radius: 4))
            }
        }
        drawing.drawCounts(series, x: left, y: isAlone ? bottom - 14 : drawing.height + 6)

        let hidden = zip(series, drawn).reduce(0) { $0 + $1.0.variances.count - $1.1.count }
        if hidden > 0 {
            let all = series.reduce(0) { $0 + $1.variances.count }
            drawing.marks.append(
                .label(
                    "\(hidden) of \(all) variances are zero or negligible and not drawn", Point(right, top - 10),
                    anchor: .end))
        }
        return drawing
    }

    /// Dashed lines down to the counts, in colours of their own.
    private mutating func drawDrops(_ series: SpectrumSeries, _ upper: Plot, _ lower: Plot, drawn: Int) {
        for (i, percent) in Self.percents.enumerated() {
            guard let count = series.count(for: percent) else { continue }
            let ink = Ink.series(i + 1)
            let (at, x) = (Double(count), lower.point(Double(count), 0).x)
            marks.append(.line([lower.point(at, Double(percent)), lower.point(at, 0)], ink, dash: 4))
            if count <= drawn {
                marks.append(.line([Point(x, upper.frame.y), Point(x, upper.frame.maxY)], ink, dash: 4))
            }
        }
    }

    /// How many components hold how much: one series above its plot, several below with their names.
    private mutating func drawCounts(_ series: [SpectrumSeries], x: Double, y: Double) {
        func words(_ percent: Int, _ one: SpectrumSeries) -> String {
            "\(percent) %: " + (one.count(for: percent).map { "\($0)" } ?? "more than \(one.variances.count)")
        }
        guard series.count > 1 else {
            drawLegend(
                Self.percents.enumerated().map { (words($0.element, series[0]), .series($0.offset + 1), false) }, x: x,
                y: y)
            return
        }
        for (i, one) in series.enumerated() {
            let counts = Self.percents.map { words($0, one) }.joined(separator: ", ")
            let room = width - x - 40 - Self.textWidth(counts, size: Self.textSize)
            let name = Self.shortened(one.name, size: Self.textSize, to: room)
            drawLegend([("\(name): \(counts)", .series(i), false)], x: x, y: y + 18 * Double(i))
        }
        height = y + 18 * Double(series.count)
    }

    /// A line through the points, with dots while there are few; `isPlain` leaves them to what else is marked.
    mutating func drawSeries(_ points: [Point], _ ink: Ink, isPlain: Bool = false) {
        if points.count > 1 { marks.append(.line(points, ink, width: 2)) }
        if points.count == 1 || points.count <= 40 && !isPlain { marks.append(.dots(points, ink, radius: 3)) }
    }
}

/// What the first component holds of `total`, then the first two, and so on; 0 where the total is 0.
///
/// The last is exactly 1 where the variances make up the total but for rounding.
func cumulatedShares(_ variances: [Double], total: Double) -> [Double] {
    guard total > 0 else { return variances.map { _ in 0 } }
    var sum = 0.0
    return variances.map { variance in
        sum += variance / total
        return sum > 1 - 1e-12 ? 1 : sum
    }
}
