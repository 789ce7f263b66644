import Datasets
import Pictures
import Words
import Workflows

/// The nearest pairs, side by side.
struct LeakPicture: ~Copyable {
    private static let most = 48

    private let sink: ByteSink
    private let isSVG: Bool

    /// Opens the file, so that a path that cannot be written fails before the work.
    init(_ path: String, reading read: [String]) throws {
        let name = path.lowercased()
        guard name.hasSuffix(".png") || name.hasSuffix(".svg") else {
            throw Refusal("--picture \(path): its name does not say what to draw", hint: "end it in .png or .svg")
        }
        sink = try openOutput(path, reading: read, option: "--picture")
        isSVG = name.hasSuffix(".svg")
    }

    /// Without pairs, or where rows are no images, there is no file.
    consuming func write(_ leaks: Leaks, in run: Run) throws {
        guard ImageShape(leaks.input) != nil else {
            run.onWarning("--picture: the rows are no images of one or three channels, so there is nothing to draw")
            return
        }
        guard let drawing = Self.drawing(leaks, most: Self.most) else {
            run.onWarning("--picture: no leaks were found, so there is nothing to draw")
            return
        }
        try sink.write(isSVG ? drawing.svg : drawing.png)
        try sink.finish()
    }

    /// The nearest pairs; nil where there are none, or rows are no images.
    static func drawing(_ leaks: Leaks, most: Int) -> Drawing? {
        guard let shape = ImageShape(leaks.input) else { return nil }
        // Nearly all pairs that are equal look the same; those that are not are what is to be judged.
        let near = leaks.pairs.filter { !$0.isExact }
        let drawn = (near + leaks.pairs.filter(\.isExact)).prefix(most).compactMap { pair in
            pair.values.map { values in
                Drawing.Pair(left: values.0.raster(shape), right: values.1.raster(shape), lines: lines(pair))
            }
        }
        guard !drawn.isEmpty else { return nil }
        return .pairs(drawn, title: "rows of the split, and the training rows that they are copies of")
    }

    private static func lines(_ pair: LeakedPair) -> [String] {
        let figures = "s \(fixed(pair.similarity, decimals: 3))  c \(fixed(pair.contrast, decimals: 3))"
        var lines = [pair.isExact ? "equal" : figures, "\(pair.place.row) - \(pair.training.row)"]
        if let label = pair.label, let other = pair.trainingLabel {
            lines.append(pair.hasOtherLabel ? "label \(label), not \(other)" : "label \(label)")
        }
        return lines
    }
}

extension RowBlock.Values {
    /// Bytes as they are; what is no byte is stretched to all shades.
    fileprivate func raster(_ shape: ImageShape) -> Raster {
        switch self {
        case .bytes(let values): .image(values, shape)
        case .floats(let values): .image(values, shape, .stretched)
        case .doubles(let values): .image(values, shape, .stretched)
        }
    }
}
