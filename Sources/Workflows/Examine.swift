public import Datasets
internal import LinearAlgebra
public import Preprocessing
internal import Threads

/// What a file turned out to be.
public enum Examined: Sendable {
    case statistics(FittedTransform)
    /// Moments without their sums of products, and whether the file has some.
    case moments(SourcedMoments, hasProducts: Bool)
    case data(DataSummary)
}

/// What there is to say of data: the kind of rows, their moments without products, and how often each label occurs.
public struct DataSummary: Sendable {
    public let description: DatasetDescription
    public internal(set) var moments: Moments
    /// For each of the description's labels, how often each text occurs; nil where there are more than `mostLabels`.
    public internal(set) var labelCounts: [[String: Int]?]

    /// Text of which there is more is no class label, and could fill the memory: it is counted no further.
    public static let mostLabels = 10_000
}

/// Tells by its content whether a file holds statistics, moments or data, and reads it whole.
/// - Parameter path: `-` is standard input.
/// - Returns: what it holds, and its name in messages.
public func examine(
    _ path: String, reading options: InputOptions = InputOptions(), in run: Run = Run()
) throws -> (Examined, name: String) {
    let threads = try run.startThreads()
    defer { threads.end() }
    var options = options
    options.textIsLabel = true
    if isFolder(path) { return (.data(try summary(of: Inputs([path], options: options, in: run), run)), path) }
    var source = try ByteSource(path: path)
    let name = source.name
    func check(_ kind: FoundInput.Kind) throws(DatasetError) {
        var use = OptionUse(options)
        use.add(kind, path)
        try use.check(in: run)
    }
    if options.format == nil, isLikelyJSON(try source.peek(256)) {
        try check(.statistics)
        return (.statistics(try StatisticsFile.read(try readText(&source), name: name)), name)
    }
    if options.format == nil, MomentsFile.isLikely(try source.peek(256)) {
        try check(.moments)
        let (moments, hasProducts) = try MomentsFile.read(source, .left)
        return (.moments(moments, hasProducts: hasProducts), name)
    }
    let reader = try RowReader(source, path: path, options: options)
    return (.data(try summary(of: Inputs(reader, path: path, options: options, in: run), run)), name)
}

/// Reads all rows once.
/// - Parameter step: what they go through before they are summed up.
func summary(
    of inputs: Inputs, after step: RowStep = RowStep(.none, divideBy: 1), _ run: Run
) throws -> DataSummary {
    let description = inputs.description
    try checkMemory(forSumsOf: description.features, parts: 2, of: displayName(inputs.paths[0]))
    var moments = Moments(of: description, step: step, products: false)
    var counts = LabelCounts(labels: description.labelNames.count)
    var pipeline = Pipeline(run)
    try pipeline.fold(inputs) { block, _ in
        counts.add(block.labels)
        try moments.add(step.applied(to: block))
    }
    try moments.finish()
    run.warn(of: pipeline.leftOut)
    return DataSummary(description: description, moments: moments, labelCounts: counts.counts)
}

/// How often each label occurs, by place in a row.
private struct LabelCounts {
    private(set) var counts: [[String: Int]?]

    init(labels: Int) { counts = Array(repeating: [:], count: labels) }

    mutating func add(_ labels: RowBlock.Labels) {
        switch labels {
        case .none: break
        case .bytes(let labels):
            for (i, label) in labels.enumerated() { counts[i % counts.count]?["\(label)", default: 0] += 1 }
        case .text(let labels):
            for (i, label) in labels.enumerated() {
                let place = i % counts.count
                counts[place]?[label, default: 0] += 1
                if counts[place].map({ $0.count > DataSummary.mostLabels }) ?? false { counts[place] = nil }
            }
        }
    }
}

/// Whether a file that begins like this is an object in JSON. Records may begin with a tab and a brace as well, and tables
/// with a brace; hardly with a key after it, and nothing but text.
private func isLikelyJSON(_ start: [UInt8]) -> Bool {
    let words = start.filter { !isSpace($0) }
    return words.first == UInt8(ascii: "{")
        && (words.count == 1 || words[1] == UInt8(ascii: "\"") || words[1] == UInt8(ascii: "}"))
        && start.allSatisfy { $0 >= 0x20 || isSpace($0) }
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
