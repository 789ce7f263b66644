internal import Words

extension Drawing {
    /// The drawing as SVG: text stays text, rasters are embedded as PNG, and a reader with a dark page gets dark paper.
    package var svg: [UInt8] {
        var writer = SVGWriter()
        writer.open(self)
        for mark in marks { writer.write(mark) }
        return Array((writer.text + "</svg>\n").utf8)
    }
}

/// The text of an SVG file as it grows.
///
/// Colours of the light page are attributes, which every renderer knows; the style sheet only overrides them.
private struct SVGWriter {
    var text = ""

    mutating func open(_ drawing: Drawing) {
        let (width, height) = (number(drawing.width), number(drawing.height))
        text += """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="img" font-family="system-ui, Helvetica, Arial, sans-serif">
            <title>\(escaped(drawing.title))</title>
            <style>
            @media (prefers-color-scheme: dark) {

            """
        for ink in Ink.all {
            text += "  .f-\(ink.name) { fill: \(ink.dark.hex) } .l-\(ink.name) { stroke: \(ink.dark.hex) }\n"
        }
        text += "}\n</style>\n<rect width=\"\(width)\" height=\"\(height)\" \(fill(.paper))/>\n"
    }

    mutating func write(_ mark: Drawing.Mark) {
        switch mark {
        case .line(let points, let ink, let width, let dash):
            let dashes = dash.map { " stroke-dasharray=\"\(number($0))\"" } ?? ""
            text += """
                <path d="\(path(points))" fill="none" \(stroke(ink)) stroke-width="\(number(width))" \
                stroke-linejoin="round" stroke-linecap="round"\(dashes)/>

                """
        case .area(let points, let ink, let opacity):
            text += "<path d=\"\(path(points))Z\" \(fill(ink)) fill-opacity=\"\(number(opacity))\"/>\n"
        case .dots(let points, let ink, let radius, let opacity, let hollow):
            let paint = hollow ? "fill=\"none\" \(stroke(ink)) stroke-opacity=" : "\(fill(ink)) fill-opacity="
            text += "<g \(paint)\"\(number(opacity))\">\n"
            for point in points {
                text += "<circle cx=\"\(number(point.x))\" cy=\"\(number(point.y))\" r=\"\(number(radius))\"/>\n"
            }
            text += "</g>\n"
        case .text(let string, let point, let ink, let size, let anchor):
            text += """
                <text x="\(number(point.x))" y="\(number(point.y))" font-size="\(number(size))" \(fill(ink)) \
                text-anchor="\(anchor)">\(escaped(string))</text>

                """
        case .image(let raster, let frame):
            text += """
                <image x="\(number(frame.x))" y="\(number(frame.y))" width="\(number(frame.width))" \
                height="\(number(frame.height))" preserveAspectRatio="none" style="image-rendering: pixelated" \
                href="data:image/png;base64,\(base64(PNG.encode(raster)))"/>

                """
        }
    }

    private func fill(_ ink: Ink) -> String { "class=\"f-\(ink.name)\" fill=\"\(ink.light.hex)\"" }
    private func stroke(_ ink: Ink) -> String { "class=\"l-\(ink.name)\" stroke=\"\(ink.light.hex)\"" }

    private func path(_ points: [Drawing.Point]) -> String {
        var path = ""
        for (i, point) in points.enumerated() { path += "\(i == 0 ? "M" : "L")\(number(point.x)) \(number(point.y))" }
        return path
    }

    private func number(_ value: Double) -> String { TickValue(value, decimals: 2).shortest }

    /// `string` as character data; a character that XML does not allow becomes U+FFFD.
    private func escaped(_ string: String) -> String {
        var result = ""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\t", "\n", "\r": result += " "
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
