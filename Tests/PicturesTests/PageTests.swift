import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import Pictures

/// The elements of a page, in order, read by Foundation's XML parser.
private final class ReadPage: NSObject, XMLParserDelegate {
    private(set) var elements: [(name: String, attributes: [String: String], text: String)] = []
    private var open: [Int] = []

    init(_ html: [UInt8]) throws {
        super.init()
        let parser = XMLParser(data: Data(html))
        parser.delegate = self
        if !parser.parse() { throw try #require(parser.parserError) }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append((name, attributes, ""))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if let last = open.last { elements[last].text += string }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }

    func texts(_ names: String...) -> [String] { elements.filter { names.contains($0.name) }.map(\.text) }
}

struct PageTests {
    private static let hostile = "a<b & \"c\" > </script><script>alert(1)</script> 漢\u{1}\u{FFFE}"
    private static let shown = "a<b & \"c\" > </script><script>alert(1)</script> 漢\u{FFFD}\u{FFFD}"

    private var page: Page {
        let raster = Raster(width: 3, height: 2, channels: 3, grey: 77)
        return Page(
            title: Self.hostile, lead: Self.hostile,
            sections: [
                .init(Self.hostile, [.text(Self.hostile), .heading(Self.hostile), .warnings([Self.hostile])]),
                .init(
                    "Numbers",
                    [
                        .facts([.init(Self.hostile, Self.hostile)]), .list([Self.hostile], isOrdered: true),
                        .code("x = 1\ny = \"<\"", caption: Self.hostile),
                        .table(
                            .init(
                                caption: Self.hostile, head: ["name", Self.hostile],
                                rows: [[Self.hostile, "1.5e-7"], ["b", "2"]], isSortable: true)),
                        .chart(.curve([3, 2, 0, 1e-9], title: Self.hostile, yName: Self.hostile), caption: "c"),
                        .pictures([.init(raster, caption: Self.hostile, description: Self.hostile)]),
                    ]),
            ], footer: Self.hostile)
    }

    @Test func `all that is said is on the page, and is text`() throws {
        let read = try ReadPage(page.html)
        for name in ["title", "h1", "h2", "h3", "li", "dt", "dd", "caption", "figcaption"] {
            #expect(read.texts(name).contains(Self.shown), "\(name)")
        }
        #expect(read.texts("th").filter { $0 == Self.shown }.count == 2)
        #expect(read.texts("td") == ["1.5e-7", "2"])
        #expect(read.texts("code") == ["x = 1\ny = \"<\""])
        #expect(read.texts("script").count == 1)
        let image = try #require(read.elements.first { $0.name == "img" })
        #expect(image.attributes["alt"] == Self.shown)
        let data = try #require(image.attributes["src"]).dropFirst("data:image/png;base64,".count)
        let png = try DecodedPNG(Array(try #require(Data(base64Encoded: String(data)))))
        #expect((png.width, png.height) == (3, 2) && Set(png.bytes) == [77])
    }

    @Test func `headings are in order, and links lead to them`() throws {
        let read = try ReadPage(page.html)
        let levels = read.elements.compactMap { $0.name.wholeMatch(of: /h([1-6])/).flatMap { Int($0.output.1) } }
        #expect(levels == [1, 2, 3, 2])
        let links = read.elements.filter { $0.name == "a" }.compactMap { $0.attributes["href"] }
        #expect(links == read.elements.filter { $0.name == "h2" }.compactMap { $0.attributes["id"].map { "#" + $0 } })
    }

    @Test func `what scrolls has a name and takes the keyboard`() throws {
        let regions = try ReadPage(page.html).elements.filter { $0.attributes["class"] == "scroll" }
        #expect(regions.count == 3)
        for region in regions {
            #expect(region.attributes["tabindex"] == "0" && region.attributes["aria-label"]?.isEmpty == false)
        }
    }

    @Test func `nothing is fetched`() throws {
        for (_, attributes, _) in try ReadPage(page.html).elements {
            for (name, value) in attributes where ["src", "href"].contains(name) {
                #expect(value.hasPrefix("data:") || value.hasPrefix("#"), "\(name)=\(value)")
            }
        }
        #expect(!String(decoding: page.html, as: UTF8.self).contains("@import"))
    }

    /// Text stands out from what it is on as WCAG's level AA asks: contrast 4.5, by its own formula.
    @Test func `contrast is enough in both schemes`() throws {
        func luminance(_ hex: Substring) -> Double {
            let value = UInt32(hex, radix: 16) ?? 0
            let parts = [16, 8, 0].map { shift -> Double in
                let c = Double(value >> UInt32(shift) & 255) / 255
                return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        let roots = PageStyle.css.matches(of: /:root\{([^}]*)\}/).map { root in
            Dictionary(
                uniqueKeysWithValues: root.output.1.matches(of: /--([a-z]+):#([0-9a-f]{6})/).map {
                    (String($0.output.1), luminance($0.output.2))
                })
        }
        #expect(roots.count == 2)
        for colours in roots {
            for (ink, grounds) in ["text": ["paper", "warn", "code"], "faint": ["paper"], "link": ["paper"]] {
                for ground in grounds {
                    let pair = [try #require(colours[ink]), try #require(colours[ground])].sorted()
                    #expect((pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, "\(ink) on \(ground)")
                }
            }
        }
    }
}
