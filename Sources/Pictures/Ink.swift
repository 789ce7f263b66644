/// A colour by its role, with one value for a light page and one for a dark.
package enum Ink: Hashable, Sendable {
    case paper, text, faint, grid
    /// The colour of one of several series. Seven differ; then they repeat.
    case series(Int)

    struct RGB: Equatable {
        var red: UInt8
        var green: UInt8
        var blue: UInt8

        init(_ hex: UInt32) {
            red = UInt8(hex >> 16 & 255)
            green = UInt8(hex >> 8 & 255)
            blue = UInt8(hex & 255)
        }

        /// As CSS writes it: "#0072b2".
        var hex: String {
            "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    static let seriesCount = 7

    /// The colours of Okabe and Ito, which the colour-blind tell apart, less black and, on white, yellow. The two blues
    /// change places, so that the first series stands out on either page.
    private static let lightSeries: [UInt32] = [0x0072B2, 0xD55E00, 0x009E73, 0xE69F00, 0xCC79A7, 0x56B4E9, 0x777777]
    private static let darkSeries: [UInt32] = [0x56B4E9, 0xD55E00, 0x009E73, 0xE69F00, 0xCC79A7, 0x0072B2, 0xF0E442]

    var light: RGB {
        switch self {
        case .paper: RGB(0xFFFFFF)
        case .text: RGB(0x1F2328)
        case .faint: RGB(0x59636E)
        case .grid: RGB(0xDFE3E8)
        case .series(let i): RGB(Self.lightSeries[i % Self.seriesCount])
        }
    }

    var dark: RGB {
        switch self {
        case .paper: RGB(0x0D1117)
        case .text: RGB(0xF0F6FC)
        case .faint: RGB(0x9198A1)
        case .grid: RGB(0x2A313A)
        case .series(let i): RGB(Self.darkSeries[i % Self.seriesCount])
        }
    }

    static let all: [Ink] = [.paper, .text, .faint, .grid] + (0..<seriesCount).map { .series($0) }

    /// The name of the ink in a style sheet.
    var name: String {
        switch self {
        case .paper: "paper"
        case .text: "text"
        case .faint: "faint"
        case .grid: "grid"
        case .series(let i): "s\(i % Self.seriesCount)"
        }
    }
}
