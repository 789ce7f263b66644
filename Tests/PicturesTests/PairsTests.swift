import TestSupport
import Testing

@testable import Pictures

/// Pairs of images side by side.
@Suite struct PairsTests {
    private func pair(_ left: UInt8, _ right: UInt8, lines: [String] = ["s 0.99"]) -> Drawing.Pair {
        Drawing.Pair(
            left: Raster(width: 32, height: 16, channels: 1, grey: left),
            right: Raster(width: 32, height: 16, channels: 1, grey: right), lines: lines)
    }

    @Test func imagesStandSideBySideInTheirOrder() throws {
        let drawing = Drawing.pairs([pair(10, 20), pair(30, 40), pair(50, 60)], columns: 2, title: "pairs")
        let picture = try DecodedPNG(drawing.png)
        // Twice as large, 2 apart; columns are as wide as a pair and a margin of 16. All of that in two pixels a unit.
        let column = 2 * 64 + 2 + 16
        #expect(picture.width == 2 * (16 + 2 * column))
        for (index, (left, right)) in [(10, 20), (30, 40), (50, 60)].enumerated() {
            let x = 2 * (16 + index % 2 * column)
            let y = 2 * (16 + index / 2 * (32 + 14 + 16))
            #expect(picture[x, y] == Array(repeating: UInt8(left), count: 3))
            #expect(picture[x + 127, y + 63] == Array(repeating: UInt8(left), count: 3))
            #expect(picture[x + 128, y] == [255, 255, 255])
            #expect(picture[x + 132, y] == Array(repeating: UInt8(right), count: 3))
        }
    }

    @Test func longLinesMakeWideColumns() {
        let narrow = Drawing.pairs([pair(1, 2)], title: "pairs")
        let wide = Drawing.pairs([pair(1, 2, lines: ["a", String(repeating: "x", count: 60)])], title: "pairs")
        #expect(wide.width > narrow.width + 200 && wide.height == narrow.height + 14)
        #expect(String(decoding: wide.svg, as: UTF8.self).contains(String(repeating: "x", count: 60)))
    }
}
