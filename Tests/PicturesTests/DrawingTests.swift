import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import Pictures

/// What a drawing's SVG says, read by Foundation's XML parser.
private final class ReadSVG: NSObject, XMLParserDelegate {
    private(set) var viewBox: [Double] = []
    private(set) var texts: [(string: String, attributes: [String: String])] = []
    private(set) var points: [(x: Double, y: Double)] = []
    private(set) var images: [(attributes: [String: String], png: [UInt8])] = []
    private var current: String?
    private var attributes: [String: String] = [:]

    init(_ svg: [UInt8]) throws {
        super.init()
        let parser = XMLParser(data: Data(svg))
        parser.delegate = self
        if !parser.parse() { throw try #require(parser.parserError) }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? .nan }
        switch name {
        case "svg": viewBox = (attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
        case "text":
            current = ""
            self.attributes = attributes
        case "circle":
            let radius = number("r")
            points += [(number("cx") - radius, number("cy") - radius), (number("cx") + radius, number("cy") + radius)]
        case "path":
            let numbers = (attributes["d"] ?? "").split { "MLZ ".contains($0) }.map { Double($0) ?? .nan }
            points += stride(from: 0, to: numbers.count, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
        case "image":
            points += [(number("x"), number("y")), (number("x") + number("width"), number("y") + number("height"))]
            let data = (attributes["href"] ?? "").dropFirst("data:image/png;base64,".count)
            images.append((attributes, Array(Data(base64Encoded: String(data)) ?? Data())))
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { current?.append(string) }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        guard name == "text", let string = current else { return }
        texts.append((string, attributes))
        current = nil
        func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? .nan }
        points += Self.corners(string, number("x"), number("y"), number("font-size"), attributes["text-anchor"] ?? "")
    }

    /// The box that a text takes by the generous reckoning of `Drawing`.
    private static func corners(
        _ string: String, _ x: Double, _ y: Double, _ size: Double, _ anchor: String
    ) -> [(x: Double, y: Double)] {
        let width = Drawing.textWidth(string, size: size)
        let left = anchor == "start" ? x : anchor == "end" ? x - width : x - width / 2
        return [(left, y - 0.75 * size), (left + width, y + 0.25 * size)]
    }

    var strings: [String] { texts.map(\.string) }

    /// The boxes of the texts: two corners each.
    var textBoxes: [(string: String, low: (x: Double, y: Double), high: (x: Double, y: Double))] {
        texts.map { string, attributes in
            func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? .nan }
            let corners = Self.corners(
                string, number("x"), number("y"), number("font-size"), attributes["text-anchor"] ?? "")
            return (string, corners[0], corners[1])
        }
    }
}

/// Reads the SVG of a drawing and checks what holds for every picture: all of it is on the page, no two texts overlap,
/// and the raster is as large and has something on it.
@discardableResult
private func checked(_ drawing: Drawing, sourceLocation: SourceLocation = #_sourceLocation) throws -> ReadSVG {
    let svg = try ReadSVG(drawing.svg)
    #expect(svg.viewBox == [0, 0, drawing.width, drawing.height], sourceLocation: sourceLocation)
    let outside = svg.points.filter {
        !(0...drawing.width ~= $0.x && 0...drawing.height ~= $0.y)
    }
    #expect(outside.isEmpty, "\(outside)", sourceLocation: sourceLocation)
    let boxes = svg.textBoxes.filter { !$0.string.isEmpty }
    for (i, a) in boxes.enumerated() {
        for b in boxes[(i + 1)...]
        where a.low.x < b.high.x && b.low.x < a.high.x && a.low.y < b.high.y && b.low.y < a.high.y {
            Issue.record("\"\(a.string)\" overlaps \"\(b.string)\"", sourceLocation: sourceLocation)
        }
    }
    var small = drawing
    small.pixelsPerUnit = 1
    let raster = small.raster
    #expect(raster.width == Int(drawing.width.rounded(.up)), sourceLocation: sourceLocation)
    #expect(Set(raster.bytes).count > 2, "blank", sourceLocation: sourceLocation)
    return svg
}

struct DrawingTests {
    @Test func `marks are painted where they are`() {
        var drawing = Drawing(title: "", width: 40, height: 20, pixelsPerUnit: 2)
        drawing.marks = [
            .area([.init(0, 0), .init(10, 0), .init(10, 10), .init(0, 10)], .series(0), opacity: 1),
            .line([.init(20, 5), .init(30, 5)], .text, width: 1),
            .dots([.init(35, 15)], .series(1), radius: 3),
            .image(
                Raster(width: 2, height: 1, channels: 1, bytes: [0, 200]),
                .init(x: 10, y: 14, width: 4, height: 2)),
        ]
        let raster = drawing.raster
        #expect(Array(raster[0, 0]) == [0x00, 0x72, 0xB2])
        #expect(Array(raster[19, 19]) == [0x00, 0x72, 0xB2])
        #expect(Array(raster[20, 20]) == [255, 255, 255])
        #expect(Array(raster[50, 9]) == [0x1F, 0x23, 0x28])
        #expect(Array(raster[50, 10]) == [0x1F, 0x23, 0x28])
        #expect(Array(raster[50, 8]) == [255, 255, 255])
        #expect(Array(raster[70, 30]) == [0xD5, 0x5E, 0x00])
        #expect(Array(raster[23, 31]) == [0, 0, 0])
        #expect(Array(raster[24, 28]) == [200, 200, 200])
    }

    @Test func `text is set in the font`() {
        var drawing = Drawing(title: "", width: 12, height: 10, pixelsPerUnit: 1)
        drawing.marks = [.text("Tt", .init(0, 8), .text, size: 10)]
        let raster = drawing.raster
        let rows = (0..<10).map { y in
            String((0..<12).map { raster[$0, y].first == 255 ? "." : "#" })
        }
        #expect(
            rows == [
                "............", "#####..#....", "..#....#....", "..#...###...", "..#....#....", "..#....#....",
                "..#....#..#.", "..#.....##..", "............", "............",
            ])
    }

    @Test func `every printable character has its own glyph`() {
        let printable = (32..<127).map { Array(BitmapFont.glyph(Character(UnicodeScalar($0)))) }
        #expect(Set(printable).count == 95)
        #expect(printable.dropFirst().allSatisfy { $0.contains { $0 != 0 } })
        #expect(BitmapFont.glyph("é") == BitmapFont.glyph("漢"))
    }

    @Test func `text is escaped and stays text`() throws {
        var drawing = Drawing(title: "<&>", width: 300, height: 20, pixelsPerUnit: 1)
        drawing.marks = [.text("a<b & \"c\" > 漢é\u{1}\u{FFFF}\n", .init(2, 14), .text, size: 10)]
        #expect(try checked(drawing).strings == ["a<b & \"c\" > 漢é\u{FFFD}\u{FFFD} "])
    }

    @Test func `a dark page overrides every ink`() {
        let svg = String(decoding: Drawing(title: "", width: 1, height: 1, pixelsPerUnit: 1).svg, as: UTF8.self)
        #expect(svg.contains("@media (prefers-color-scheme: dark)"))
        for ink in Ink.all { #expect(svg.contains(".f-\(ink.name) { fill: \(ink.dark.hex) }")) }
    }

    @Test func `text is shortened to what fits`() {
        #expect(Drawing.shortened("abcdef", size: 10, to: 36) == "abcdef")
        #expect(Drawing.shortened("abcdefg", size: 10, to: 36) == "abc...")
    }
}

struct FigureTests {
    @Test func `panels stand side by side with their captions`() throws {
        let left = Raster(width: 120, height: 80, channels: 1, grey: 40)
        let right = Raster(width: 30, height: 40, channels: 3, grey: 90)
        let drawing = Drawing.figure([(left, "grey"), (right, "colour")], title: "both")
        let svg = try checked(drawing)
        #expect(svg.strings == ["grey", "colour"])
        #expect(try svg.images.map { try DecodedPNG($0.png).raster } == [left, right])
        // 20 + 120 + 20, then a caption of 6 x 12 that is wider than its picture.
        #expect(drawing.width == 20 + 120 + 20 + 72 + 20)
        let raster = drawing.raster
        #expect(Array(raster[20, 20]) == [40, 40, 40])
        #expect(Array(raster[19, 20]) == [255, 255, 255])
        #expect(Array(raster[160 + 21, 40]) == [90, 90, 90])
        #expect(Array(raster[160 + 20, 40]) == [255, 255, 255])
        #expect(Array(raster[160 + 21, 39]) == [255, 255, 255])
    }
}

struct ChartTests {
    static let steep = (0..<3072).map { $0 < 2000 ? 1e9 * exp(-Double($0) / 60) : 0 }

    @Test(
        arguments: [
            ([3.1], 3.1, ["90 %: 1", "95 %: 1", "99 %: 1"]),
            ([3.1, 0.4, 0.08, 0.02], 3.6, ["90 %: 2", "95 %: 2", "99 %: 3"]),
            ([3.1, 0.4], 3.6, ["90 %: 2", "95 %: 2", "99 %: more than 2"]),
            ([5, 5, 5, 5], 20, ["90 %: 4", "95 %: 4", "99 %: 4"]),
            ([1, 0, 0], 1, ["2 of 3 variances are zero or negligible and not drawn"]),
            ([0, 0], 0, ["2 of 2 variances are zero or negligible and not drawn", "90 %: more than 2"]),
            ([1e-300, 1e-301], 1.1e-300, ["95 %: 2", "99 %: 2"]),
            ([1.7e308, 1e307], 1.75e308, ["95 %: 1", "99 %: 2", "1e309"]),
            (
                [.leastNonzeroMagnitude], .leastNonzeroMagnitude,
                ["1 of 1 variances are zero or negligible and not drawn"]
            ),
            (steep, steep.reduce(0, +), ["90 %: 139", "99 %: 277"]),
        ] as [([Double], Double, [String])])
    func spectrum(variances: [Double], total: Double, expected: [String]) throws {
        let svg = try checked(.spectrum(variances, total: total, title: "Spectrum"))
        for string in expected + ["Spectrum", "component", "number of components"] {
            #expect(svg.strings.contains(string))
        }
    }

    private static let rows = (0..<300).map { (Double($0) * 0.7548777).truncatingRemainder(dividingBy: 1) }

    @Test(arguments: [
        (1, 0), (2, 0.5), (1e-8, 0), (1, 1e8), (1e12, -1e15), (0, 0), (0, 7), (0, -1e-30), (1e299, 0),
        (Double.leastNormalMagnitude / 100, 0), (.leastNonzeroMagnitude, 0),
    ])
    func scatter(scale: Double, offset: Double) throws {
        let xs = Self.rows.map { $0 * scale + offset }
        let ys = Self.rows.reversed().map { ($0 - 0.5) * scale - offset }
        func panel(_ title: String, _ extent: ScatterPanel.Extent) -> ScatterPanel {
            ScatterPanel(title: title, xName: "width", yName: "height", xs: xs, ys: ys, extent: extent)
        }
        let drawing = Drawing.scatter(
            [
                panel("original", .features), panel("turned", .principalAxes),
                panel("a name that is much too long to fit in here", .none),
            ],
            classes: Self.rows.indices.map { $0 % 9 }, classNames: (0..<9).map { "class \($0)" }, title: "Scatter")
        let svg = try checked(drawing)
        for string in ["original", "turned", "width", "height", "class 8"] {
            #expect(svg.strings.contains(string), "\(svg.strings)")
        }
        #expect(svg.strings.contains { $0.hasPrefix("a name") && $0.hasSuffix("...") })
    }

    @Test func `a unit is as long across as up`() throws {
        let panel = ScatterPanel(title: "", xName: "", yName: "", xs: [0, 10, 5], ys: [0, 0, 1])
        let dots = Drawing.scatter([panel], title: "").marks.compactMap { mark -> [Drawing.Point]? in
            if case .dots(let points, _, _, _, _) = mark { points } else { nil }
        }
        let points = try #require(dots.first)
        #expect(abs((points[1].x - points[0].x) / 10 - (points[0].y - points[2].y)) < 1e-9)
    }

    @Test func `at most so many points are drawn`() {
        let panel = ScatterPanel(title: "", xName: "", yName: "", xs: Self.rows, ys: Self.rows)
        let counts = Drawing.scatter([panel], limit: 70, title: "").marks.map { mark in
            if case .dots(let points, _, _, _, _) = mark { points.count } else { 0 }
        }
        #expect(counts.reduce(0, +) == 70)
    }

    @Test func `extent lines span two deviations`() {
        let corners = ScatterPanel(title: "", xName: "", yName: "", xs: [0, 0, 4, 4], ys: [1, 3, 1, 3])
        #expect(corners.extentLines == [[.init(-2, 2), .init(6, 2)], [.init(2, 0), .init(2, 4)]])
        let diagonal = ScatterPanel(
            title: "", xName: "", yName: "", xs: [-1, 1], ys: [1, -1], extent: .principalAxes)
        let ends = diagonal.extentLines.flatMap { $0 }
        for (end, expected) in zip(ends, [(-2, 2), (2, -2), (0, 0), (0, 0)] as [(Double, Double)]) {
            #expect(abs(end.x - expected.0) < 1e-12 && abs(end.y - expected.1) < 1e-12)
        }
    }

    @Test func `values fall in their bins`() {
        var histogram = Histogram(name: "", lower: 0, upper: 4, counts: [0, 0, 0, 0])
        for value in [-0.1, 0, 0.9, 1, 2.5, 3.999, 4, 4.1, .nan] { histogram.add(value) }
        #expect(histogram.counts == [2, 1, 1, 2])
    }

    @Test(arguments: [0, 1, 7, 50_000_000])
    func histograms(largest: Int) throws {
        func panel(_ title: String, _ lower: Double, _ upper: Double) -> HistogramPanel {
            HistogramPanel(
                title: title, xName: "value",
                histograms: ["red", "green", "blue"].enumerated().map {
                    Histogram(
                        name: $0.element, lower: lower, upper: upper,
                        counts: (0..<20).map { largest * $0 / 19 }, series: $0.offset)
                })
        }
        for columns in [1, 2, 5] {
            let svg = try checked(
                .histograms(
                    [
                        Array(repeating: panel("before", 0, 255), count: columns),
                        Array(repeating: panel("after", -1e-7, 1e8), count: columns),
                    ], title: "Histograms"))
            for string in ["before", "after", "value", "count", "red", "green", "blue"] {
                #expect(svg.strings.contains(string))
            }
        }
    }
}

struct AxisTests {
    @Test(
        arguments: [
            (0, 100, 200, ["0", "20", "40", "60", "80", "100"]), (-1, 1, 125, ["-1.0", "-0.5", "0.0", "0.5", "1.0"]),
            (0, 1e-7, 75, ["0", "5e-8", "1e-7"]),
            (99_999_900, 100_000_100, 75, ["99999900", "100000000", "100000100"]),
            (0, 3e7, 100, ["0", "1e7", "2e7", "3e7"]), (0.1, 0.2, 75, ["0.10", "0.15", "0.20"]),
        ] as [(Double, Double, Double, [String])])
    func `ticks are round`(lower: Double, upper: Double, length: Double, labels: [String]) {
        #expect(Axis.linear(lower, upper, length: length, .up).ticks.map(\.label) == labels)
    }

    @Test func `ticks of a logarithmic axis are powers of ten`() {
        #expect(Axis.logarithmic(0.02, 3, length: 100).ticks.map(\.label) == ["0.01", "0.1", "1", "10"])
        #expect(Axis.logarithmic(1, 1, length: 100).ticks.map(\.label) == ["0.1", "0.2", "0.5", "1", "2", "5", "10"])
        #expect(Axis.logarithmic(1e-9, 1e9, length: 100).ticks.map(\.label) == ["1e-5", "1", "1e5"])
    }

    @Test(arguments: [
        (25, -2, "0.25", "0.25", "2.5e-1"), (-30, -1, "-3.0", "-3", "-3"), (12, 2, "1200", "1200", "1.2e3"),
        (0, 3, "0", "0", "0"), (5, -3, "0.005", "0.005", "5e-3"), (-100, -2, "-1.00", "-1", "-1"),
    ])
    func `decimals are exact`(digits: Int, exponent: Int, plain: String, shortest: String, scientific: String) {
        let decimal = TickValue(digits: digits, exponent: exponent)
        #expect(decimal.plain == plain)
        #expect(decimal.shortest == shortest)
        #expect(decimal.scientific == scientific)
    }
}

struct SpectrumBarsTests {
    @Test func `bars start where the last ended`() {
        let bars = spectrumBars([3, 0.5, 0.5], total: 4, width: 27, unicode: true)
        #expect(bars == ["1   75.0 % ████████████", "2   87.5 % ░░░░░░░░░░░░██", "3  100.0 % ░░░░░░░░░░░░░░██"])
        let plain = spectrumBars([3, 0.5, 0.5], total: 4, width: 27, unicode: false)
        #expect(plain == ["1   75.0 % ############", "2   87.5 % ............##", "3  100.0 % ..............##"])
    }

    @Test func `many components are grouped`() {
        let bars = spectrumBars(ChartTests.steep, total: ChartTests.steep.reduce(0, +), width: 80, unicode: true)
        #expect(bars.map { $0.prefix { $0 != " " } }.suffix(2) == ["1025-2048", "2049-3072"])
        #expect(bars.count == 13)
    }

    @Test(arguments: [32, 33, 80, 200], [[1], [0, 0], [5, 4, 3, 2, 1], ChartTests.steep])
    func `no line is too long`(width: Int, variances: [Double]) {
        for unicode in [true, false] {
            let bars = spectrumBars(variances, total: variances.reduce(0, +), width: width, unicode: unicode)
            #expect(bars.allSatisfy { $0.count <= width && $0.last != " " })
            #expect(unicode || bars.allSatisfy { $0.allSatisfy(\.isASCII) })
        }
    }
}
