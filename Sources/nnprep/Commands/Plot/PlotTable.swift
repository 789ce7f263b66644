import Flags

extension Plot {
    static let table = CommandTable<Arguments>(
        "plot",
        summary: "draw pictures of data and statistics",
        description: [
            "The pictures of the CS231n notes, drawn from your own data. Of images: samples; components, the eigenvectors; "
                + "reconstruction, the samples after PCA and back; white, the whitened samples turned back to pixels; "
                + "figure, these four side by side; drift, where the means of a split are off from those of the training "
                + "images. Of any data: spectrum, the variance of each component; scatter, two features before and after; "
                + "histogram, values before and after.",
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
                "stats", metavar: "FILE", group: "Picture",
                help: "what fit has written; may be repeated for a spectrum, to compare several",
                completion: .file(extensions: ["json"]), repeatable: true
            ) { $0.statistics.append(try $1.path()) },
            Flag(
                "output", short: "o", metavar: "FILE", group: "Picture",
                help: "where to write, .png or .svg; - is standard output", default: "-",
                completion: .file(extensions: ["png", "svg"])
            ) { $0.output = try $1.path() },
            Flag(
                "count", metavar: "N", group: "Picture", help: "how many images, components or points",
                default: "49 images, 144 components, 2000 points"
            ) { $0.count = try $1.positiveInteger(atMost: 100_000) }
            .unless(noEffect(but: { $0.drawsRows || $0 == .components })),
            Flag(
                "seed", metavar: "N", group: "Picture", help: "choose rows at random; otherwise the first ones"
            ) { $0.seed = try $1.integer(in: 0...UInt64.max) }.unless(noEffect(but: { $0.drawsRows })),
            Flag(
                "x-feature", short: "x", metavar: "NAME", group: "Picture",
                help: "the feature across a scatter plot, by name or number from 1", default: "the first"
            ) { $0.xName = $1 }.unless(noEffect(but: { $0 == .scatter })),
            Flag(
                "y-feature", short: "y", metavar: "NAME", group: "Picture",
                help: "the feature up a scatter plot, by name or number from 1", default: "the second"
            ) { $0.yName = $1 }.unless(noEffect(but: { $0 == .scatter })),
            Flag(
                "feature", metavar: "NAME", group: "Picture",
                help: "a feature for a histogram, by name or number from 1; may be repeated", repeatable: true
            ) { $0.features.append($1) }.unless(noEffect(but: { $0 == .histogram })),
            .opens,
        ] + Flag.input(unless: noEffect(but: { $0.needsData })) + Flag.common,
        examples: [
            Example("nnprep plot samples train.bin -o samples.png", "look at the first 49 images"),
            Example("nnprep plot figure --stats white.json val.bin -o figure.svg", "the notes' four panels"),
            Example("nnprep plot spectrum --stats a.json --stats b.json -o spectra.svg --open", "two fits compared"),
            Example("nnprep plot scatter --stats iris.json iris.csv -o iris.svg", "two features, before and after"),
        ])

    /// Why an option has no effect on a kind of picture; nil for the kinds that it is for.
    private static func noEffect(
        but isFor: @escaping @Sendable (Kind) -> Bool
    ) -> @Sendable (Arguments) -> String? {
        { $0.kind.flatMap { isFor($0) ? nil : "has no effect on plot \($0.rawValue)" } }
    }
}
