import Datasets
import Flags
import Pictures
import Preprocessing
import Words
import Workflows

/// `nnprep plot`: draw pictures of data and statistics.
enum Plot {
    enum Kind: String, CaseIterable, Sendable {
        case samples, components, reconstruction, white, figure, spectrum, scatter, histogram, drift

        /// Whether the picture needs data, and statistics.
        var needsData: Bool { self != .components && self != .spectrum }
        /// Whether it shows some rows of them.
        var drawsRows: Bool { needsData && self != .drift }
        var needsStatistics: Bool { self != .samples && self != .histogram }
        /// Whether it is a grid of images and nothing else: those are PNG.
        var isGrid: Bool { [.samples, .components, .reconstruction, .white].contains(self) }
    }

    struct Arguments: HasCommonOptions, HasInputOptions, OpensOutput, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        var kind: Kind?
        var data: [String] = []
        /// Several for a spectrum, else one at the most.
        var statistics: [String] = []
        var output = "-"
        var count: Int?
        var seed: UInt64?
        var xName: String?
        var yName: String?
        var features: [String] = []
        var opens = false
    }

    static func run(_ given: Arguments, in run: Run) throws {
        var arguments = given
        let kind = arguments.kind!
        if kind.needsData, arguments.data.isEmpty, !arguments.statistics.contains("-") {
            arguments.data = impliedInput().map { [$0] } ?? []
        }
        guard arguments.data.isEmpty != kind.needsData else {
            throw table.page.misuse(
                kind.needsData ? "plot \(kind.rawValue) needs a file of rows" : "plot \(kind.rawValue) takes no data")
        }
        guard !arguments.statistics.isEmpty || !kind.needsStatistics else {
            throw table.page.misuse("plot \(kind.rawValue) needs --stats FILE")
        }
        guard arguments.statistics.count <= 1 || kind == .spectrum else {
            throw table.page.misuse("--stats is given more than once: only plot spectrum compares files")
        }
        guard arguments.statistics.count(where: { $0 == "-" }) <= 1 else {
            throw table.page.misuse("--stats: standard input can be read only once")
        }
        guard !arguments.opens || arguments.output != "-" else { throw table.page.misuse("--open needs -o FILE") }
        let format = try pictureFormat(arguments.output, kind)
        let sink = try openOutput(
            arguments.output, reading: arguments.data + arguments.statistics,
            binary: format == .png ? "PNG" : nil)
        let bytes =
            switch try picture(kind, arguments, run) {
            case .raster(let raster): PNG.encode(raster)
            case .drawing(let drawing): format == .svg ? drawing.svg : drawing.png
            }
        try sink.write(bytes)
        try sink.finish()
        if arguments.opens { openOnDesktop(arguments.output, in: run) }
    }

    private enum PictureFormat { case png, svg }

    enum Picture {
        case raster(Raster)
        case drawing(Drawing)
    }

    private static func pictureFormat(_ path: String, _ kind: Kind) throws -> PictureFormat {
        let name = path.lowercased()
        if name.hasSuffix(".png") { return .png }
        guard name.hasSuffix(".svg") else {
            if path == "-" { return kind.isGrid || kind == .figure || kind == .drift ? .png : .svg }
            throw Refusal("\(path): pictures are written as png or svg", hint: "end the name with one of them")
        }
        guard !kind.isGrid else {
            throw Refusal("\(path): plot \(kind.rawValue) makes a PNG", hint: "end the name with .png")
        }
        return .svg
    }

    private static func picture(_ kind: Kind, _ arguments: Arguments, _ run: Run) throws -> Picture {
        switch kind {
        case .samples: .raster(try ImagePlots(arguments).samples())
        case .components: .raster(try ImagePlots(arguments).components())
        case .reconstruction: .raster(try ImagePlots(arguments).reconstruction())
        case .white: .raster(try ImagePlots(arguments).white())
        case .figure: .drawing(try ImagePlots(arguments).figure())
        case .spectrum: .drawing(try ChartPlots.spectrum(arguments))
        case .scatter: .drawing(try ChartPlots.scatter(arguments))
        case .histogram: .drawing(try ChartPlots.histogram(arguments))
        case .drift: .drawing(try DriftPlot.drawing(arguments, in: run))
        }
    }
}
