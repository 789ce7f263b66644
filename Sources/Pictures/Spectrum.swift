extension Drawing {
    /// The variance of each component, and the share that the first so many hold together; the counts that reach 90, 95
    /// and 99 % are marked.
    ///
    /// Variances of 0, and those that are nothing but rounding, have no place on a logarithmic axis: a note counts
    /// them.
    ///
    /// - Parameters:
    ///   - variances: of the components in order, largest first.
    ///   - total: the variance of the data, of which the components may hold only a part.
    /// - Precondition: there is at least one variance, and all are finite and not negative.
    package static func spectrum(_ variances: [Double], total: Double, title: String) -> Drawing {
        precondition(!variances.isEmpty, "a spectrum has a component")
        var drawing = Drawing(title: title, width: 720, height: 545, pixelsPerUnit: 2)
        let count = Double(variances.count)

        let largest = variances.max() ?? 0
        let floor = max(largest * (count * .ulpOfOne), .leastNormalMagnitude)
        let drawn = variances.enumerated().filter { $0.element >= floor }
        let shares = cumulatedShares(variances, total: total)

        // Two plots over the same axis, the variances above their cumulated shares.
        let (left, right) = (16.0, 694.0)
        let (top, upperHeight) = (58.0, 190.0)
        let (bottom, lowerHeight) = (346.0, 150.0)
        var variance = Axis.logarithmic(
            drawn.map(\.element).min() ?? 0.1, drawn.map(\.element).max() ?? 1, length: upperHeight)
        if drawn.isEmpty { variance.ticks = [] }
        let share = Axis.linear(0, 100, length: lowerHeight, .up)
        let x = left + max(leftMargin(variance), leftMargin(share))
        let across = Axis.linear(0.5, count + 0.5, length: right - x, .across, whole: true)
        let upper = Plot(
            frame: Rectangle(x: x, y: top, width: right - x, height: upperHeight), x: across, y: variance)
        let lower = Plot(
            frame: Rectangle(x: x, y: bottom, width: right - x, height: lowerHeight), x: across, y: share)
        drawing.draw(upper, title: title, xName: "component", yName: "variance of each component", left: left)
        drawing.draw(lower, title: "", xName: "number of components", yName: "", left: left)

        let marked = [90, 95, 99].enumerated().map { i, percent in
            (percent: percent, ink: Ink.series(i + 1), index: shares.firstIndex { $0 >= Double(percent) / 100 })
        }
        for (percent, ink, index) in marked {
            guard let index else { continue }
            let count = Double(index + 1)
            drawing.marks.append(.line([lower.point(count, Double(percent)), lower.point(count, 0)], ink, dash: 4))
            if index < drawn.count {
                let x = lower.point(count, 0).x
                drawing.marks.append(.line([Point(x, top), Point(x, top + upperHeight)], ink, dash: 4))
            }
        }
        drawing.drawSeries(drawn.map { upper.point(Double($0.offset + 1), $0.element) })
        drawing.drawSeries(shares.enumerated().map { lower.point(Double($0.offset + 1), $0.element * 100) })
        for (_, ink, index) in marked {
            guard let index else { continue }
            drawing.marks.append(.dots([lower.point(Double(index + 1), shares[index] * 100)], ink, radius: 4))
        }

        drawing.marks.append(.label("cumulated share of the variance, %", Point(left, bottom - 34)))
        drawing.drawLegend(
            marked.map { percent, ink, index in
                ("\(percent) %: " + (index.map { "\($0 + 1)" } ?? "more than \(variances.count)"), ink, false)
            }, x: left, y: bottom - 14)
        let hidden = variances.count - drawn.count
        if hidden > 0 {
            drawing.marks.append(
                .label(
                    "\(hidden) of \(variances.count) variances are zero or negligible and not drawn",
                    Point(right, top - 10), anchor: .end))
        }
        return drawing
    }

    /// A line through the points, with dots while there are few.
    private mutating func drawSeries(_ points: [Point]) {
        if points.count > 1 { marks.append(.line(points, .series(0), width: 2)) }
        if points.count <= 40 { marks.append(.dots(points, .series(0), radius: 3)) }
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
