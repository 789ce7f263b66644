import Datasets
import Flags
import LinearAlgebra
import Preprocessing

/// What statistics are learnt from: data files, and moments files of rows that were seen before, told apart by content.
struct TrainingInputs {
    /// The paths, in the order that they were given in.
    let data: [String]
    let moments: [String]
    private let options: InputOptions
    /// What was opened to look at its first bytes and cannot be opened again: standard input and named pipes.
    private let opened: [String: OpenSource]

    init(_ paths: [String], options: InputOptions) throws(Failure) {
        var data: [String] = []
        var moments: [String] = []
        var opened: [String: OpenSource] = [:]
        for path in paths {
            guard opened[path] == nil else {
                throw .refused("\(displayName(path)): can be read only once", hint: "name it once")
            }
            let source = try dataset { () throws(DatasetError) in try OpenSource(path) }
            if source.holdsMoments { moments.append(path) } else { data.append(path) }
            if !source.canReopen { opened[path] = source }
        }
        self.data = data
        self.moments = moments
        self.options = options
        self.opened = opened
    }

    /// What is to be made of the rows.
    struct Wishes {
        /// As they were given; what was not follows from moments that were made before.
        var perSample: PerSample?
        var divideBy: Double?
        /// Whether sums of products are needed.
        var products: Bool
        /// What is to be fitted, where that decides how components are found.
        var recipe: Recipe?
        /// Whether moments files without products will do, if there is nothing else.
        var mayLackProducts = false
        /// Whether rows get fingerprints, even where all inputs are data.
        var fingerprints = false

        var step: RowStep { RowStep(perSample ?? .none, divideBy: divideBy ?? 1) }
    }

    struct Gathered {
        /// The moments of all rows.
        var shard: Shard
        /// The rows themselves, where principal components come from them.
        var rows: ComponentRows?
        /// Those of them that are read again, which know why that failed.
        var passes: FilePasses?
    }

    func gather(_ wishes: Wishes, _ common: CommonOptions, _ console: Console) throws(Failure) -> Gathered {
        var repeats = RepeatedRows()
        var total = try mergeMoments(wishes, &repeats, console)
        guard !data.isEmpty else { return Gathered(shard: total!) }

        var options = options
        if let total {
            options.expected = .init(total.input, from: displayName(moments[0]))
            options.knownLabels = total.input.labelNames
        }
        let inputs = try dataset { () throws(DatasetError) in try Inputs(data, options: options, opened: opened) }
        if let total, let difference = inputs.description.difference(from: total.input) {
            throw .unlike(data[0], moments[0], difference)
        }
        var planner: RoutePlanner?
        if wishes.products {
            if total == nil, let recipe = wishes.recipe {
                planner = RoutePlanner(recipe, inputs)
            } else {
                try checkMemory(inputs.description.features, wishes)
            }
        }
        let hasFingerprints = wishes.fingerprints || !moments.isEmpty
        var pipeline = Pipeline(common, fingerprints: !hasFingerprints && data.count > 1)
        var gathered = Gathered(
            shard: total
                ?? Shard(
                    moments: Moments(
                        of: inputs.description, step: wishes.step, products: wishes.products && planner == nil),
                    input: inputs.description, sources: []))
        total = nil
        let sources = try pipeline.accumulate(
            inputs, into: &gathered, planner: planner, fingerprints: hasFingerprints, like: moments.first ?? data[0],
            common)
        try checkRowCount(gathered.shard.moments, of: data.last!)
        console.skippedRows(pipeline.skipped)
        warnOfRepeatedData(data, pipeline.fingerprints ?? [], console)
        for (path, source) in zip(data, sources) {
            if hasFingerprints { repeats.warn(of: [source], in: path, console) }
            gathered.shard.sources.append(source)
        }
        return gathered
    }

    private func checkMemory(_ features: Int, _ wishes: Wishes) throws(Failure) {
        do throws(Failure) { try nnprep.checkMemory(forProductsOf: features, for: wishes.recipe) } catch {
            guard wishes.mayLackProducts else { throw error }
            throw .refused(error.message, hint: "leave the sums of products out with --no-products")
        }
    }

    /// The moments of all moments files together; nil where there is none.
    private func mergeMoments(
        _ wishes: Wishes, _ repeats: inout RepeatedRows, _ console: Console
    ) throws(Failure) -> Shard? {
        var total: Shard?
        for path in moments {
            let source = try dataset { () throws(DatasetError) in
                if let source = opened[path] { source.take() } else { try ByteSource(path: path) }
            }
            if wishes.products, let size = source.size, let available = availableMemory(), size > available {
                throw .refused(
                    "\(displayName(path)): has \(gigabytes(size)) of sums, and \(gigabytes(available)) are free",
                    hint: "merge and fit it where there is more memory")
            }
            let shard = try readMoments(source, wishes.products ? .kept : .left)
            try check(shard, path, wishes)
            if let total { try check(shard, path, against: total) }
            repeats.warn(of: shard.sources, in: path, console)
            if total == nil {
                // Merging needs little more than the files have; a decomposition does.
                if wishes.products, !wishes.mayLackProducts { try checkMemory(shard.moments.features, wishes) }
                total = shard
            } else {
                total!.merge(shard)
            }
        }
        return total
    }

    /// Whether moments answer what is asked for.
    private func check(_ shard: Shard, _ path: String, _ wishes: Wishes) throws(Failure) {
        let step = shard.moments.step
        let name = displayName(path)
        if let perSample = wishes.perSample, perSample != step.perSample {
            throw .refused(
                "\(name): has moments of rows with --per-sample \(step.perSample.rawValue), which cannot answer for "
                    + "--per-sample \(perSample.rawValue)",
                hint: "make them again from the data with --per-sample \(perSample.rawValue)")
        }
        if let divideBy = wishes.divideBy, step.perSample != .none, divideBy != step.divideBy {
            throw .refused(
                "\(name): has moments of rows with --per-sample \(step.perSample.rawValue) after --divide-by "
                    + "\(step.divideBy.shortest), which cannot answer for --divide-by \(divideBy.shortest)",
                hint: "make them again from the data with --divide-by \(divideBy.shortest)")
        }
        guard wishes.products, !shard.moments.hasProducts else { return }
        if wishes.mayLackProducts {
            guard !data.isEmpty else { return }
            throw .refused(
                "\(name): was made with --no-products, and \(displayName(data[0])) is data",
                hint: "leave the products out of both with --no-products")
        }
        throw .fit(.noProducts, files: name)
    }

    /// Whether moments can be merged with those before them.
    private func check(_ shard: Shard, _ path: String, against total: Shard) throws(Failure) {
        if let difference = shard.input.difference(from: total.input)
            ?? shard.moments.step.difference(from: total.moments.step)
        {
            throw .unlike(path, moments[0], difference)
        }
        guard shard.moments.hasProducts == total.moments.hasProducts else {
            let (without, with) = shard.moments.hasProducts ? (moments[0], path) : (path, moments[0])
            throw .refused(
                "\(displayName(without)): was made with --no-products, and \(displayName(with)) was not",
                hint: "leave the products out of both with --no-products")
        }
        try checkRowCount(total.moments, with: shard.moments.count, of: path)
    }

    private func checkRowCount(_ moments: Moments, with more: Int = 0, of path: String) throws(Failure) {
        guard moments.hasTooManyRows(with: more) else { return }
        throw .refused(
            "\(displayName(path)): with its rows there are more than can be summed exactly", hint: nil)
    }
}
