internal import CZlib
internal import Words

/// The letters of text in a raster, of one size: how much of each pixel they cover.
struct Glyphs: Sendable {
    /// Pixels to the em.
    let size: Int
    private let glyphs: [UInt16: Glyph]

    struct Glyph: Sendable {
        /// From this letter's origin to the next letter's. Digits have the same, so that numbers stand in columns.
        let advance: Int
        /// The edges of the pixels, from the origin on the baseline.
        let left: Int
        let top: Int
        let width: Int
        /// Row by row from the top, 255 for a pixel that is covered whole.
        let coverage: ArraySlice<UInt8>
    }

    static let all = [Glyphs(size: 22, glyphs22), Glyphs(size: 30, glyphs30)]

    /// Those whose size comes nearest.
    static func nearest(to size: Double) -> Glyphs {
        abs(size - Double(all[0].size)) <= abs(size - Double(all[1].size)) ? all[0] : all[1]
    }

    private static let box: UInt16 = 0xFFFF

    private init(size: Int, _ text: DeflatedText) {
        let bytes = text.bytes
        var glyphs: [UInt16: Glyph] = [:]
        var at = 0
        while at < bytes.count {
            let (width, height) = (Int(bytes[at + 5]), Int(bytes[at + 6]))
            let end = at + 7 + width * height
            glyphs[UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1])] = Glyph(
                advance: Int(bytes[at + 2]), left: Int(Int8(bitPattern: bytes[at + 3])),
                top: Int(Int8(bitPattern: bytes[at + 4])), width: width, coverage: bytes[at + 7..<end])
            at = end
        }
        self.size = size
        self.glyphs = glyphs
    }

    /// The glyph of a character; nil where there is none.
    subscript(character: Character) -> Glyph? {
        let scalars = character.unicodeScalars
        guard scalars.count == 1, let code = scalars.first.flatMap({ UInt16(exactly: $0.value) }), code != Self.box
        else { return nil }
        return glyphs[code]
    }

    /// What is drawn, and how far it is to the next. What there is no glyph for is a box, which is reckoned as wide as
    /// the character may be.
    func placed(_ character: Character) -> (glyph: Glyph?, advance: Int) {
        if let glyph = self[character] { return (glyph, glyph.advance) }
        return (glyphs[Self.box], Int((Drawing.widthOfUnknown(character) * Double(size)).rounded()))
    }
}

extension Drawing {
    /// The width that `text` is reckoned with: exact for text in a raster, and generous for the faces that show an SVG,
    /// since few are wider than DejaVu Sans.
    static func textWidth(_ text: String, size: Double) -> Double {
        text.reduce(0) { $0 + width(of: $1) } * size
    }

    /// `text`, or as much of its start and end as fits `width`, with an ellipsis in the middle.
    static func shortened(_ text: String, size: Double, to width: Double) -> String {
        // A text of any length is looked at no further than it fits.
        var (room, index) = (width / size, text.startIndex)
        while index < text.endIndex, room >= 0 {
            room -= self.width(of: text[index])
            index = text.index(after: index)
        }
        guard room < 0 else { return text }

        room = width / size - self.width(of: "…")
        var (head, tail) = (text.startIndex, text.endIndex)
        while head < tail {
            room -= self.width(of: text[head])
            guard room >= 0 else { break }
            head = text.index(after: head)
            guard head < tail else { break }
            room -= self.width(of: text[text.index(before: tail)])
            guard room >= 0 else { break }
            tail = text.index(before: tail)
        }
        return text[..<head] + "…" + text[tail...]
    }

    /// In ems; the larger of both sizes, whose advances are rounded to pixels.
    private static func width(of character: Character) -> Double {
        Glyphs.all.reduce(0) { width, glyphs in
            max(width, glyphs[character].map { Double($0.advance) / Double(glyphs.size) } ?? widthOfUnknown(character))
        }
    }

    /// The square of an ideograph, or a wide letter.
    static func widthOfUnknown(_ character: Character) -> Double {
        character.unicodeScalars.contains { $0.value >= 0x1100 } ? 1 : 0.65
    }
}

/// Bytes in the text of a program: deflated, then written as base64.
struct DeflatedText: Sendable {
    /// How many bytes it comes to.
    let count: Int
    let base64: String

    var bytes: [UInt8] {
        let deflated = decodedBase64(base64)
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { out, written in
            var length = uLong(count)
            let status = unsafe deflated.withUnsafeBufferPointer { input in
                unsafe uncompress(out.baseAddress, &length, input.baseAddress, uLong(input.count))
            }
            precondition(status == Z_OK && Int(length) == count, "the text was made by make_glyphs.py")
            written = count
        }
    }
}
