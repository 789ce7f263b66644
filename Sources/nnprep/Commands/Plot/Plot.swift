import Datasets
import Flags
import Pictures
import Preprocessing
import Words
import Workflows

/// `nnprep plot`: draw pictures of data and statistics.
enum Plot {
    enum Kind: String, CaseIterable, Sendable {
        case samples, components, reconstruction, white, figure, spectrum, scatter, histogram

        /// Whether the picture needs data, and statistics.
        var needsData: Bool { self != .components && self != .spectrum }
        var needsStatistics: Bool { self != .samples && self != .histogram }
        /// Whether it is a grid of images and nothing else: those are PNG.
        var isGrid: Bool { [.samples, .components, .reconstruction, .white].contains(self) }
    }

    struct Arguments: HasCommonOptions, HasInputOptions, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        var kind: Kind?
        var data: [String] = []
        var statistics: String?
        var output = "-"
        var count: Int?
        var seed: UInt64?
        var xName: String?
        var yName: String?
        var features: [String] = []
    }

    static let table = CommandTable<Arguments>(
        "plot",
        summary: "draw pictures of data and statistics",
        description: [
            "The pictures of the CS231n notes, drawn from your own data. Of images: samples; components, the eigenvectors; "
                + "reconstruction, the samples after PCA and back; white, the whitened samples turned back to pixels; "
                + "figure, these four side by side. Of any data: spectrum, the variance of each component; scatter, two "
                + "features before and after; histogram, values before and after.",
            "PNG or SVG, by the output's extension; grids of images are PNG.",
        ],
        operands: Operands(
            "KIND [DATA]", help: "the kind of picture, then files of rows where it needs some",
            choices: Choice.all(of: Kind.self), completion: .file
        ) {
            if $0.kind == nil {
                $0.kind = try $1.choice(of: Kind.self)
            } else {
                $0.data.append(try $1.path())
            }
        },
        flags: [
            Flag(
                "stats", metavar: "FILE", group: "Picture", help: "what fit has written",
                completion: .file(extensions: ["json"])
            ) { $0.statistics = try $1.path() },
            Flag(
                "output", short: "o", metavar: "FILE", group: "Picture",
                help: "where to write, .png or .svg; - is standard output", default: "-",
                completion: .file(extensions: ["png", "svg"])
            ) { $0.output = try $1.path() },
            Flag(
                "count", metavar: "N", group: "Picture", help: "how many images, components or points",
                default: "49 images, 144 components, 2000 points"
            ) { $0.count = try $1.positiveInteger(atMost: 100_000) },
            Flag(
                "seed", metavar: "N", group: "Picture", help: "choose rows at random; otherwise the first ones"
            ) { $0.seed = try $1.integer(in: 0...UInt64.max) },
            Flag(
                "x-feature", short: "x", metavar: "NAME", group: "Picture",
                help: "the feature across a scatter plot, by name or number from 1", default: "the first"
            ) { $0.xName = $1 },
            Flag(
                "y-feature", short: "y", metavar: "NAME", group: "Picture",
                help: "the feature up a scatter plot, by name or number from 1", default: "the second"
            ) { $0.yName = $1 },
            Flag(
                "feature", metavar: "NAME", group: "Picture",
                help: "A feature for a histogram, by name or number from 1; may be repeated", repeatable: true
            ) { $0.features.append($1) },
        ] + Flag.input + Flag.common,
        examples: [
            Example("nnprep plot samples train.bin -o samples.png", "look at the first 49 images"),
            Example("nnprep plot figure --stats white.json val.bin -o figure.svg", "the notes' four panels"),
            Example("nnprep plot scatter --stats iris.json iris.csv -o iris.svg", "two features, before and after"),
        ])

    static func run(_ arguments: Arguments, in run: Run) throws {
        let kind = arguments.kind!
        guard arguments.data.isEmpty != kind.needsData else {
            throw table.page.misuse(
                kind.needsData ? "plot \(kind.rawValue) needs a file of rows" : "plot \(kind.rawValue) takes no data")
        }
        guard arguments.statistics != nil || !kind.needsStatistics else {
            throw table.page.misuse("plot \(kind.rawValue) needs --stats FILE")
        }
        let format = try pictureFormat(arguments.output, kind)
        let sink = try openOutput(
            arguments.output, reading: arguments.data + [arguments.statistics].compactMap(\.self),
            binary: format == .png ? "PNG" : nil)
        let bytes =
            switch try picture(kind, arguments) {
            case .raster(let raster): PNG.encode(raster)
            case .drawing(let drawing): format == .svg ? drawing.svg : drawing.png
            }
        try sink.write(bytes)
        try sink.finish()
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
            if path == "-" { return kind.isGrid || kind == .figure ? .png : .svg }
            throw Refusal("\(path): pictures are written as png or svg", hint: "end the name with one of them")
        }
        guard !kind.isGrid else {
            throw Refusal("\(path): plot \(kind.rawValue) makes a PNG", hint: "end the name with .png")
        }
        return .svg
    }

    private static func picture(_ kind: Kind, _ arguments: Arguments) throws -> Picture {
        switch kind {
        case .samples: .raster(try ImagePlots(arguments).samples())
        case .components: .raster(try ImagePlots(arguments).components())
        case .reconstruction: .raster(try ImagePlots(arguments).reconstruction())
        case .white: .raster(try ImagePlots(arguments).white())
        case .figure: .drawing(try ImagePlots(arguments).figure())
        case .spectrum: .drawing(try ChartPlots.spectrum(arguments))
        case .scatter: .drawing(try ChartPlots.scatter(arguments))
        case .histogram: .drawing(try ChartPlots.histogram(arguments))
        }
    }
}

extension Plot.Arguments {
    /// Some rows of the data; what they must agree with where there is something.
    func sampledRows(
        atMost limit: (DatasetDescription) -> Int, agreeingWith statistics: (transform: FittedTransform, name: String)?
    ) throws -> SampledRows {
        let rows = try SampledRows(
            of: data, reading: input, atMost: limit, seed: seed, agreeingWith: statistics)
        try checkDrawable(rows.values, of: displayName(data[0]))
        return rows
    }
}

/// Refuses values whose differences leave the range of doubles.
func checkDrawable(_ values: [Double], of name: String) throws {
    guard let value = values.first(where: { !($0.magnitude < 1e300) }) else { return }
    throw Refusal("\(name): \(short(value)) is too large to be drawn", hint: "leave such rows out")
}
