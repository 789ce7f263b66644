extension Drawing {
    /// Rasters side by side, pixel for pixel, each with its caption below: the notes' four panels.
    ///
    /// - Precondition: there is at least one panel.
    package static func figure(_ panels: [(raster: Raster, caption: String)], title: String) -> Drawing {
        precondition(!panels.isEmpty, "a figure has a panel")
        let gap = 20.0
        let size = 22.0
        let tallest = panels.map { Double($0.raster.height) }.max() ?? 0
        var drawing = Drawing(
            title: title, width: gap, height: gap + tallest + 2 * size + gap / 2, pixelsPerUnit: 1)
        for (raster, caption) in panels {
            // A panel is as wide as its picture and its caption need.
            let width = max(Double(raster.width), textWidth(caption, size: size))
            let frame = Rectangle(
                x: (drawing.width + (width - Double(raster.width)) / 2).rounded(),
                y: (gap + (tallest - Double(raster.height)) / 2).rounded(),
                width: Double(raster.width), height: Double(raster.height))
            drawing.marks.append(.image(raster, frame))
            drawing.marks.append(
                .text(
                    caption, Point((drawing.width + width / 2).rounded(), gap + tallest + 1.4 * size), .text,
                    size: size, anchor: .middle))
            drawing.width += width.rounded(.up) + gap
        }
        return drawing
    }
}
