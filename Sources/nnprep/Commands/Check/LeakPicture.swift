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
        guard let shape = ImageShape(leaks.input) else {
            run.onWarning("--picture: the rows are no images of one or three channels, so there is nothing to draw")
            return
        }
        // Nearly all pairs that are equal look the same; those that are not are what is to be judged.
        let near = leaks.pairs.filter { !$0.isExact }
        let pairs = (near + leaks.pairs.filter(\.isExact)).prefix(Self.most)
        guard !pairs.isEmpty else {
            run.onWarning("--picture: no leaks were found, so there is nothing to draw")
            return
        }
        let drawn = pairs.compactMap { pair in
            pair.values.map { values in
                Drawing.Pair(
                    left: values.0.raster(shape), right: values.1.raster(shape), lines: Self.lines(pair))
            }
        }
        let drawing = Drawing.pairs(drawn, title: "rows of the split, and the training rows that they are copies of")
        try sink.write(isSVG ? drawing.svg : drawing.png)
        try sink.finish()
    }

    private static func lines(_ pair: LeakedPair) -> [String] {
        let figures = "s \(rounded(pair.similarity, decimals: 3))  c \(rounded(pair.contrast, decimals: 3))"
        var lines = [pair.isExact ? "equal" : figures, "\(pair.place.row) - \(pair.training.row)"]
        if let label = pair.label, let other = pair.trainingLabel {
            lines.append(pair.hasOtherLabel ? "label \(label), not \(other)" : "label \(label)")
        }
        return lines
    }
}

extension ImageShape {
    /// Nil where rows are no pictures.
    fileprivate init?(_ input: DatasetDescription) {
        if let channels = input.channels {
            guard channels.count == 1 || channels.count == 3 else { return nil }
            let sides = channels.isInterleaved ? Array(input.shape.prefix(2)) : Array(input.shape.suffix(2))
            guard sides.allSatisfy({ $0 > 0 }) else { return nil }
            self.init(
                width: sides[1], height: sides[0], channels: channels.count,
                layout: channels.isInterleaved ? .interleaved : .planar)
        } else {
            guard input.shape.count == 2, input.shape.allSatisfy({ $0 > 0 }) else { return nil }
            self.init(width: input.shape[1], height: input.shape[0], channels: 1)
        }
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
