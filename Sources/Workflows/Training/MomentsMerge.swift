internal import Datasets
internal import Preprocessing
internal import Words

/// Adds up moments files, where they answer what is asked for and are alike.
struct MomentsMerge {
    private let inputs: TrainingInputs
    private let required: TrainingInputs.Requirements
    private let run: Run

    init(_ inputs: TrainingInputs, _ required: TrainingInputs.Requirements, _ run: Run) {
        self.inputs = inputs
        self.required = required
        self.run = run
    }

    /// The moments of all moments files together; nil where there is none.
    func total(_ repeats: inout RepeatedRows) throws -> SourcedMoments? {
        var total: SourcedMoments?
        for path in inputs.moments {
            let source = try inputs.source(of: path)
            if required.products, let size = source.size, let available = availableMemory(), size > available {
                throw Refusal(
                    "\(displayName(path)): has \(gigabytes(size)) of sums, and \(gigabytes(available)) are free",
                    hint: "merge and fit it where there is more memory")
            }
            let moments = try MomentsFile.read(source, required.products ? .kept : .left).moments
            try check(moments, path)
            if let total { try check(moments, path, against: total) }
            repeats.warn(of: moments.sources, in: path, run)
            if total == nil {
                // Merging needs little more than the files have; a decomposition does.
                if required.products, !required.mayLackProducts {
                    try required.checkMemory(forProductsOf: moments.moments.features)
                }
                total = moments
            } else {
                total!.merge(moments)
            }
        }
        return total
    }

    /// Whether moments answer what is asked for.
    private func check(_ found: SourcedMoments, _ path: String) throws {
        let step = found.moments.step
        let name = displayName(path)
        if let perSample = required.perSample, perSample != step.perSample {
            throw Refusal(
                "\(name): has moments of rows with --per-sample \(step.perSample.rawValue), which cannot answer for "
                    + "--per-sample \(perSample.rawValue)",
                hint: "make them again from the data with --per-sample \(perSample.rawValue)")
        }
        if let divideBy = required.divideBy, step.perSample != .none, divideBy != step.divideBy {
            throw Refusal(
                "\(name): has moments of rows with --per-sample \(step.perSample.rawValue) after --divide-by "
                    + "\(step.divideBy.shortest), which cannot answer for --divide-by \(divideBy.shortest)",
                hint: "make them again from the data with --divide-by \(divideBy.shortest)")
        }
        guard required.products, !found.moments.hasProducts else { return }
        if required.mayLackProducts {
            guard let data = inputs.data.first else { return }
            throw Refusal(
                "\(name): was made with --no-products, and \(displayName(data)) is data",
                hint: "leave the products out of both with --no-products")
        }
        throw FitFailure(FitError.noProducts, of: name)
    }

    /// Whether moments can be merged with those before them.
    private func check(_ found: SourcedMoments, _ path: String, against total: SourcedMoments) throws {
        let first = inputs.moments[0]
        if let difference = found.input.difference(from: total.input)
            ?? found.moments.step.difference(from: total.moments.step)
        {
            throw unlike(path, first, difference)
        }
        guard found.moments.hasProducts == total.moments.hasProducts else {
            let (without, with) = found.moments.hasProducts ? (first, path) : (path, first)
            throw Refusal(
                "\(displayName(without)): was made with --no-products, and \(displayName(with)) was not",
                hint: "leave the products out of both with --no-products")
        }
        try checkRowCount(total.moments, with: found.moments.count, of: path)
    }
}

extension TrainingInputs.Requirements {
    /// Refuses sums of products that cannot fit in memory, before anything is allocated.
    func checkMemory(forProductsOf features: Int) throws {
        do {
            try Workflows.checkMemory(forProductsOf: features, for: recipe)
        } catch let error as Refusal {
            guard mayLackProducts else { throw error }
            throw Refusal(error.message, hint: "leave the sums of products out with --no-products")
        }
    }
}
