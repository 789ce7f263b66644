internal import Datasets
internal import Preprocessing

/// Rows of files in memory, with the values as they are stored: a byte stays a byte until its row is needed.
struct RowStore {
    /// The first file's name, for messages.
    let name: String
    let description: DatasetDescription
    private(set) var count = 0
    /// The labels of the rows as text, row-major; as many a row as the description names.
    private(set) var labels: [String] = []
    private var values: RowBlock.Values
    /// So many rows are known to fit in memory.
    private var fitting: Int

    /// - Parameter most: how many rows are read at the most; nil for all.
    init(
        _ paths: [String], _ options: InputOptions, most: Int? = nil, in run: Run
    ) throws {
        let inputs = try Inputs(paths, options: options, in: run)
        name = displayName(paths[0])
        description = inputs.description
        let rows = min(inputs.rowCount ?? 0, most ?? .max)
        values = RowBlock.Values(inputs.commonScalar.working, capacity: 0)
        fitting = 0
        try makeRoom(rows)
        values = RowBlock.Values(inputs.commonScalar.working, capacity: rows * description.features)
        if let most {
            try inputs.forEachPart { part in
                try append(try part.format.decode(part.piece), most: most)
                return count < most
            }
        } else {
            var pipeline = Pipeline(run)
            try pipeline.fold(inputs) { block, _ in try append(block, most: .max) }
            run.warn(of: pipeline.leftOut)
        }
    }

    /// Rows come from a pipe, too, which does not say how many there will be.
    private mutating func makeRoom(_ rows: Int) throws {
        guard rows > fitting else { return }
        // What grows is copied to twice the room.
        let more = max(rows, 2 * fitting)
        try checkMemory(
            forRows: more, features: description.features, size: values.scalar.stored.size, of: name,
            purpose: "the command")
        fitting = more
    }

    private mutating func append(_ block: RowBlock, most: Int) throws {
        let taken = min(block.count, most - count)
        if block.values.scalar > values.scalar {
            // A pipe after the first file: only its rows show their type.
            values = values.widened(to: block.values.scalar)
            fitting = 0
        }
        try makeRoom(count + taken)
        count += taken
        values.append(block.values, prefix: taken * block.features)
        let wanted = taken * description.labelNames.count
        switch block.labels {
        case .none: break
        case .bytes(let more): labels += more.prefix(wanted).map { "\($0)" }
        case .text(let more): labels += more.prefix(wanted)
        }
    }

    /// The rows of these numbers, without their labels.
    func block(_ numbers: some Collection<Int>) -> RowBlock {
        RowBlock(
            count: numbers.count, features: description.features,
            values: values.rows(numbers, width: description.features))
    }

    /// How many rows `other` has too, whatever their labels.
    func countOfRows(in other: RowStore) -> Int {
        let known = Set(other.values.rowHashes(width: other.description.features))
        return values.rowHashes(width: description.features).count { known.contains($0) }
    }

    /// How many bytes the values take.
    var byteCount: Int { values.byteCount }
}

extension InputOptions {
    /// Makes rows agree with the data that statistics were fitted on; values that are missing take the training mean where
    /// the statistics were fitted so, or where that is asked for.
    /// - Parameter name: of the statistics, for messages.
    mutating func agree(with transform: FittedTransform, _ name: String) {
        expected = .init(transform.input, from: name)
        knownLabels = transform.input.labelNames
        let means = transform.statistics.mean.map { $0 * transform.constant }
        guard transform.recipe.perSample == .none, means.allSatisfy(\.isFinite),
            missing == .mean || missing == nil && transform.statistics.missing != nil
        else { return }
        if missing == nil { assumed.insert(.missing) }
        (missing, fill) = (.mean, .means(means))
    }

    /// The same options for rows that must agree with the data that statistics were fitted on.
    /// - Parameter statistics: nil where there are none; then a table's text is taken for a label if nothing else is.
    func agreeing(with statistics: (transform: FittedTransform, name: String)?) -> InputOptions {
        var options = self
        if let (transform, name) = statistics {
            options.agree(with: transform, name)
        } else {
            options.textIsLabel = labelColumns.isEmpty
        }
        return options
    }
}

extension RowBlock.Values {
    /// Nothing yet, with room for values of this type.
    init(_ scalar: WorkingScalar, capacity: Int) {
        func empty<Scalar>() -> [Scalar] {
            var values: [Scalar] = []
            values.reserveCapacity(capacity)
            return values
        }
        switch scalar {
        case .uint8: self = .bytes(empty())
        case .float32: self = .floats(empty())
        case .float64: self = .doubles(empty())
        }
    }

    var scalar: WorkingScalar {
        switch self {
        case .bytes: .uint8
        case .floats: .float32
        case .doubles: .float64
        }
    }

    /// The same values in a type that holds them; as they are where that is theirs.
    consuming func widened(to scalar: WorkingScalar) -> Self {
        switch (self, scalar) {
        case (.bytes(let values), .float32): .floats(values.map(Float.init))
        case (.bytes, .float64), (.floats, .float64): .doubles(asDoubles())
        default: self
        }
    }

    /// Appends the first `count` values of `other`. Of two types the wider one is the result's: values of a wider type
    /// copy all that there are, and should come first.
    mutating func append(_ other: Self, prefix count: Int) {
        // The array is taken out for the while: with a second owner it would be copied.
        let all = self
        self = .bytes([])
        let widest = Swift.max(all.scalar, other.scalar)
        switch ((consume all).widened(to: widest), other.widened(to: widest)) {
        case (.bytes(var values), .bytes(let more)):
            values += more.prefix(count)
            self = .bytes(values)
        case (.floats(var values), .floats(let more)):
            values += more.prefix(count)
            self = .floats(values)
        case (.doubles(var values), .doubles(let more)):
            values += more.prefix(count)
            self = .doubles(values)
        default: preconditionFailure("both were widened")
        }
    }

    fileprivate func rowHashes(width: Int) -> [UInt64] {
        switch self {
        case .bytes(let values): hashes(values, width: width)
        case .floats(let values): hashes(values, width: width)
        case .doubles(let values): hashes(values, width: width)
        }
    }

    private func hashes<Scalar: BitwiseCopyable>(_ values: [Scalar], width: Int) -> [UInt64] {
        let span = values.span
        return stride(from: 0, to: span.count, by: width).map { contentHash(span.extracting($0..<$0 + width)) }
    }

    /// The rows of these numbers.
    func rows(_ numbers: some Collection<Int>, width: Int) -> Self {
        switch self {
        case .bytes(let values): .bytes(gathered(values, numbers, width: width))
        case .floats(let values): .floats(gathered(values, numbers, width: width))
        case .doubles(let values): .doubles(gathered(values, numbers, width: width))
        }
    }
}

/// The rows of these numbers, of row-major values.
func gathered<Scalar>(_ values: [Scalar], _ numbers: some Collection<Int>, width: Int) -> [Scalar] {
    var rows: [Scalar] = []
    rows.reserveCapacity(numbers.count * width)
    for number in numbers { rows += values[number * width..<(number + 1) * width] }
    return rows
}
