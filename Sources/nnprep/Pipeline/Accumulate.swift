import Datasets
import LinearAlgebra
import Preprocessing

extension Pipeline {
    /// Goes through all rows once: adds them to the moments, after the row step, and keeps them where components will come
    /// from them.
    /// - Parameters:
    ///   - planner: decides where components come from; nil where the moments are all that is wanted.
    ///   - fingerprints: whether the rows get fingerprints.
    ///   - origin: where the moments' type of values comes from.
    /// - Returns: what each file has.
    mutating func accumulate(
        _ inputs: Inputs, into gathered: inout TrainingInputs.Gathered, planner: RoutePlanner?, fingerprints: Bool,
        like origin: String, _ common: CommonOptions
    ) throws(Failure) -> [Shard.Source] {
        let step = gathered.shard.moments.step
        var sources = inputs.paths.map { Shard.Source(name: baseName($0), samples: 0, fingerprint: RowsFingerprint()) }
        let isExact = gathered.shard.moments.ignoresOrder
        var kept = KeptBlocks()
        var route = try planner?.route(rows: inputs.rowCount ?? 0)
        // Rows that will be read again must be the same then.
        let mayReadAgain = planner != nil && inputs.canReadAgain && route != .covariance
        let hasFingerprints = fingerprints || mayReadAgain
        if route == .covariance { gathered.shard.moments = Moments(of: inputs.description, step: step, products: true) }

        if route != .rows, !gathered.shard.moments.hasProducts, gathered.shard.moments.ignoresOrder {
            try sum(inputs, into: &gathered.shard.moments, &sources, fingerprints: hasFingerprints, like: origin)
        } else {
            try fold(inputs) { (block, file) throws(Failure) in
                sources[file].samples += block.count
                if hasFingerprints { sources[file].fingerprint.add(block) }
                let rows = step.applied(to: block)
                if isExact, !rows.values.areBytes { throw notBytes(inputs.paths[file], origin) }
                try gathered.shard.moments.add(checking: rows)
                guard route == .rows else { return }
                kept.append(rows)
                if inputs.rowCount != nil { return }
                // Only now is it known that there are so many.
                route = try planner!.route(rows: kept.count)
                if route == .rows { return }
                if route == .covariance {
                    gathered.shard.moments = Moments(of: inputs.description, step: step, products: true)
                    for block in kept.blocks { try gathered.shard.moments.add(checking: block) }
                }
                kept = KeptBlocks()
            }
        }
        try numerics { () throws(LinearAlgebraError) in try gathered.shard.moments.finish() }
        if route == .rows { gathered.rows = .kept(kept) }
        if route == .passes {
            let passes = FilePasses(
                inputs, step, rows: gathered.shard.moments.count,
                fingerprint: sources.reduce(into: RowsFingerprint()) { $0 += $1.fingerprint }, common)
            gathered.passes = passes
            gathered.rows = .streamed(passes)
        }
        return sources
    }

    /// What a worker makes of a part.
    private struct Part: Sendable {
        var moments: Result<Moments, LinearAlgebraError>
        var fingerprint: RowsFingerprint
    }

    /// Sums without products cost less than the reading: each worker makes those of its parts.
    private mutating func sum(
        _ inputs: Inputs, into moments: inout Moments, _ sources: inout [Shard.Source], fingerprints: Bool,
        like origin: String
    ) throws(Failure) {
        let step = moments.step
        try forEachPart(inputs) { part throws(DatasetError) in
            let block = try part.format.decode(part.piece)
            var fingerprint = RowsFingerprint()
            if fingerprints { fingerprint.add(block) }
            guard block.values.areBytes else { return nil as Part? }
            let sums = Result { () throws(LinearAlgebraError) in
                var sums = Moments(of: inputs.description, step: step, products: false)
                try sums.add(block)
                return sums
            }
            return Part(moments: sums, fingerprint: fingerprint)
        } _: { (part, file) throws(Failure) in
            guard let part else { throw notBytes(inputs.paths[file], origin) }
            let sums = try numerics { () throws(LinearAlgebraError) in try part.moments.get() }
            sources[file].samples += sums.count
            sources[file].fingerprint += part.fingerprint
            moments.merge(sums)
        }
    }
}

extension Moments {
    fileprivate mutating func add(checking rows: RowBlock) throws(Failure) {
        try numerics { () throws(LinearAlgebraError) in try add(rows) }
    }
}

private func notBytes(_ path: String, _ origin: String) -> Failure {
    .refused(
        "\(displayName(path)): its values are not bytes, and those of \(displayName(origin)) are",
        hint: "nnprep convert --dtype float32 gives both the same type")
}

extension RowBlock.Values {
    fileprivate var areBytes: Bool {
        if case .bytes = self { true } else { false }
    }
}
