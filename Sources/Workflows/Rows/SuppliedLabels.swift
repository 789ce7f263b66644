internal import Datasets
internal import Words

/// Labels from a file of their own, for records that need some: as `apply --labels` has kept them.
struct SuppliedLabels {
    private let path: String
    /// `width` labels a row.
    private let values: [UInt8]
    private let width: Int
    private var row = 0

    /// - Parameter width: how many labels a record needs.
    init(_ path: String, width: Int) throws {
        self.path = path
        self.width = width
        var options = InputOptions()
        options.allowsVectors = true
        var values: [UInt8] = []
        var reader = try RowReader(path: path, options: options)
        let found = reader.description.features
        let output = OutputDescription(
            file: path, format: .cifar10, shape: reader.description.shape, scalar: .uint8,
            featureNames: (0..<found).map(reader.description.name(ofFeature:)), labelNames: [])
        while let piece = try reader.next() {
            let block = try reader.format.decode(piece)
            let origin = RowOrigin(file: path, firstRow: values.count / found + 1)
            let bytes = try block.converted(to: .uint8, rounds: false, from: origin, for: output)
            if case .bytes(let labels) = bytes.values { values += labels }
        }
        guard found == width else {
            throw Refusal("--labels \(path): has \(found) labels a row where \(width) are needed")
        }
        self.values = values
    }

    /// The labels of the next rows.
    mutating func next(_ count: Int) throws -> RowBlock.Labels {
        let range = row * width..<(row + count) * width
        guard range.upperBound <= values.count else {
            throw Refusal(
                "--labels \(path): has labels for \(self.count) rows, and there are more to label")
        }
        row += count
        return .bytes(Array(values[range]))
    }

    /// How many rows there are labels for.
    var count: Int { values.count / width }

    /// How many rows were not asked for.
    var left: Int { count - row }
}
