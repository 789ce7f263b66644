import Datasets
import LinearAlgebra
import Preprocessing

extension Pipeline {
    /// Goes through all rows once: adds them to the moments, after the row step, and keeps them where components will come
    /// from them.
    /// - Parameters:
    ///   - planner: decides where components come from; nil where the moments are all that is wanted.
    ///   - fingerprints: whether the rows get fingerprints.
    /// - Returns: what each file has.
    mutating func accumulate(
        _ inputs: Inputs, into gathered: inout TrainingInputs.Gathered, planner: RoutePlanner?, fingerprints: Bool,
        _ common: CommonOptions
    ) throws(Failure) -> [Shard.Source] {
        let step = gathered.shard.moments.step
        var sources = inputs.paths.map { Shard.Source(name: baseName($0), samples: 0, fingerprint: RowsFingerprint()) }
        var kept = KeptBlocks()
        var route = try planner?.route(rows: inputs.rowCount ?? 0)
        if route == .covariance { gathered.shard.moments = Moments(of: inputs.description, step: step, products: true) }

        if route != .rows, !gathered.shard.moments.hasProducts, gathered.shard.moments.ignoresOrder {
            try sum(inputs, into: &gathered.shard.moments, &sources, fingerprints: fingerprints)
        } else {
            try fold(inputs) { (block, file) throws(Failure) in
                sources[file].samples += block.count
                if fingerprints { sources[file].fingerprint.add(block) }
                let rows = step.applied(to: block)
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
            let passes = FilePasses(inputs, step, rows: gathered.shard.moments.count, common)
            gathered.passes = passes
            gathered.rows = .streamed(passes)
        }
        return sources
    }

    /// Sums without products cost less than the reading: each worker makes those of its parts.
    private mutating func sum(
        _ inputs: Inputs, into moments: inout Moments, _ sources: inout [Shard.Source], fingerprints: Bool
    ) throws(Failure) {
        let step = moments.step
        try forEachPart(inputs) { part throws(DatasetError) in
            let block = try part.format.decode(part.piece)
            var fingerprint = RowsFingerprint()
            if fingerprints { fingerprint.add(block) }
            let sums = Result { () throws(LinearAlgebraError) in
                var sums = Moments(of: inputs.description, step: step, products: false)
                try sums.add(block)
                return sums
            }
            return (sums, fingerprint)
        } _: { (part, file) throws(Failure) in
            let sums = try numerics { () throws(LinearAlgebraError) in try part.0.get() }
            sources[file].samples += sums.count
            sources[file].fingerprint += part.1
            moments.merge(sums)
        }
    }
}

extension Moments {
    fileprivate mutating func add(checking rows: RowBlock) throws(Failure) {
        try numerics { () throws(LinearAlgebraError) in try add(rows) }
    }
}
