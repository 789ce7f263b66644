import Datasets
import LinearAlgebra
import Preprocessing

/// Some rows of the inputs, in memory, for a picture.
struct SampledRows {
    let description: DatasetDescription
    let count: Int
    /// `count` rows of the description's features.
    let values: [Double]
    /// The labels of the rows, the first column of them; nil where there are none.
    let labels: [String]?

    var block: RowBlock { RowBlock(count: count, features: description.features, values: .doubles(values)) }

    func row(_ index: Int) -> ArraySlice<Double> {
        values[index * description.features..<(index + 1) * description.features]
    }

    /// - Parameters:
    ///   - count: how many rows at the most, for rows of a given width.
    ///   - statistics: what the rows must agree with, and its file's name.
    init(
        _ arguments: Plot.Arguments, count limit: (DatasetDescription) -> Int,
        statistics: (transform: FittedTransform, name: String)?
    ) throws(Failure) {
        var options = arguments.input
        if let statistics {
            options.expected = .init(statistics.transform.input, from: statistics.name)
            options.knownLabels = statistics.transform.input.labelNames
        }
        let inputs = try dataset { () throws(DatasetError) in try Inputs(arguments.data, options: options) }
        let description = inputs.description
        let name = displayName(arguments.data[0])
        func check(_ rows: Int) throws(Failure) {
            // Each row is held twice for a moment.
            try checkMemory(
                forRows: rows, features: description.features, size: 16, of: name, purpose: "the picture")
        }
        // A pipe does not say how many rows there will be.
        var fitting = min(limit(description), inputs.rowCount ?? 1)
        try check(fitting)
        var failure: Failure?
        var reservoir = Reservoir(capacity: limit(description), seed: arguments.seed)
        try dataset { () throws(DatasetError) in
            try inputs.forEachPart { (part) throws(DatasetError) in
                let block = try part.format.decode(part.piece)
                let rows = min(limit(description), reservoir.rows.count + block.count)
                if rows > fitting {
                    fitting = min(limit(description), 2 * rows)
                    do throws(Failure) { try check(fitting) } catch { failure = error }
                    if failure != nil { return false }
                }
                let values = block.values.asDoubles()
                let width = description.features
                for row in 0..<block.count {
                    let label = Self.label(of: row, block, names: description.labelNames.count)
                    guard reservoir.offer(values[row * width..<(row + 1) * width], label) else { return false }
                }
                return true
            }
        }
        if let failure { throw failure }
        let rows = reservoir.rows.sorted { $0.index < $1.index }
        guard !rows.isEmpty else {
            throw .refused("\(name): has no rows to draw", hint: nil)
        }
        self.description = description
        self.count = rows.count
        values = rows.flatMap(\.values)
        try checkDrawable(values, of: name)
        labels = description.labelNames.isEmpty ? nil : rows.map(\.label)
    }

    private static func label(of row: Int, _ block: RowBlock, names: Int) -> String {
        switch block.labels {
        case .none: ""
        case .bytes(let labels): "\(labels[row * names])"
        case .text(let labels): labels[row * names]
        }
    }
}

/// Refuses values whose differences leave the range of doubles.
func checkDrawable(_ values: [Double], of name: String) throws(Failure) {
    guard let value = values.first(where: { !($0.magnitude < 1e300) }) else { return }
    throw .refused("\(name): \(Report.short(value)) is too large to be drawn", hint: "leave such rows out")
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
