internal import Datasets
internal import LinearAlgebra
internal import Preprocessing
internal import Words

/// Holds the training rows against those of a split, as they stream past.
struct LeakSearch {
    private let rows: SplitRows
    private let basis: CheckBasis
    private let options: CheckOptions
    private var copies: ExactCopies
    private var records: ExactCopies?
    /// How often training rows are equal.
    private var values = DistinctRows()
    private var labelled = DistinctRows()
    private var nearest: NearestPoints?
    /// Of each row of the split: its copy, and its nearest.
    private var equal: [Int: Neighbour] = [:]
    private var near: [Int: Neighbour] = [:]
    private var files: FileRows

    /// What is kept of a training row.
    private struct Neighbour {
        var label: String?
        var values: RowBlock.Values?
    }

    /// What a worker makes of a part.
    private struct Part: Sendable {
        var block: RowBlock
        var points: SearchSpace.Points?
        var hashes: [UInt64]
    }

    /// Reads all training rows.
    init(
        _ rows: SplitRows, _ training: Inputs, _ basis: CheckBasis, _ options: CheckOptions, _ run: Run
    ) throws {
        self.rows = rows
        self.basis = basis
        self.options = options
        copies = rows.copies
        records = rows.records
        nearest = basis.space.map {
            NearestPoints(rows.points, depth: $0.components, neighbours: Contrast.neighbours)
        }
        files = FileRows(training.paths.map { displayName($0) })
        let (space, areAllBytes) = (basis.space, rows.areAllBytes)
        var pipeline = Pipeline(run)
        try pipeline.forEachPart(training) { part in
            let block = try part.format.decode(part.piece)
            return Part(
                block: block, points: space?.points(block), hashes: block.rowHashes(areAllBytes: areAllBytes))
        } _: { part, file in
            take(part, names: training.description.labelNames.count)
            files.add(part.block.count, of: file)
        }
    }

    private mutating func take(_ part: Part, names: Int) {
        let (block, count) = (part.block, files.count)
        values.add(part.hashes)
        if records != nil {
            let hashes = block.recordHashes(part.hashes, labels: names)
            labelled.add(hashes)
            _ = records?.look(for: hashes, number: count)
        }
        for row in copies.look(for: part.hashes, number: count) {
            guard let number = copies.copy(of: row) else { continue }
            equal[row] = neighbour(block, number - count, names)
        }
        if let points = part.points {
            for row in nearest?.add(points.values, first: count) ?? [] {
                guard let number = nearest?.nearest(to: row).first, number >= count else { continue }
                near[row] = neighbour(block, number - count, names)
            }
        }
    }

    private func neighbour(_ block: RowBlock, _ row: Int, _ names: Int) -> Neighbour {
        Neighbour(
            label: names > 0 ? block.labelText(ofRow: row, names: names) : nil,
            values: options.keepsValues
                ? block.values.rows(CollectionOfOne(row), width: block.features) : nil)
    }

    /// What was found.
    var found: NearestRows {
        let places = rows.count * Contrast.neighbours
        return NearestRows(
            rows.basis(basis.space), training: files.sources,
            distances: nearest?.distances ?? Array(repeating: .infinity, count: places),
            numbers: nearest?.numbers ?? Array(repeating: -1, count: places),
            equal: (0..<rows.count).map { copies.copy(of: $0) ?? -1 },
            identical: (0..<rows.count).map { (records ?? copies).copy(of: $0) ?? -1 },
            values: values, records: records == nil ? values : labelled,
            labels: (0..<rows.count).map { near[$0]?.label },
            equalLabels: (0..<rows.count).map { equal[copies.first(like: $0)]?.label })
    }

    /// The values of the training row that a row is a copy of, where they are kept.
    func values(of row: Int, isExact: Bool) -> RowBlock.Values? {
        isExact ? equal[copies.first(like: row)]?.values : near[row]?.values
    }
}
