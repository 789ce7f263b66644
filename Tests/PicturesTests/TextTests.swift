import Testing

@testable import Pictures

struct TextTests {
    private func raster(_ text: String, anchor: Drawing.Anchor = .start, at x: Double = 10) -> Raster {
        var drawing = Drawing(title: "", width: 60, height: 20, pixelsPerUnit: 2)
        drawing.marks = [.text(text, .init(x, 15), .text, size: 11, anchor: anchor)]
        return drawing.raster
    }

    /// The columns and rows of pixels that are not paper.
    private func inked(_ raster: Raster) -> (x: ClosedRange<Int>, y: ClosedRange<Int>)? {
        let places = (0..<raster.width * raster.height).filter { raster.bytes[3 * $0] < 255 }
        let (xs, ys) = (places.map { $0 % raster.width }, places.map { $0 / raster.width })
        guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max() else { return nil }
        return (left...right, top...bottom)
    }

    /// An l stands on the baseline, as high as DejaVu Sans has it: 1556 of 2048 units, at 22 pixels to the em.
    @Test func `letters stand on the baseline`() throws {
        let l = try #require(inked(raster("l")))
        #expect(l.y == 30 - 17...29)
        let g = try #require(inked(raster("g")))
        #expect(g.y.upperBound > 30 && g.y.lowerBound > 30 - 17)
    }

    /// Each pixel lies between paper and ink by its coverage, on light paper and on dark.
    @Test func `edges are smooth on any colour`() throws {
        let light = raster("S")
        let shades = Set(light.bytes)
        #expect(shades.count > 20 && shades.contains(255))
        var drawing = Drawing(title: "", width: 60, height: 20, pixelsPerUnit: 2)
        drawing.marks = [
            .area([.init(0, 0), .init(60, 0), .init(60, 20), .init(0, 20)], .text, opacity: 1),
            .text("S", .init(10, 15), .paper, size: 11),
        ]
        let (paper, ink) = (255.0, 31.0)
        for (onLight, onDark) in zip(
            stride(from: 0, to: light.bytes.count, by: 3).map { Double(light.bytes[$0]) },
            stride(from: 0, to: light.bytes.count, by: 3).map { Double(drawing.raster.bytes[$0]) })
        {
            let coverage = (paper - onLight) / (paper - ink)
            #expect(abs(onDark - (ink + coverage * (paper - ink))) <= 1)
        }
    }

    @Test func `numbers align`() throws {
        for glyphs in Glyphs.all {
            #expect(Set("0123456789".map { glyphs.placed($0).advance }).count == 1)
            #expect(glyphs.placed("i").advance < glyphs.placed("W").advance)
        }
        let (short, long) = (
            try #require(inked(raster("1", anchor: .end, at: 50))),
            try #require(inked(raster("4711", anchor: .end, at: 50)))
        )
        #expect(short.x.upperBound == long.x.upperBound)
    }

    @Test func `every letter has its own glyph, and what has none is a box`() throws {
        for glyphs in Glyphs.all {
            let letters = (33..<127).map { Character(UnicodeScalar($0)) } + ["é", "µ", "σ", "…", "−"]
            let coverages = letters.compactMap { glyphs[$0].map { [UInt8($0.width)] + Array($0.coverage) } }
            #expect(coverages.count == letters.count && Set(coverages).count == letters.count)
            #expect(glyphs["漢"] == nil && glyphs["\u{FFFF}"] == nil && glyphs["🇩🇪"] == nil)
            let box = try #require(glyphs.placed("漢").glyph)
            #expect(box.coverage.contains { $0 > 0 })
            #expect(glyphs.placed("漢").advance == glyphs.size)
        }
        #expect(inked(raster(" ")) == nil)
    }

    @Test(arguments: ["WWWWWW", "illi", "petal_length (cm)", "漢字 and ä"])
    func `text is no wider than reckoned`(text: String) throws {
        for (anchor, x) in [(Drawing.Anchor.start, 0.0), (.end, 400), (.middle, 200)] {
            var drawing = Drawing(title: "", width: 400, height: 40, pixelsPerUnit: 2)
            for size in [Drawing.textSize, Drawing.titleSize] {
                drawing.marks = [.text(text, .init(x, 30), .text, size: size, anchor: anchor)]
                let shown = try #require(inked(drawing.raster)).x
                let width = 2 * Drawing.textWidth(text, size: size)
                let left = anchor == .start ? 0 : anchor == .end ? 800 - width : 400 - width / 2
                #expect(left - 1...left + width + 1 ~= Double(shown.lowerBound))
                #expect(left - 1...left + width + 1 ~= Double(shown.upperBound))
            }
        }
    }

    @Test func `a long name is shortened in its middle`() {
        let name = "petal_length_in_the_wild_and_in_the_garden_2019"
        #expect(Drawing.shortened(name, size: 10, to: 1000) == name)
        let whole = Drawing.textWidth(name, size: 10)
        #expect(Drawing.shortened(name, size: 10, to: whole + 1e-9) == name)
        for width in stride(from: 30.0, to: whole - 1, by: 7) {
            let short = Drawing.shortened(name, size: 10, to: width)
            let parts = short.split(separator: "…", omittingEmptySubsequences: false)
            #expect(parts.count == 2 && name.hasPrefix(parts[0]) && name.hasSuffix(parts[1]))
            #expect(0...1 ~= parts[0].count - parts[1].count)
            #expect(Drawing.textWidth(short, size: 10) <= width)
            // One letter more would not fit.
            let more = name.prefix(parts[0].count + 1) + "…" + name.suffix(parts[1].count + 1)
            #expect(Drawing.textWidth(String(more), size: 10) > width)
        }
        #expect(Drawing.shortened("ab", size: 10, to: 3) == "…")
        #expect(Drawing.shortened(String(repeating: "m", count: 10_000_000), size: 10, to: 100).count < 20)
    }
}
