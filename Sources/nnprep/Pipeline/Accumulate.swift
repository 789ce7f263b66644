import Datasets
import LinearAlgebra
import Preprocessing

/// What a fit needs of its rows.
struct Accumulated {
    var moments: Moments
    /// How many rows each file has.
    var counts: [Int]
    /// The rows themselves, where principal components come from them.
    var rows: ComponentRows?
    /// The rows that are read again, which know why that failed.
    var passes: FilePasses?
}

extension Pipeline {
    /// Goes through all rows once.
    mutating func accumulate(
        _ inputs: Inputs, for recipe: Recipe, _ common: CommonOptions
    ) throws(Failure) -> Accumulated {
        let planner = RoutePlanner(recipe, inputs)
        var route: ComponentRoute?
        if recipe.needsProducts { route = try planner.route(rows: inputs.rowCount ?? 0) }
        let products = route == .covariance
        var result = Accumulated(
            moments: Moments(of: inputs.description, step: recipe.step, products: products),
            counts: Array(repeating: 0, count: inputs.paths.count))
        var kept = KeptBlocks()

        if !products, route != .rows, result.moments.ignoresOrder {
            try sum(inputs, &result)
        } else {
            try fold(inputs) { (block, file) throws(Failure) in
                result.counts[file] += block.count
                let rows = recipe.step.applied(to: block)
                try result.add(rows)
                guard route == .rows else { return }
                kept.append(rows)
                if inputs.rowCount != nil { return }
                // Only now is it known that there are so many.
                route = try planner.route(rows: kept.count)
                if route == .rows { return }
                if route == .covariance {
                    result.moments = Moments(of: inputs.description, step: recipe.step, products: true)
                    for block in kept.blocks { try result.add(block) }
                }
                kept = KeptBlocks()
            }
        }
        try numerics { () throws(LinearAlgebraError) in try result.moments.finish() }
        if route == .rows { result.rows = .kept(kept) }
        if route == .passes {
            let passes = FilePasses(inputs, recipe.step, rows: result.moments.count, common)
            result.passes = passes
            result.rows = .streamed(passes)
        }
        return result
    }

    /// Sums without products cost less than the reading: each worker makes those of its parts.
    private mutating func sum(_ inputs: Inputs, _ result: inout Accumulated) throws(Failure) {
        let step = result.moments.step
        try forEachPart(inputs) { part throws(DatasetError) in
            let block = try part.format.decode(part.piece)
            return Result { () throws(LinearAlgebraError) in
                var sums = Moments(of: inputs.description, step: step, products: false)
                try sums.add(block)
                return sums
            }
        } _: { (sums, file) throws(Failure) in
            let sums = try numerics { () throws(LinearAlgebraError) in try sums.get() }
            result.counts[file] += sums.count
            result.moments.merge(sums)
        }
    }
}

extension Accumulated {
    fileprivate mutating func add(_ rows: RowBlock) throws(Failure) {
        try numerics { () throws(LinearAlgebraError) in try moments.add(rows) }
    }
}
