internal import Words

extension Drawing {
    /// The drawing as PNG, in the colours of the light page.
    package var png: [UInt8] { PNG.encode(raster) }

    /// The drawing in pixels, with smooth edges; text is set in DejaVu Sans.
    package var raster: Raster {
        let scale = Double(pixelsPerUnit)
        var painter = Painter(
            width: Int(clamping: (width * scale).rounded(.up)), height: Int(clamping: (height * scale).rounded(.up)))
        for mark in marks { painter.paint(mark, scale: scale) }
        return painter.raster
    }
}

/// Paints marks into a colour raster by the share of each pixel that they cover.
private struct Painter {
    private(set) var raster: Raster

    init(width: Int, height: Int) {
        let paper = Ink.paper.light
        raster = Raster(width: width, height: height, channels: 3, grey: paper.red)
    }

    mutating func paint(_ mark: Drawing.Mark, scale: Double) {
        func scaled(_ points: [Drawing.Point]) -> [Drawing.Point] {
            points.map { Drawing.Point($0.x * scale, $0.y * scale) }
        }
        switch mark {
        case .line(let points, let ink, let width, let dash):
            let pieces = dash.map { dashes(scaled(points), length: $0 * scale) } ?? [scaled(points)]
            for piece in pieces { stroke(piece, width: width * scale, ink.light) }
        case .area(let points, let ink, let opacity):
            fill(scaled(points), ink.light, opacity)
        case .dots(let points, let ink, let radius, let opacity, let hollow):
            for point in scaled(points) {
                dot(point, radius * scale, ring: hollow ? scale : nil, ink.light, opacity)
            }
        case .text(let string, let point, let ink, let size, let anchor):
            text(string, at: Drawing.Point(point.x * scale, point.y * scale), ink.light, size * scale, anchor)
        case .image(let image, let frame):
            place(image, frame, scale)
        }
    }

    private mutating func blend(_ x: Int, _ y: Int, _ colour: Ink.RGB, _ share: Double) {
        guard share > 0, 0..<raster.width ~= x, 0..<raster.height ~= y else { return }
        let at = (y * raster.width + x) * 3
        func mix(_ offset: Int, _ new: UInt8) {
            let old = Double(raster.bytes[at + offset])
            raster.bytes[at + offset] = UInt8((old + (Double(new) - old) * min(share, 1)).rounded())
        }
        mix(0, colour.red)
        mix(1, colour.green)
        mix(2, colour.blue)
    }

    /// The pixels of the raster that lie within `margin` of the box around `points`.
    private func pixels(around points: [Drawing.Point], margin: Double) -> (x: Range<Int>, y: Range<Int>) {
        func range(_ values: some Sequence<Double>, _ limit: Int) -> Range<Int> {
            var (low, high) = (Double(limit), 0.0)
            for value in values {
                low = min(low, value - margin)
                high = max(high, value + margin)
            }
            let start = min(max(0, Int(clamping: low.rounded(.down))), limit)
            return start..<max(start, min(limit, Int(clamping: high.rounded(.up))))
        }
        return (range(points.lazy.map(\.x), raster.width), range(points.lazy.map(\.y), raster.height))
    }

    // MARK: Lines

    /// A pixel takes the largest share that any segment gives it, so that joints are no darker than the rest.
    private mutating func stroke(_ points: [Drawing.Point], width: Double, _ colour: Ink.RGB) {
        let box = pixels(around: points, margin: width / 2 + 1)
        var shares = [Double](repeating: 0, count: box.x.count * box.y.count)
        for (a, b) in zip(points, points.dropFirst()) {
            let (dx, dy) = (b.x - a.x, b.y - a.y)
            let squaredLength = dx * dx + dy * dy
            let near = pixels(around: [a, b], margin: width / 2 + 1)
            for y in near.y {
                for x in near.x {
                    let (px, py) = (Double(x) + 0.5 - a.x, Double(y) + 0.5 - a.y)
                    let along = squaredLength > 0 ? min(max((px * dx + py * dy) / squaredLength, 0), 1) : 0
                    let (ox, oy) = (px - along * dx, py - along * dy)
                    let share = width / 2 + 0.5 - (ox * ox + oy * oy).squareRoot()
                    let at = (y - box.y.lowerBound) * box.x.count + x - box.x.lowerBound
                    shares[at] = max(shares[at], min(share, 1))
                }
            }
        }
        for y in box.y {
            for x in box.x {
                blend(x, y, colour, shares[(y - box.y.lowerBound) * box.x.count + x - box.x.lowerBound])
            }
        }
    }

    /// The pieces of a line that dashes and gaps of `length` leave.
    private func dashes(_ points: [Drawing.Point], length: Double) -> [[Drawing.Point]] {
        var pieces: [[Drawing.Point]] = []
        var piece = Array(points.prefix(1))
        var left = length
        var drawing = true
        for (a, b) in zip(points, points.dropFirst()) {
            let (dx, dy) = (b.x - a.x, b.y - a.y)
            let total = (dx * dx + dy * dy).squareRoot()
            var done = 0.0
            while total - done > left {
                done += left
                let turn = Drawing.Point(a.x + dx * done / total, a.y + dy * done / total)
                if drawing { pieces.append(piece + [turn]) }
                piece = [turn]
                drawing.toggle()
                left = length
            }
            left -= total - done
            piece.append(b)
        }
        if drawing, piece.count > 1 { pieces.append(piece) }
        return pieces
    }

    // MARK: Areas

    /// Four scan lines to a row of pixels; along each, the exact share between every other pair of crossings.
    private mutating func fill(_ points: [Drawing.Point], _ colour: Ink.RGB, _ opacity: Double) {
        let box = pixels(around: points, margin: 0)
        let edges = Array(zip(points, points.dropFirst() + points.prefix(1)))
        for y in box.y {
            var shares = [Double](repeating: 0, count: box.x.count)
            for scan in 0..<4 {
                let level = Double(y) + (Double(scan) + 0.5) / 4
                var crossings: [Double] = []
                for (a, b) in edges where (a.y <= level) != (b.y <= level) {
                    crossings.append(a.x + (b.x - a.x) * (level - a.y) / (b.y - a.y))
                }
                crossings.sort()
                for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                    let (from, to) = (crossings[pair], crossings[pair + 1])
                    let covered =
                        Int(
                            clamping: max(from, 0))..<max(
                            Int(clamping: max(from, 0)), Int(clamping: max(to, 0).rounded(.up)))
                    for x in covered.clamped(to: box.x) {
                        shares[x - box.x.lowerBound] += (min(to, Double(x) + 1) - max(from, Double(x))) / 4
                    }
                }
            }
            for x in box.x { blend(x, y, colour, shares[x - box.x.lowerBound] * opacity) }
        }
    }

    private mutating func dot(
        _ centre: Drawing.Point, _ radius: Double, ring: Double?, _ colour: Ink.RGB, _ opacity: Double
    ) {
        let box = pixels(around: [centre], margin: radius + (ring ?? 0) + 1)
        for y in box.y {
            for x in box.x {
                let (dx, dy) = (Double(x) + 0.5 - centre.x, Double(y) + 0.5 - centre.y)
                let distance = (dx * dx + dy * dy).squareRoot()
                let share = ring.map { $0 / 2 + 0.5 - abs(distance - radius) } ?? radius + 0.5 - distance
                blend(x, y, colour, min(share, 1) * opacity)
            }
        }
    }

    // MARK: Text and images

    /// Text in the letters whose size comes nearest.
    private mutating func text(
        _ string: String, at point: Drawing.Point, _ colour: Ink.RGB, _ size: Double, _ anchor: Drawing.Anchor
    ) {
        let glyphs = Glyphs.nearest(to: size)
        let letters = string.map(glyphs.placed)
        let width = Double(letters.reduce(0) { $0 + $1.advance })
        let start =
            switch anchor {
            case .start: point.x
            case .middle: point.x - width / 2
            case .end: point.x - width
            }
        let baseline = Int(clamping: point.y.rounded())
        var x = Int(clamping: start.rounded())
        for (glyph, advance) in letters {
            if let glyph {
                for (i, coverage) in glyph.coverage.enumerated() {
                    blend(
                        x + glyph.left + i % glyph.width, baseline + glyph.top + i / glyph.width, colour,
                        Double(coverage) / 255)
                }
            }
            x += advance
        }
    }

    /// Every pixel of the frame takes the pixel of the image that is nearest.
    private mutating func place(_ image: Raster, _ frame: Drawing.Rectangle, _ scale: Double) {
        let (left, top) = (Int(clamping: (frame.x * scale).rounded()), Int(clamping: (frame.y * scale).rounded()))
        let (width, height) = (
            Int(clamping: (frame.width * scale).rounded()), Int(clamping: (frame.height * scale).rounded())
        )
        for y in 0..<height {
            for x in 0..<width {
                let pixel = image[x * image.width / width, y * image.height / height]
                for channel in 0..<3 {
                    let at = ((top + y) * raster.width + left + x) * 3 + channel
                    raster.bytes[at] = pixel[pixel.startIndex + (image.channels == 3 ? channel : 0)]
                }
            }
        }
    }
}
