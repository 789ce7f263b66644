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

    /// Of text in a chart; the raster's letters are of these, twice.
    static let titleSize = 15.0
    static let textSize = 11.0
}

extension Drawing.Mark {
    /// The small, quieter text of ticks, axes and notes.
    static func label(_ string: String, _ point: Drawing.Point, anchor: Drawing.Anchor = .start) -> Self {
        .text(string, point, .faint, size: Drawing.textSize, anchor: anchor)
    }
}
