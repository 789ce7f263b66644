/// A picture as values: marks in the order they are painted, on a page whose unit is about a CSS pixel.
///
/// Charts and figures are built as drawings; `svg` and `png` render the same marks, so that both agree.
package struct Drawing: Sendable {
    package struct Point: Equatable, Sendable {
        var x: Double
        var y: Double

        init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    package struct Rectangle: Equatable, Sendable {
        var x: Double
        var y: Double
        var width: Double
        var height: Double

        var maxX: Double { x + width }
        var maxY: Double { y + height }
    }

    package enum Anchor: Sendable { case start, middle, end }

    package enum Mark: Sendable {
        case line([Point], Ink, width: Double = 1, dash: Double? = nil)
        case area([Point], Ink, opacity: Double)
        /// Discs, or with `hollow` rings, each blended with what is below it.
        case dots([Point], Ink, radius: Double, opacity: Double = 1, hollow: Bool = false)
        /// One line of text with its baseline at the point.
        case text(String, Point, Ink, size: Double, anchor: Anchor = .start)
        /// A raster that fills the rectangle, its pixels kept as squares.
        case image(Raster, Rectangle)
    }

    /// What the picture shows, for readers that cannot see it.
    var title: String
    var width: Double
    var height: Double
    /// The pixels to a unit in `png`.
    var pixelsPerUnit: Int
    var marks: [Mark] = []

    // MARK: Text

    static let titleSize = 15.0
    static let textSize = 11.0

    /// The width that `text` is reckoned with: generous for a proportional face, exact for the bitmap font.
    static func textWidth(_ text: String, size: Double) -> Double {
        text.reduce(0) { $0 + ($1.isWide ? 1 : 0.6) } * size
    }

    /// `text`, or as much of it as fits `width`, then three dots.
    static func shortened(_ text: String, size: Double, to width: Double) -> String {
        guard textWidth(text, size: size) > width else { return text }
        var short = text
        while !short.isEmpty, textWidth(short + "...", size: size) > width { short.removeLast() }
        return short + "..."
    }
}

extension Drawing.Mark {
    /// The small, quieter text of ticks, axes and notes.
    static func label(_ string: String, _ point: Drawing.Point, anchor: Drawing.Anchor = .start) -> Self {
        .text(string, point, .faint, size: Drawing.textSize, anchor: anchor)
    }
}

extension Character {
    /// Whether the character takes about the square of an ideograph.
    fileprivate var isWide: Bool {
        unicodeScalars.contains { $0.value >= 0x1100 }
    }
}
