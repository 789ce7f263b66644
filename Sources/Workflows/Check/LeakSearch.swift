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
    private var nearest: NearestPoints?
    /// Of each row of the split: its copy, and its nearest.
    private var equal: [Int: Neighbour] = [:]
    private var near: [Int: Neighbour] = [:]
    /// The number of each training file's first row.
    private var firstRows: [Int]
    private var count = 0
    private let files: [String]

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
    init(_ rows: SplitRows, _ basis: CheckBasis, _ options: CheckOptions, _ run: Run) throws {
        guard let training = basis.training else { preconditionFailure("no training rows") }
        self.rows = rows
        self.basis = basis
        self.options = options
        copies = rows.copies
        nearest = basis.space.map {
            NearestPoints(rows.points, depth: $0.components, neighbours: Contrast.neighbours)
        }
        files = training.paths
        firstRows = Array(repeating: 0, count: files.count)
        let (space, areAllBytes) = (basis.space, rows.areAllBytes)
        var pipeline = Pipeline(run)
        try pipeline.forEachPart(training) { part in
            let block = try part.format.decode(part.piece)
            return Part(
                block: block, points: space?.points(block), hashes: block.rowHashes(areAllBytes: areAllBytes))
        } _: { part, file in
            take(part, names: training.description.labelNames.count)
            for later in files.indices where later > file { firstRows[later] = count }
        }
    }

    private mutating func take(_ part: Part, names: Int) {
        let block = part.block
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
        count += block.count
    }

    private func neighbour(_ block: RowBlock, _ row: Int, _ names: Int) -> Neighbour {
        Neighbour(
            label: names > 0 ? block.labelText(ofRow: row, names: names) : nil,
            values: options.keepsValues
                ? block.values.rows(CollectionOfOne(row), width: block.features) : nil)
    }

    /// The pairs that are nearer than the threshold.
    func leaks() -> Leaks {
        let placeless = Set(rows.placeless)
        let dissimilarities = (0..<rows.count).map { row in
            guard let space = basis.space, let nearest, !placeless.contains(row) else { return [Double]() }
            return nearest.squaredDistances(of: row).map(space.dissimilarity)
        }
        let contrast = Contrast(dissimilarities)
        let threshold = options.threshold ?? contrast.threshold
        var pairs: [LeakedPair] = []
        for row in 0..<rows.count {
            if let number = copies.copy(of: row), let other = equal[copies.first(like: row)] {
                pairs.append(pair(row, number, other, isExact: true, similarity: 1, contrast: 0))
            } else if let c = contrast.values[row], c < threshold, let number = nearest?.nearest(to: row).first,
                let other = near[row]
            {
                let similarity = 1 - dissimilarities[row][0]
                pairs.append(pair(row, number, other, isExact: false, similarity: similarity, contrast: c))
            }
        }
        pairs.sort { one, other in
            if one.isExact != other.isExact { return one.isExact }
            if one.contrast != other.contrast { return one.contrast < other.contrast }
            return one.similarity != other.similarity ? one.similarity > other.similarity : one.row < other.row
        }
        return Leaks(
            pairs: pairs, trainingRows: count, threshold: threshold, isOwnThreshold: options.threshold == nil,
            space: basis.space, placeless: rows.placeless.count, input: rows.input)
    }

    private func pair(
        _ row: Int, _ number: Int, _ other: Neighbour, isExact: Bool, similarity: Double, contrast: Double
    ) -> LeakedPair {
        let file = firstRows.lastIndex { $0 <= number } ?? 0
        return LeakedPair(
            row: row, place: rows.place(of: row),
            training: RowPlace(file: displayName(files[file]), row: number - firstRows[file] + 1), isExact: isExact,
            similarity: similarity, contrast: contrast, label: rows.labels.isEmpty ? nil : rows.labels[row],
            trainingLabel: other.label,
            values: rows.values.flatMap { values in other.values.map { (values.row(row), $0) } })
    }
}
