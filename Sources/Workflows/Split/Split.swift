public import Datasets
internal import Threads
internal import Words

/// How rows are dealt to train, val and test.
public struct SplitPlan: Sendable, Equatable {
    public var fractions: SplitFractions
    public var seed: UInt64
    /// Whether the rows of each label are dealt in the same proportions.
    public var stratify: Bool
    /// Whether near-duplicates are kept in one part.
    public var together = false
    /// What contrast is taken for a near-duplicate; nil for one that follows from the rows.
    public var threshold: Double?

    public init(
        fractions: SplitFractions = SplitFractions(val: 0.1, test: 0.1), seed: UInt64 = 0, stratify: Bool = false
    ) {
        self.fractions = fractions
        self.seed = seed
        self.stratify = stratify
    }
}

/// What became of groups that were kept together.
public struct SplitGroups: Sendable {
    public let rows: Int
    /// Groups of more than one row, the rows in them, and the largest one's.
    public let groups: Int
    public let grouped: Int
    public let largest: Int
    public let threshold: Double
    /// Why only equal rows are kept together; nil where near-duplicates are.
    public let onlyEqual: Leaks.OnlyEqual?
    /// How many rows each part was to have, and has.
    public let parts: [(name: String, asked: Int, rows: Int)]
}

/// Deals the rows of a file at random to files of the same format in a folder: every row goes to one of them just as it is,
/// and they keep their order. The same seed gives the same files.
/// - Parameter folder: made if missing.
/// - Returns: what became of groups, where the plan keeps them together.
@discardableResult
public func split(
    _ path: String, into folder: String, _ plan: SplitPlan = SplitPlan(),
    reading options: InputOptions = InputOptions(), in run: Run = Run()
) throws -> SplitGroups? {
    let threads = try run.startThreads()
    defer { threads.end() }
    let stratify = plan.stratify
    let namesLabels = !options.labelColumns.isEmpty
    var options = options
    options.textIsLabel = (stratify || plan.together) && !namesLabels
    let inputs = try Inputs([path], options: options, in: run)
    guard inputs.description.format.hasRecords else { throw DatasetError(path, .picture(.notRecords)) }
    if stratify { try checkLabels(of: inputs.description, path, namesLabels: namesLabels) }

    let together =
        plan.together
        ? try NearDuplicates(in: path, options, threshold: plan.threshold, labels: stratify, run) : nil
    let dealt = together.map { GroupDealer($0.groups, labels: $0.labels, plan.fractions, seed: plan.seed) }
    let rows = try together == nil ? countRows(inputs, path, options, stratify: stratify, run) : nil
    let files = try SplitFiles(folder, path, inputs, plan.fractions)
    for leftover in files.leftovers { run.warn("\(leftover): is left from before, and its rows may now be in train") }
    var dealer = SplitDealer(plan.fractions, seed: plan.seed, rows: rows)
    var row = 0
    var pipeline = Pipeline(run)
    try pipeline.forEachPart(inputs) { part in
        try part.format.records(in: part.piece, labels: stratify)
    } _: { records, _ in
        let numbers = row..<row + records.ranges.count
        row = numbers.upperBound
        if let dealt {
            guard row <= dealt.parts.count else {
                throw DatasetError(path, .changedWhileRead(rows: row, expected: dealt.parts.count))
            }
            try files.write(records, to: Array(dealt.parts[numbers]))
        } else {
            let parts = records.ranges.indices.map { dealer.part(ofLabel: stratify ? records.labels[$0] : "") }
            try files.write(records, to: parts)
        }
    }
    if let expected = dealt?.parts.count ?? rows?.values.reduce(0, +), row != expected {
        throw DatasetError(path, .changedWhileRead(rows: row, expected: expected))
    }
    if let rows, rows != dealer.dealt { throw DatasetError(path, .changedWhileRead(rows: row, expected: row)) }
    try files.finish()
    for name in files.empty { run.warn("\(name) has no rows: there are too few for its fraction") }
    guard let together, let dealt else { return nil }
    var sizes: [Int: Int] = [:]
    for group in together.groups { sizes[group, default: 0] += 1 }
    let several = sizes.values.filter { $0 > 1 }
    var parts: [(name: String, asked: Int, rows: Int)] = []
    for (part, name) in SplitDealer.parts.enumerated() where dealt.asked[part] > 0 || files.counts[part] > 0 {
        parts.append((name, dealt.asked[part], files.counts[part]))
    }
    return SplitGroups(
        rows: row, groups: several.count, grouped: several.reduce(0, +), largest: several.max() ?? 0,
        threshold: together.threshold, onlyEqual: together.onlyEqual, parts: parts)
}

/// Whether it is clear what the rows are to be stratified by.
private func checkLabels(of input: DatasetDescription, _ path: String, namesLabels: Bool) throws {
    let names = input.labelNames
    let file = displayName(path)
    if names.isEmpty {
        throw Refusal(
            "\(file): --stratify needs labels, and the rows have none",
            hint: input.format.isText ? "name the column of labels with --label-column" : nil, kind: .usage)
    }
    guard names.count == 1 || !input.format.isText || namesLabels else {
        throw Refusal(
            "\(file): has \(names.count) columns of text: \(names.prefix(8).joined(separator: ", "))",
            hint: "say which is the label with --label-column")
    }
}

/// How many rows there are of each label, or in all; nil where that would take the only reading there is.
private func countRows(
    _ inputs: Inputs, _ path: String, _ options: InputOptions, stratify: Bool, _ run: Run
) throws -> [String: Int]? {
    if !stratify, let rows = inputs.rowCount { return ["": rows] }
    guard isRegularFile(path) else { return nil }
    var counts: [String: Int] = [:]
    var pipeline = Pipeline(run)
    try pipeline.forEachPart(try Inputs([path], options: options, in: run)) { part in
        try part.format.records(in: part.piece, labels: stratify)
    } _: { records, _ in
        if stratify {
            for label in records.labels { counts[label, default: 0] += 1 }
        } else {
            counts["", default: 0] += records.ranges.count
        }
        guard counts.count <= SplitDealer.mostLabels else {
            throw Refusal(
                "\(path): has more than \(SplitDealer.mostLabels) different labels",
                hint: "name a column of classes with --label-column")
        }
    }
    return counts
}
