extension Drawing {
    /// Two images that are to be compared, and a few short lines about them.
    package struct Pair: Sendable {
        package var left: Raster
        package var right: Raster
        package var lines: [String]

        package init(left: Raster, right: Raster, lines: [String]) {
            self.left = left
            self.right = right
            self.lines = lines
        }
    }

    /// Pairs row by row, the images of each side by side, with its lines below.
    ///
    /// - Precondition: there is at least one pair.
    package static func pairs(_ pairs: [Pair], columns: Int = 6, title: String) -> Drawing {
        precondition(!pairs.isEmpty, "a picture of pairs shows some")
        let margin = 16.0
        let (gap, size, line) = (2.0, 10.0, 13.0)
        let images = pairs.flatMap { [$0.left, $0.right] }
        let zoom = Double(max(1, 64 / max(images.map(\.width).max()!, images.map(\.height).max()!)))
        let (width, height) = (
            zoom * Double(images.map(\.width).max()!), zoom * Double(images.map(\.height).max()!)
        )
        let lines = pairs.map(\.lines.count).max()!
        let widest = pairs.flatMap(\.lines).map { textWidth($0, size: size) }.max() ?? 0
        let cell = (
            width: max(2 * width + gap, widest).rounded(.up) + margin, height: height + line * Double(lines) + margin
        )
        let columns = min(columns, pairs.count)
        let rows = (pairs.count + columns - 1) / columns
        var drawing = Drawing(
            title: title, width: margin + Double(columns) * cell.width,
            height: margin + Double(rows) * cell.height, pixelsPerUnit: 1)
        for (i, pair) in pairs.enumerated() {
            let (x, y) = (margin + Double(i % columns) * cell.width, margin + Double(i / columns) * cell.height)
            for (k, image) in [pair.left, pair.right].enumerated() {
                drawing.marks.append(
                    .image(
                        image,
                        Rectangle(
                            x: x + Double(k) * (width + gap), y: y, width: zoom * Double(image.width),
                            height: zoom * Double(image.height))))
            }
            for (k, text) in pair.lines.enumerated() {
                drawing.marks.append(
                    .text(text, Point(x, y + height + line * Double(k + 1) - 2), k == 0 ? .text : .faint, size: size))
            }
        }
        return drawing
    }
}
