import Datasets

/// Labels from a file of their own, for records that need some: as `apply --labels` has kept them.
struct SuppliedLabels {
    private let path: String
    /// `width` labels a row.
    private let values: [UInt8]
    private let width: Int
    private var row = 0

    /// - Parameter width: how many labels a record needs.
    init(_ path: String, width: Int) throws(Failure) {
        self.path = path
        self.width = width
        var options = InputOptions()
        options.allowsVectors = true
        var values: [UInt8] = []
        let found = try dataset { () throws(DatasetError) in
            var reader = try RowReader(path: path, options: options)
            let output = OutputDescription(
                file: path, format: .cifar10, shape: reader.description.shape, scalar: .uint8,
                featureNames: (0..<reader.description.features).map(reader.description.name(ofFeature:)), labelNames: []
            )
            while let piece = try reader.next() {
                let block = try reader.format.decode(piece)
                let origin = RowOrigin(file: path, firstRow: values.count / reader.description.features + 1)
                let bytes = try block.converted(to: .uint8, from: origin, for: output)
                if case .bytes(let labels) = bytes.values { values += labels }
            }
            return reader.description.features
        }
        guard found == width else {
            throw .refused("--labels \(path): has \(found) labels a row where \(width) are needed", hint: nil)
        }
        self.values = values
    }

    /// The labels of the next rows.
    mutating func next(_ count: Int) throws(Failure) -> RowBlock.Labels {
        let range = row * width..<(row + count) * width
        guard range.upperBound <= values.count else {
            throw .refused(
                "--labels \(path): has labels for \(self.count) rows, and there are more to label", hint: nil)
        }
        row += count
        return .bytes(Array(values[range]))
    }

    /// How many rows there are labels for.
    var count: Int { values.count / width }

    /// How many rows were not asked for.
    var left: Int { count - row }
}
