import Foundation
import TestSupport
import Testing

/// What the pictures show, computed again from the rows and the statistics file.
@Suite struct PlotContentTests {
    private let folder: Folder
    private let images: [[Double]]
    private let statistics: Statistics

    /// What is looked at of white.json.
    private struct Statistics: Decodable {
        struct Transform: Decodable { var subtract: [Double] }
        struct PCA: Decodable {
            var totalVariance: Double
            var explainedVariance: [Double]
            var components: [[Double]]
        }
        var transform: Transform
        var pca: PCA
    }

    init() throws {
        folder = try Folder()
        let outcome = try folder.nnprep(
            "fit", "--pca", "20", "--whiten", "pca", "--epsilon", "10", fixture("small-train.npy"), "-o", "white.json")
        try #require(outcome.status == 0, "\(outcome.errors)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        statistics = try decoder.decode(Statistics.self, from: folder.read("white.json"))
        let rows = try Array2D(npy: Data(contentsOf: URL(fileURLWithPath: fixture("small-val.npy"))))
        images = (0..<50).map { Array(rows.row($0)) }
    }

    private func plot(_ words: String...) throws -> Data {
        let outcome = try folder.nnprep(["plot"] + words + ["-o", "picture.\(words[0] == "figure" ? "svg" : "png")"])
        try #require(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        return try folder.read("picture.\(words[0] == "figure" ? "svg" : "png")")
    }

    // MARK: - Grids of images

    private func cells(_ png: Data, count: Int) throws -> [[Double]] {
        try DecodedPNG([UInt8](png)).images(count, side: 8)
    }

    private func expect(_ shown: [[Double]], are expected: [[Double]], within tolerance: Double) {
        #expect(shown.count == expected.count)
        for (i, (a, b)) in zip(shown, expected).enumerated() {
            let error = zip(a, b).map { abs($0 - $1) }.max()!
            #expect(error <= tolerance, "image \(i) is off by \(error)")
        }
    }

    /// The least value black, the greatest white.
    private func stretched(_ values: [Double]) -> [Double] {
        let (low, high) = (values.min()!, values.max()!)
        return values.map { ($0 - low) / (high - low) * 255 }
    }

    /// Sum over the components of weight · (c · (x - mean)) c, where the weight is a function of the variance.
    private func projected(_ image: [Double], weight: (Double) -> Double) -> [Double] {
        let centered = zip(image, statistics.transform.subtract).map { $0 - $1 }
        var sum = Array(repeating: 0.0, count: centered.count)
        for (component, variance) in zip(statistics.pca.components, statistics.pca.explainedVariance) {
            let score = zip(component, centered).reduce(0) { $0 + $1.0 * $1.1 } * weight(variance)
            for j in sum.indices { sum[j] += score * component[j] }
        }
        return sum
    }

    private func reduced(_ image: [Double]) -> [Double] {
        zip(projected(image) { _ in 1 }, statistics.transform.subtract).map { min(max($0 + $1, 0), 255) }
    }

    private func whitened(_ image: [Double]) -> [Double] { projected(image) { 1 / ($0 + 10).squareRoot() } }

    @Test func samplesAreTheRows() throws {
        expect(try cells(plot("samples", fixture("small-val.npy")), count: 49), are: Array(images[..<49]), within: 0)
        // The same seed chooses the same rows, in their order; another seed others.
        func chosen(_ seed: String) throws -> [Int] {
            let shown = try cells(
                plot("samples", fixture("small-val.npy"), "--count", "4", "--seed", seed), count: 4)
            return try shown.map { try #require(images.firstIndex(of: $0)) }
        }
        let three = try chosen("3")
        #expect(three == three.sorted() && Set(three).count == 4 && three != [0, 1, 2, 3])
        #expect(try chosen("3") == three && chosen("4") != three)
    }

    @Test func componentsAreThoseOfTheStatistics() throws {
        let expected = statistics.pca.components.map(stretched)
        expect(try cells(plot("components", "--stats", "white.json"), count: 20), are: expected, within: 0.5001)
        let five = try cells(plot("components", "--stats", "white.json", "--count", "5"), count: 5)
        expect(five, are: Array(expected[..<5]), within: 0.5001)
    }

    @Test func reconstructionsAndWhitenedImages() throws {
        let val = fixture("small-val.npy")
        let back = try cells(plot("reconstruction", "--stats", "white.json", val), count: 49)
        expect(back, are: images[..<49].map(reduced), within: 0.5001)
        let white = try cells(plot("white", "--stats", "white.json", val), count: 49)
        expect(white, are: images[..<49].map { stretched(whitened($0)) }, within: 0.5001)
    }

    /// White is no difference, vermilion the largest above and blue the largest below, in one scale for all channels.
    @Test func driftIsTheDifferenceOfMeans() throws {
        let words = ["plot", "drift", "--stats", "white.json", fixture("small-val.npy"), "-o", "drift.svg"]
        let outcome = try folder.nnprep(words)
        try #require(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let svg = String(decoding: try folder.read("drift.svg"), as: UTF8.self)
        let array = try Array2D(npy: Data(contentsOf: URL(fileURLWithPath: fixture("small-train.npy"))))
        let train = (0..<array.shape[0]).map { Array(array.row($0)) }
        let shifts = (0..<192).map { j in
            let values = train.map { $0[j] }
            return (mean(images.map { $0[j] }) - mean(values)) / deviation(values)
        }
        let limit = shifts.map(abs).max()!
        let panels = try svg.matches(of: /data:image\/png;base64,([^"]+)"/).map {
            try DecodedPNG([UInt8](try #require(Data(base64Encoded: String($0.output.1))))).images(1, side: 8)[0]
        }
        try #require(panels.count == 3)
        for (channel, panel) in panels.enumerated() {
            for pixel in 0..<64 {
                let share = shifts[channel * 64 + pixel] / limit
                let end = share < 0 ? [0, 114, 178] : [213, 94, 0]
                for (c, to) in end.enumerated() {
                    let expected = 255 + (Double(to) - 255) * abs(share)
                    #expect(abs(panel[c * 64 + pixel] - expected) <= 0.5001, "channel \(channel), pixel \(pixel)")
                }
            }
        }
        #expect(svg.contains("red: ") && svg.contains(" deviations</text>"))
    }

    @Test func theFigureHasFourPanels() throws {
        let svg = String(
            decoding: try plot("figure", "--stats", "white.json", fixture("small-val.npy")), as: UTF8.self)
        let panels = try svg.matches(of: /data:image\/png;base64,([^"]+)"/).map {
            try #require(Data(base64Encoded: String($0.output.1)))
        }
        try #require(panels.count == 4)
        expect(try cells(panels[0], count: 36), are: Array(images[..<36]), within: 0)
        expect(try cells(panels[1], count: 20), are: statistics.pca.components.map(stretched), within: 0.5001)
        expect(try cells(panels[2], count: 36), are: images[..<36].map(reduced), within: 0.5001)
        expect(try cells(panels[3], count: 36), are: images[..<36].map { stretched(whitened($0)) }, within: 0.5001)
    }

    // MARK: - Charts

    /// A chart as its SVG says: ticks, dots and steps.
    private struct Chart {
        /// Where on the page a number of an axis is, from the labels at its ends.
        struct Scale {
            var low: (place: Double, number: Double)
            var high: (place: Double, number: Double)
            var isLogarithmic = false

            func place(_ number: Double) -> Double {
                func level(_ x: Double) -> Double { isLogarithmic ? log10(x) : x }
                let share = (level(number) - level(low.number)) / (level(high.number) - level(low.number))
                return low.place + share * (high.place - low.place)
            }
        }

        let svg: String

        init(_ folder: Folder, _ words: [String]) throws {
            let outcome = try folder.nnprep(["plot"] + words + ["-o", "chart.svg"])
            try #require(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            svg = String(decoding: try folder.read("chart.svg"), as: UTF8.self)
        }

        var dots: [(x: Double, y: Double)] {
            svg.matches(of: /<circle cx="([-0-9.]+)" cy="([-0-9.]+)" r="3"/).map {
                (Double($0.output.1)!, Double($0.output.2)!)
            }
        }

        /// The outlines of the histograms: left and right end, and height of each step from the base line.
        var steps: [(left: Double, right: Double, tops: [Double])] {
            svg.matches(of: /<path d="M([-0-9.L ]+)Z"/).map { match in
                let points = match.output.1.split(separator: "L").map {
                    $0.split(separator: " ").compactMap { Double($0) }
                }
                return (
                    points[0][0], points.last![0], stride(from: 1, to: points.count - 1, by: 2).map { points[$0][1] }
                )
            }
        }

        /// The axes across: an axis begins where the numbers fall.
        var across: [Scale] { scales(anchor: "middle") { ($0.x, $0.number) } }

        /// The axes up; labels stand 4 units below what they name.
        var up: [Scale] { scales(anchor: "end") { ($0.y - 4, $0.number) } }

        private func scales(
            anchor: String, _ tick: ((x: Double, y: Double, number: Double)) -> (place: Double, number: Double)
        ) -> [Scale] {
            let labels = svg.matches(
                of: /<text x="([-0-9.]+)" y="([-0-9.]+)"[^>]*text-anchor="(middle|end)">([-0-9.e]+)</)
            var runs: [[(place: Double, number: Double)]] = []
            for label in labels where label.output.3 == anchor {
                let next = tick((Double(label.output.1)!, Double(label.output.2)!, Double(label.output.4)!))
                if let last = runs.last?.last, next.number > last.number {
                    runs[runs.count - 1].append(next)
                } else {
                    runs.append([next])
                }
            }
            return runs.map { Scale(low: $0.first!, high: $0.last!) }
        }
    }

    @Test func theSpectrumIsThatOfTheStatistics() throws {
        let chart = try Chart(folder, ["spectrum", "--stats", "white.json"])
        let variances = statistics.pca.explainedVariance
        try #require(chart.dots.count == 40 && chart.up.count == 2 && chart.across.count == 2)
        var levels = chart.up[0]
        levels.isLogarithmic = true
        var share = 0.0
        for (i, variance) in variances.enumerated() {
            share += variance / statistics.pca.totalVariance * 100
            // Ticks are drawn on whole pixels.
            #expect(abs(chart.dots[i].x - chart.across[0].place(Double(i + 1))) < 1)
            #expect(abs(chart.dots[i].y - levels.place(variance)) < 1, "component \(i + 1)")
            #expect(abs(chart.dots[20 + i].x - chart.across[1].place(Double(i + 1))) < 1)
            #expect(abs(chart.dots[20 + i].y - chart.up[1].place(share)) < 1, "component \(i + 1)")
        }
    }

    private func iris(_ column: Int) throws -> [(value: Double, species: String)] {
        let lines = try String(contentsOfFile: fixture("iris-val.csv"), encoding: .utf8).split(separator: "\n")
        return lines.dropFirst().map { line in
            let fields = line.split(separator: ",")
            return (Double(fields[column])!, String(fields.last!))
        }
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    private func deviation(_ values: [Double]) -> Double {
        let mean = mean(values)
        return self.mean(values.map { ($0 - mean) * ($0 - mean) }).squareRoot()
    }

    /// Petal length and width as they are, less their means, and over their deviations. Fitted on the same rows, which
    /// a picture may do.
    @Test func scatterPlotsShowTheRowsBeforeAndAfter() throws {
        try folder.nnprep("fit", "--label-column", "species", fixture("iris-val.csv"), "-o", "iris.json")
        let chart = try Chart(
            folder, ["scatter", "--stats", "iris.json", fixture("iris-val.csv"), "-x", "petal_length", "-y", "4"])
        let (lengths, widths) = (try iris(2), try iris(3))
        let order = lengths.indices.sorted { (lengths[$0].species, $0) < (lengths[$1].species, $1) }
        let (xs, ys) = (order.map { lengths[$0].value }, order.map { widths[$0].value })
        try #require(chart.dots.count == 135 && chart.across.count == 3 && chart.up.count == 3)
        for panel in 0..<3 {
            for (i, (x, y)) in zip(xs, ys).enumerated() {
                let shown = chart.dots[panel * 45 + i]
                let (left, below) = panel == 0 ? (x, y) : (x - mean(xs), y - mean(ys))
                let unit = panel == 2 ? (deviation(xs), deviation(ys)) : (1, 1)
                #expect(abs(shown.x - chart.across[panel].place(left / unit.0)) < 1.5, "panel \(panel), row \(i)")
                #expect(abs(shown.y - chart.up[panel].place(below / unit.1)) < 1.5, "panel \(panel), row \(i)")
            }
        }
    }

    private func expectSteps(
        _ steps: (left: Double, right: Double, tops: [Double]), _ values: [Double], from low: Double, to high: Double,
        across: Chart.Scale, up: Chart.Scale
    ) {
        #expect(abs(steps.left - across.place(low)) < 1.5 && abs(steps.right - across.place(high)) < 1.5)
        let bins = Double(steps.tops.count)
        var counts = Array(repeating: 0.0, count: steps.tops.count)
        for value in values { counts[min(Int((value - low) / (high - low) * bins), steps.tops.count - 1)] += 1 }
        for (i, (top, count)) in zip(steps.tops, counts).enumerated() {
            #expect(abs(top - up.place(count)) < 1, "bin \(i) of \(steps.tops.count): \(count)")
        }
    }

    @Test func histogramsCountTheValues() throws {
        let pixels = try Chart(folder, ["histogram", fixture("small-val.npy")])
        try #require(pixels.steps.count == 3 && pixels.across.count == 1)
        let (low, high) = (images.joined().min()!, images.joined().max()!)
        for channel in 0..<3 {
            let values = images.flatMap { $0[channel * 64..<(channel + 1) * 64] }
            expectSteps(pixels.steps[channel], values, from: low, to: high, across: pixels.across[0], up: pixels.up[0])
        }
        try folder.nnprep("fit", "--label-column", "species", fixture("iris-val.csv"), "-o", "iris.json")
        let words = ["histogram", fixture("iris-val.csv"), "--stats", "iris.json", "--feature", "petal_width"]
        let table = try Chart(folder, words)
        let values = try iris(3).map(\.value)
        let after = values.map { ($0 - mean(values)) / deviation(values) }
        try #require(table.steps.count == 2 && table.across.count == 2 && table.up.count == 2)
        for (i, shown) in [values, after].enumerated() {
            expectSteps(
                table.steps[i], shown, from: shown.min()!, to: shown.max()!, across: table.across[i], up: table.up[i])
        }
    }
}
