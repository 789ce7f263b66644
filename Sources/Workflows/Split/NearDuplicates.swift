internal import Datasets
internal import LinearAlgebra
internal import Preprocessing
internal import Words

/// The groups of near-duplicates within a file: rows that are connected by pairs.
struct NearDuplicates {
    /// The first row of each row's group.
    let groups: [Int]
    /// Of each row, as one text; empty where they were not asked for.
    let labels: [String]
    let threshold: Double
    /// Why only equal rows are kept together.
    let onlyEqual: Leaks.OnlyEqual?

    /// Reads the file twice: for the moments of its rows, and for the rows as points, which stay in memory.
    init(in path: String, _ options: InputOptions, threshold: Double?, labels wantsLabels: Bool, _ run: Run) throws {
        guard options.missing ?? .error == .error else {
            throw Refusal("--together counts rows as they stand, and --missing skip leaves some out")
        }
        guard isRegularFile(path) else {
            throw Refusal(
                "\(displayName(path)): --together reads the rows more than once", hint: "write them to a file first")
        }
        let transform = try searchTransform(of: TrainingInputs([path], options: options), like: nil, run)
        let space = SearchSpace(transform)
        let inputs = try Inputs([path], options: options, in: run)
        if let rows = inputs.rowCount { try Self.checkMemory(rows, space, path) }

        var points: [Float] = []
        var labels: [String] = []
        var copies = ExactCopies()
        var count = 0
        var placeless: Set<Int> = []
        let areAllBytes = inputs.description.scalar == .uint8
        let names = inputs.description.labelNames.count
        var (records, values) = (ExactCopies(), DistinctRows())
        var pipeline = Pipeline(run)
        try pipeline.forEachPart(inputs) { part in
            let block = try part.format.decode(part.piece)
            let labels = wantsLabels ? (0..<block.count).map { block.labelText(ofRow: $0, names: names) } : []
            let hashes = block.rowHashes(areAllBytes: areAllBytes)
            return (block.count, space?.points(block), hashes, block.recordHashes(hashes, labels: names), labels)
        } _: { part, _ in
            let (rows, more, hashes, recordHashes, names) = part
            if let more {
                points += more.values
                placeless.formUnion(more.placeless.map { $0 + count })
            }
            copies.add(hashes)
            records.add(recordHashes)
            values.add(hashes)
            labels += names
            count += rows
        }

        // Rows of few distinct values are told apart by their labels and kept columns.
        let isCommon = values.repeatedShare > ChanceOfEquality.commonShare
        onlyEqual =
            isCommon
            ? .repeatedRows(distinct: Int(values.distinct)) : count < Contrast.neighbours ? .fewTrainingRows : nil
        var groups = Groups(count: count)
        for row in 0..<count { groups.join(row, (isCommon ? records : copies).first(like: row)) }
        var limit = threshold ?? Contrast.largestThreshold
        if let space, count > 1, onlyEqual == nil {
            let nearest = run.computing("comparing \(count) rows ...") {
                var nearest = NearestPoints(points, depth: space.components, neighbours: Contrast.neighbours)
                _ = nearest.add(points, first: 0, areOwn: true)
                return nearest
            }
            let dissimilarities = (0..<count).map { row in
                placeless.contains(row) ? [] : nearest.squaredDistances(of: row).map(space.dissimilarity)
            }
            let contrast = Contrast(dissimilarities)
            limit = threshold ?? contrast.threshold
            for row in 0..<count where !dissimilarities[row].isEmpty {
                for (place, other) in nearest.nearest(to: row).enumerated() where !placeless.contains(other) {
                    guard let c = contrast.contrast(place, of: dissimilarities[row]), c < limit else { break }
                    groups.join(row, other)
                }
            }
        }
        self.groups = groups.firstRows()
        self.labels = labels
        self.threshold = limit
    }

    private static func checkMemory(_ rows: Int, _ space: SearchSpace?, _ path: String) throws {
        let bytes = NearestPoints.bytes(
            count: 1, depth: space?.components ?? 1, neighbours: Contrast.neighbours)
        // Points, and the lists of dissimilarities, stand beside those.
        try Workflows.checkMemory(
            forRows: rows, features: 1, size: 2 * bytes + 512, of: displayName(path), purpose: "--together")
    }
}
