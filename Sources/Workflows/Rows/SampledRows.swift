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

    /// The first so many of these rows, or all.
    public func first(_ most: Int) -> SampledRows {
        let count = min(most, count)
        return SampledRows(
            description: description, count: count, values: Array(values.prefix(count * description.features)),
            labels: labels.map { Array($0.prefix(count)) })
    }

    private init(description: DatasetDescription, count: Int, values: [Double], labels: [String]?) {
        self.description = description
        self.count = count
        self.values = values
        self.labels = labels
    }

    /// Reads the first rows; with a seed, a fair choice of all.
    /// - Parameters:
    ///   - limit: how many rows at the most, for rows of this kind.
    ///   - statistics: what the rows must agree with, and its file's name.
    public init(
        of paths: [String], reading options: InputOptions, atMost limit: (DatasetDescription) -> Int, seed: UInt64?,
        agreeingWith statistics: (transform: FittedTransform, name: String)?, in run: Run
    ) throws {
        var options = options
        if let statistics {
            options.agree(with: statistics.transform, statistics.name)
        }
        let inputs = try Inputs(paths, options: options, in: run)
        let description = inputs.description
        let name = displayName(paths[0])
        let most = limit(description)
        let width = description.features
        // What the picture makes of the rows takes as much again.
        func makeRoom(_ rows: Int, in reservoir: inout Reservoir) throws {
            try checkMemory(forRows: rows, features: width, size: 16, of: name, purpose: "the picture")
            reservoir.reserve(rows)
        }
        var reservoir = Reservoir(capacity: most, width: width, seed: seed)
        // A pipe does not say how many rows there will be.
        var fitting = min(most, inputs.rowCount ?? 1)
        try makeRoom(fitting, in: &reservoir)
        try inputs.forEachPart { part in
            let block = try part.format.decode(part.piece)
            let rows = min(most, reservoir.count + block.count)
            if rows > fitting {
                fitting = min(most, 2 * rows)
                try makeRoom(fitting, in: &reservoir)
            }
            for row in 0..<block.count {
                guard let place = reservoir.nextPlace() else { continue }
                reservoir.put(
                    block, row, label: block.label(ofRow: row, names: description.labelNames.count), at: place)
            }
            return reservoir.wantsMore
        }
        guard reservoir.count > 0 else { throw Refusal("\(name): has no rows to draw") }
        reservoir.sort()
        self.description = description
        count = reservoir.count
        values = reservoir.values
        labels = description.labelNames.isEmpty ? nil : reservoir.labels
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

/// Keeps the first rows that it is offered; with a seed, a fair choice of all (Vitter's algorithm R). They are one block.
private struct Reservoir {
    let capacity: Int
    private let width: Int
    private(set) var values: [Double] = []
    private(set) var labels: [String] = []
    /// The number of each row that is kept, among all.
    private var numbers: [Int] = []
    private var random: SplitMix64?
    private var seen = 0

    init(capacity: Int, width: Int, seed: UInt64?) {
        self.capacity = capacity
        self.width = width
        random = seed.map { SplitMix64(seed: $0) }
    }

    var count: Int { numbers.count }
    var wantsMore: Bool { random != nil || count < capacity }

    mutating func reserve(_ rows: Int) { values.reserveCapacity(rows * width) }

    /// Where the next row goes: behind those that are kept, or in place of one; nil if nowhere.
    mutating func nextPlace() -> Int? {
        defer { seen += 1 }
        if count < capacity { return count }
        guard random != nil else { return nil }
        let place = Int.random(in: 0...seen, using: &random!)
        return place < capacity ? place : nil
    }

    mutating func put(_ block: RowBlock, _ row: Int, label: String, at place: Int) {
        let range = row * width..<(row + 1) * width
        switch block.values {
        case .bytes(let all): put(all[range].lazy.map(Double.init), at: place)
        case .floats(let all): put(all[range].lazy.map(Double.init), at: place)
        case .doubles(let all): put(all[range], at: place)
        }
        if place < labels.count {
            (numbers[place], labels[place]) = (seen - 1, label)
        } else {
            numbers.append(seen - 1)
            labels.append(label)
        }
    }

    private mutating func put(_ row: some Sequence<Double>, at place: Int) {
        guard place < count else { return values.append(contentsOf: row) }
        for (j, value) in row.enumerated() { values[place * width + j] = value }
    }

    /// Brings the rows into the order that they had, by swaps: no second block is made.
    mutating func sort() {
        // The place of the row that belongs at each place; each swap brings one row home.
        var sources = numbers.indices.sorted { numbers[$0] < numbers[$1] }
        for place in sources.indices {
            var source = sources[place]
            // A row that was swapped away before is where its place's row came from.
            while source < place { source = sources[source] }
            sources[place] = source
            if source != place { swapRows(place, source) }
        }
    }

    private mutating func swapRows(_ one: Int, _ other: Int) {
        numbers.swapAt(one, other)
        labels.swapAt(one, other)
        for j in 0..<width { values.swapAt(one * width + j, other * width + j) }
    }
}
