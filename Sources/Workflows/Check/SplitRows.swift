internal import Datasets
internal import Preprocessing
internal import Words

/// The rows of a split, as points; read once.
struct SplitRows {
    let input: DatasetDescription
    private var files: FileRows
    var count: Int { files.count }
    private(set) var leftOut = LeftOut()
    /// n x K; empty where nothing is compared.
    private(set) var points: [Float] = []
    /// Rows that have no place among the others.
    private(set) var placeless: [Int] = []
    private(set) var copies = ExactCopies()
    /// The same by values, labels and kept columns; nil where the split or the training rows have none of those.
    private(set) var records: ExactCopies?
    private(set) var columns = ColumnCounts()
    private(set) var profile: SplitProfile?
    /// Of each row, all its labels as one text; empty where there are none.
    private(set) var labels: [String] = []
    /// Whether equal rows are told by their bytes.
    let areAllBytes: Bool
    /// The values of all rows, where they are kept.
    private(set) var values: KeptRows?
    /// Hashes of the rows as they are stored.
    private var hashes: [UInt64] = []

    /// What a worker makes of a part.
    private struct Part: Sendable {
        var block: RowBlock
        var points: SearchSpace.Points?
        var hashes: [UInt64] = []
        var storedHashes: [UInt64] = []
        var profile: SplitProfile?
    }

    init(_ split: [String], _ basis: CheckBasis, _ options: CheckOptions, _ run: Run) throws {
        let inputs = try Inputs(split, options: basis.reading, in: run)
        input = inputs.description
        files = FileRows(split.map { displayName($0) })
        areAllBytes = inputs.description.scalar == .uint8 && basis.training?.description.scalar == .uint8
        let space = basis.space
        let wantsLeaks = basis.wantsLeaks
        if wantsLeaks, let rows = inputs.rowCount { try Self.checkMemory(rows, basis, options, split[0], input) }
        if options.keepsValues { values = KeptRows(inputs) }
        if basis.comparesLabels(with: input) { records = ExactCopies() }

        let reference = basis.reference?.drift
        profile = reference.map { SplitProfile($0, components: basis.comparedSpace?.components ?? 0) }
        let empty = profile
        let areAllBytes = areAllBytes
        let hasOtherHashes = input.scalar == .uint8 && !areAllBytes
        let comparesComponents = basis.comparedSpace != nil
        var pipeline = Pipeline(run)
        try pipeline.forEachPart(inputs) { part in
            let block = try part.format.decode(part.piece)
            var made = Part(block: block)
            made.points = space?.points(block)
            if wantsLeaks {
                made.hashes = block.rowHashes(areAllBytes: areAllBytes)
                made.storedHashes = hasOtherHashes ? block.rowHashes(areAllBytes: true) : made.hashes
            }
            if let reference, var profile = empty {
                profile.add(block, whitened: comparesComponents ? made.points?.whitened ?? [] : [], reference)
                made.profile = profile
            }
            return made
        } _: { part, file in
            if let more = part.profile { profile?.merge(more) }
            leftOut.add(of: part.block)
            if wantsLeaks { add(part) }
            files.add(part.block.count, of: file)
        }
    }

    private mutating func add(_ part: Part) {
        if let more = part.points {
            points += more.values
            placeless += more.placeless.map { $0 + count }
        }
        copies.add(part.hashes)
        columns.add(part.block, labels: input.labelNames.count)
        records?.add(part.block.recordHashes(part.hashes, labels: input.labelNames.count))
        hashes += part.storedHashes
        let names = input.labelNames.count
        if names > 0 { labels += (0..<part.block.count).map { part.block.labelText(ofRow: $0, names: names) } }
        values?.append(part.block)
    }

    /// Refuses what cannot fit before it is taken.
    private static func checkMemory(
        _ rows: Int, _ basis: CheckBasis, _ options: CheckOptions, _ path: String, _ input: DatasetDescription
    ) throws {
        let values = options.keepsValues ? 2 * input.features * input.scalar.working.stored.size : 0
        try Workflows.checkMemory(
            forRows: rows, features: 1, size: 512 + 12 * (basis.space?.components ?? 0) + values, of: displayName(path),
            purpose: "the check")
    }

    /// What parts of the training rows must have in common to be merged.
    func basis(_ space: SearchSpace?) -> NearestRows.Basis {
        NearestRows.Basis(rows: count, contents: contentHash(hashes.span), space: space)
    }

    /// The file of a row, and its number there, from 1.
    func place(of row: Int) -> RowPlace { files.place(of: row) }
}

/// Values of rows as they are stored.
struct KeptRows: Sendable {
    private(set) var values: RowBlock.Values
    private let width: Int

    init(_ inputs: Inputs) {
        width = inputs.description.features
        values = RowBlock.Values(inputs.commonScalar.working, capacity: 0)
    }

    mutating func append(_ block: RowBlock) { values.append(block.values, prefix: block.count * width) }

    func row(_ number: Int) -> RowBlock.Values { values.rows(CollectionOfOne(number), width: width) }
}

extension RowBlock {
    /// A hash of each row's values, labels and kept columns.
    /// - Parameters:
    ///   - hashes: of the values alone.
    ///   - names: the number of labels and kept columns of a row.
    func recordHashes(_ hashes: [UInt64], labels names: Int) -> [UInt64] {
        hashes.enumerated().map { row, hash in
            let range = row * names..<(row + 1) * names
            return switch labels {
            case .none: hash
            case .bytes(let labels): mixedBits(hash ^ contentHash(labels.span.extracting(range)))
            case .text(let labels):
                range.reduce(hash) { mixedBits($0 ^ contentHash(Array(labels[$1].utf8).span)) }
            }
        }
    }

    /// All labels of a row, as one text.
    func labelText(ofRow row: Int, names: Int) -> String {
        switch labels {
        case .none: ""
        case .bytes(let labels): labels[row * names..<(row + 1) * names].map { "\($0)" }.joined(separator: "/")
        case .text(let labels): labels[row * names..<(row + 1) * names].joined(separator: "/")
        }
    }
}
