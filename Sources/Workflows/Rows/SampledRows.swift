public import Datasets
internal import LinearAlgebra
public import Preprocessing
internal import Words

/// Some rows of files, in memory: for pictures.
public struct SampledRows: Sendable {
    public let description: DatasetDescription
    public let count: Int
    /// `count` rows of the description's features.
    public let values: [Double]
    /// The labels of the rows, the first column of them; nil where there are none.
    public let labels: [String]?

    public var block: RowBlock { RowBlock(count: count, features: description.features, values: .doubles(values)) }

    /// Reads the first rows; with a seed, a fair choice of all.
    /// - Parameters:
    ///   - limit: how many rows at the most, for rows of this kind.
    ///   - statistics: what the rows must agree with, and its file's name.
    public init(
        of paths: [String], reading options: InputOptions, atMost limit: (DatasetDescription) -> Int, seed: UInt64?,
        agreeingWith statistics: (transform: FittedTransform, name: String)?
    ) throws {
        var options = options
        if let statistics {
            options.agree(with: statistics.transform, statistics.name)
        }
        let inputs = try Inputs(paths, options: options)
        let description = inputs.description
        let name = displayName(paths[0])
        let most = limit(description)
        func check(_ rows: Int) throws {
            // Each row is held twice for a moment.
            try checkMemory(
                forRows: rows, features: description.features, size: 16, of: name, purpose: "the picture")
        }
        // A pipe does not say how many rows there will be.
        var fitting = min(most, inputs.rowCount ?? 1)
        try check(fitting)
        var reservoir = Reservoir(capacity: most, seed: seed)
        try inputs.forEachPart { part in
            let block = try part.format.decode(part.piece)
            let rows = min(most, reservoir.rows.count + block.count)
            if rows > fitting {
                fitting = min(most, 2 * rows)
                try check(fitting)
            }
            let values = block.values.asDoubles()
            let width = description.features
            for row in 0..<block.count {
                let label = block.label(ofRow: row, names: description.labelNames.count)
                guard reservoir.offer(values[row * width..<(row + 1) * width], label) else { return false }
            }
            return true
        }
        let rows = reservoir.rows.sorted { $0.index < $1.index }
        guard !rows.isEmpty else { throw Refusal("\(name): has no rows to draw") }
        self.description = description
        count = rows.count
        values = rows.flatMap(\.values)
        labels = description.labelNames.isEmpty ? nil : rows.map(\.label)
    }
}

extension RowBlock {
    /// The first label of a row.
    fileprivate func label(ofRow row: Int, names: Int) -> String {
        switch labels {
        case .none: ""
        case .bytes(let labels): "\(labels[row * names])"
        case .text(let labels): labels[row * names]
        }
    }
}

/// Keeps the first rows that it is offered; with a seed, a fair choice of all (Vitter's algorithm R).
private struct Reservoir {
    let capacity: Int
    private(set) var rows: [(index: Int, values: [Double], label: String)] = []
    private var random: SplitMix64?
    private var seen = 0

    init(capacity: Int, seed: UInt64?) {
        self.capacity = capacity
        random = seed.map { SplitMix64(seed: $0) }
    }

    /// - Returns: whether more rows are wanted.
    mutating func offer(_ values: ArraySlice<Double>, _ label: String) -> Bool {
        defer { seen += 1 }
        if rows.count < capacity {
            rows.append((seen, Array(values), label))
        } else if random != nil {
            let place = Int.random(in: 0...seen, using: &random!)
            if place < capacity { rows[place] = (seen, Array(values), label) }
        }
        return random != nil || rows.count < capacity
    }
}
