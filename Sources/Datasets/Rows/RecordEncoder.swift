/// What comes before a file's first record.
public protocol FileHead: Sendable {
    /// Its length does not depend on `rows`.
    func header(rows: Int) -> [UInt8]

    /// Whether `header` depends on the number of rows.
    var headerCountsRows: Bool { get }
}

/// A head that is always the same.
struct FixedHead: FileHead {
    var bytes: [UInt8] = []

    var headerCountsRows: Bool { false }

    func header(rows: Int) -> [UInt8] { bytes }
}

/// How rows become a format's bytes. A function of its arguments alone, so that blocks may be encoded side by side.
public protocol RecordEncoder: FileHead {
    /// - Parameter firstRow: the number of the block's first row in the output, from 1, for messages.
    func encode(_ block: borrowing RowBlock, firstRow: Int) throws(DatasetError) -> [UInt8]
}

/// What an output's rows are.
public struct OutputDescription: Sendable {
    /// The name that messages show.
    public var file: String
    public var format: Format
    /// The shape of one row.
    public var shape: [Int]
    public var scalar: WorkingScalar
    /// The type and the order of bytes that the values were read in, where they are to keep them.
    package var stored: (scalar: ScalarType, isBigEndian: Bool)?
    public var featureNames: [String]
    public var labelNames: [String]
    /// How the features fall into channels, where the rows are images.
    public var channels: Channels?

    public init(
        file: String, format: Format, shape: [Int], scalar: WorkingScalar, featureNames: [String], labelNames: [String]
    ) {
        self.file = file
        self.format = format
        self.shape = shape
        self.scalar = scalar
        self.featureNames = featureNames
        self.labelNames = labelNames
    }

    /// Whether the labels of the rows find a place in the output.
    public var keepsLabels: Bool { format.isText || !format.recordLabels.isEmpty || labelNames.isEmpty }

    /// - Throws: where the format cannot hold such rows.
    public func encoder(delimiter: UInt8? = nil) throws(DatasetError) -> any RecordEncoder {
        switch format {
        case .csv: return CSVEncoder(description: self, delimiter: delimiter ?? UInt8(ascii: ","))
        case .tsv: return CSVEncoder(description: self, delimiter: delimiter ?? UInt8(ascii: "\t"))
        case .npy, .npz: return NPYEncoder(self)
        case .raw: return RawEncoder()
        case .idx: return try IDXEncoder(self)
        case .cifar10, .cifar100: return try CIFAREncoder(self)
        case .pictures: throw DatasetError(file, .picture(.notWritten))
        }
    }
}

/// Where the rows of a block come from.
public struct RowOrigin: Sendable {
    /// The file's name, for messages.
    public var file: String
    /// The number of the block's first row in the file, from 1.
    public var firstRow: Int

    public init(file: String, firstRow: Int) {
        self.file = file
        self.firstRow = firstRow
    }
}

extension OutputDescription {
    func name(ofFeature index: Int) -> String {
        index < featureNames.count ? featureNames[index] : "\(index + 1)"
    }
}

extension RowBlock {
    /// The same rows in another scalar type. Bytes from floating values must be whole numbers from 0 to 255.
    /// - Parameters:
    ///   - rounds: whether single precision may round values.
    ///   - origin: of the rows, for messages.
    /// - Throws: `notOfType` where the type does not hold a value.
    public consuming func converted(
        to scalar: WorkingScalar, rounds: Bool, from origin: RowOrigin, for output: OutputDescription
    ) throws(DatasetError) -> RowBlock {
        switch (values, scalar) {
        case (.bytes, .uint8), (.floats, .float32), (.doubles, .float64): break
        case (.bytes(let bytes), .float32): values = .floats(bytes.map(Float.init))
        case (.bytes(let bytes), .float64): values = .doubles(bytes.map(Double.init))
        case (.floats(let floats), .float64): values = .doubles(floats.map(Double.init))
        case (.doubles(let doubles), .float32):
            let floats = doubles.map { Float($0) }
            if !rounds, let index = doubles.indices.first(where: { Double(floats[$0]) != doubles[$0] }) {
                throw error(.notOfType("\(doubles[index])", .float32), index, origin, output)
            }
            values = .floats(floats)
        case (.floats(let floats), .uint8):
            values = .bytes(try bytes(floats.map(Double.init), origin, output))
        case (.doubles(let doubles), .uint8): values = .bytes(try bytes(doubles, origin, output))
        }
        return self
    }

    /// Refuses values that a transform or a narrower type has made infinite: no format of this program reads those.
    /// - Parameter origin: of the rows, for messages.
    public borrowing func checkFinite(from origin: RowOrigin, for output: OutputDescription) throws(DatasetError) {
        guard let (row, feature) = firstNotFinite else { return }
        throw DatasetError(
            origin.file,
            .overflow(row: origin.firstRow + row, feature: output.name(ofFeature: feature), output.scalar))
    }

    /// The row and the feature, from 0, of the first value that is infinite or no number; nil where all are finite.
    public var firstNotFinite: (row: Int, feature: Int)? {
        let place: Int? =
            switch values {
            case .bytes: nil
            case .floats(let floats): Datasets.firstNotFinite(floats)
            case .doubles(let doubles): Datasets.firstNotFinite(doubles)
            }
        return place.map { ($0 / features, $0 % features) }
    }

    private func bytes(
        _ doubles: [Double], _ origin: RowOrigin, _ output: OutputDescription
    ) throws(DatasetError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(doubles.count)
        for (i, value) in doubles.enumerated() {
            guard let byte = UInt8(exactly: value) else {
                throw error(.notOfType("\(value)", .uint8), i, origin, output)
            }
            bytes.append(byte)
        }
        return bytes
    }

    private func error(
        _ problem: DatasetError.Problem, _ index: Int, _ origin: RowOrigin, _ output: OutputDescription
    ) -> DatasetError {
        let feature = output.name(ofFeature: index % features)
        return DatasetError(
            origin.file, at: .value(row: origin.firstRow + index / features, feature: feature), problem)
    }

    /// The same rows as bytes: rounded to the nearest, clamped to 0...255.
    public consuming func roundedToBytes() -> RowBlock {
        switch values {
        case .bytes: break
        case .floats(let floats): values = .bytes(floats.map { UInt8(min(max($0.rounded(), 0), 255)) })
        case .doubles(let doubles): values = .bytes(doubles.map { UInt8(min(max($0.rounded(), 0), 255)) })
        }
        return self
    }
}

// The bits of magnitudes are in the order of the magnitudes, so that the largest tells of all: the loop vectorizes.

private func firstNotFinite(_ values: [Float]) -> Int? {
    var largest: Int32 = 0
    for i in values.indices { largest = max(largest, Int32(bitPattern: values[i].bitPattern & 0x7FFF_FFFF)) }
    return largest < 0x7F80_0000 ? nil : values.firstIndex { !$0.isFinite }
}

private func firstNotFinite(_ values: [Double]) -> Int? {
    var largest: Int64 = 0
    for i in values.indices {
        largest = max(largest, Int64(bitPattern: values[i].bitPattern & 0x7FFF_FFFF_FFFF_FFFF))
    }
    return largest < 0x7FF0_0000_0000_0000 ? nil : values.firstIndex { !$0.isFinite }
}
