internal import Datasets
internal import Models
internal import Preprocessing
internal import Words

/// The rows that `probe` trains on and those that it judges by, in memory as they are stored, and what they should
/// come out as.
struct ProbeData {
    let train: RowStore
    let val: RowStore
    let task: ProbeTask
    private let trainTargets: Targets<Float>
    private let valTargets: Targets<Float>

    init(
        _ wanted: ProbeOptions, _ statistics: (transform: FittedTransform, name: String)?, _ run: Run
    ) throws {
        var options = wanted.input
        // Of records it names one of their labels: `ProbeTask` looks for it.
        options.assumed.insert(.labelColumns)
        options.labelColumns.insert(contentsOf: wanted.targets, at: 0)
        options.companions = wanted.train + wanted.val
        options = options.agreeing(with: statistics)
        train = try RowStore(wanted.train, options, in: run)
        if !wanted.input.labelColumns.isEmpty, train.description.labelNames.isEmpty {
            let found = FoundInput(train.name, .data(train.description.format))
            throw DatasetError(train.name, .unusedOptions([.labelColumns], found: [found]))
        }
        if let target = wanted.targets.first, !train.description.format.isText {
            throw Refusal(
                "\(train.name): --target \(target) is a column of a table, and this is \(train.description.format.rawValue)",
                kind: .usage)
        }
        options.labelColumns = train.description.labelColumns
        options.textIsLabel = false
        options.expected = options.expected ?? .init(train.description, from: train.name)
        val = try RowStore(wanted.val, options, in: run)
        guard val.description.labelNames == train.description.labelNames else {
            throw Refusal("\(val.name): does not have the labels of \(train.name)")
        }
        task = try ProbeTask(train, wanted)
        guard val.count > 0 else { throw Refusal("\(val.name): has no rows to judge by") }
        if let (transform, name) = statistics {
            let known = Set(transform.fittedOn.sources.map(\.name)).subtracting(wanted.train.map(baseName))
            if let path = wanted.val.first(where: { known.contains(baseName($0)) }) {
                run.warn("\(name): was fitted on \(baseName(path)), it seems, which is to judge here")
            }
        }
        let shared = val.countOfRows(in: train)
        // Some rows are alike by chance, in tables of few values above all.
        if shared * 10 >= val.count {
            run.warn(
                "\(val.name): \(shared) of its \(val.count) rows are among those of \(train.name): what a model was "
                    + "trained on does not tell how good it is")
        }
        trainTargets = try task.targets(of: train)
        valTargets = try task.targets(of: val)
    }

    /// The rows as a model takes them: made when they are needed, or at once where that takes no more memory than the
    /// rows as they are stored, as with few principal components.
    func samples(_ rows: ModelRows) throws -> (train: Samples, val: Samples) {
        (try samples(train, trainTargets, rows), try samples(val, valTargets, rows))
    }

    private func samples(_ store: RowStore, _ targets: Targets<Float>, _ rows: ModelRows) throws -> Samples {
        guard let width = rows.width, store.count * width * 4 <= store.byteCount else {
            return Samples(count: store.count, features: rows.width ?? store.description.features, targets: targets) {
                (numbers) throws(ModelError) in
                try rows.floats(numbers, of: store)
            }
        }
        var made: [Float] = []
        made.reserveCapacity(store.count * width)
        for start in stride(from: 0, to: store.count, by: Self.rowsAtOnce) {
            made += try rows.floats(start..<min(start + Self.rowsAtOnce, store.count), of: store)
        }
        let all = made
        return Samples(count: store.count, features: width, targets: targets) { numbers in
            gathered(all, numbers, width: width)
        }
    }

    /// Of the values of training rows, as a model takes them: of a thousand rows, evenly spread.
    func rootMeanSquare(_ rows: ModelRows) throws -> Double {
        let step = max(1, train.count / Self.rowsAtOnce)
        let values = try rows.floats(Array(stride(from: 0, to: train.count, by: step)), of: train)
        let square = values.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, values.count))
        return square > 0 && square.isFinite ? square.squareRoot() : 1
    }

    private static let rowsAtOnce = 1000
}
