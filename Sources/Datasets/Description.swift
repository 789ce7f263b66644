/// What a data set's rows are: their format, shape and names. The statistics file keeps it as `input`.
public struct DatasetDescription: Sendable, Equatable {
    public var format: Format
    /// The shape of one row, without the sample axis: `[D]`, or `[channels, height, width]`.
    public var shape: [Int]
    /// Whether an image's shape is `[height, width, channels]` instead.
    public var channelsLast = false
    public var scalar: ScalarType
    /// The header's names of the features, in the order of the features; nil where there is no header.
    public var featureNames: [String]?
    /// The text columns that are passed through beside the features, by name (or number, from 1, without a header).
    public var labelColumns: [String]
    /// Columns of a table that are neither features nor labels: they are left out again.
    public var droppedColumns: [String] = []
    /// What became of pictures before they were rows; nil where rows are no pictures' files.
    public var pictures: PictureOptions?
    /// The names of the classes 0, 1, 2, ... where folders have given them.
    public var classes: [String]?

    public init(
        format: Format, shape: [Int], scalar: ScalarType, featureNames: [String]? = nil, labelColumns: [String] = []
    ) {
        self.format = format
        self.shape = shape
        self.scalar = scalar
        self.featureNames = featureNames
        self.labelColumns = labelColumns
    }

    /// D, the number of features of a row.
    public var features: Int { shape.reduce(1, *) }

    /// How the features fall into channels; nil where the rows are not images.
    public var channels: Channels? {
        guard shape.count == 3 else { return nil }
        let count = channelsLast ? shape[2] : shape[0]
        return Channels(count: count, pixels: features / count, isInterleaved: channelsLast)
    }

    /// Whether labels are text, though they may be numbers all the same; otherwise they are bytes.
    public var hasTextLabels: Bool {
        format.isText || format == .pictures && !(classes.map { $0.count <= 256 } ?? false)
    }

    /// The names of the labels of a row.
    public var labelNames: [String] { format.recordLabels + labelColumns }

    /// The name of a feature as messages show it: from the header, or its number from 1.
    public func name(ofFeature index: Int) -> String {
        featureNames?[index] ?? "x\(index + 1)"
    }
}

/// How the features of an image fall into channels: one plane after the other, or interleaved pixel by pixel.
public struct Channels: Sendable, Equatable {
    public let count: Int
    public let pixels: Int
    public let isInterleaved: Bool

    package init(count: Int, pixels: Int, isInterleaved: Bool) {
        self.count = count
        self.pixels = pixels
        self.isInterleaved = isInterleaved
    }

    /// The features of one channel, in order.
    public func features(of channel: Int) -> StrideTo<Int> {
        isInterleaved
            ? stride(from: channel, to: count * pixels, by: count)
            : stride(from: channel * pixels, to: (channel + 1) * pixels, by: 1)
    }

    public func channel(of feature: Int) -> Int {
        isInterleaved ? feature % count : feature / pixels
    }
}
