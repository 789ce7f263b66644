internal import Datasets
internal import LinearAlgebra
internal import Preprocessing
internal import Words

/// One reading of all training rows, on the road that the recipe, the sizes and the memory lead to:
///
///     sums        no products are needed: the workers sum
///     products    sums of products of the features, D x D
///     kept rows   few wide rows: they stay in memory, and components come from them
///     passes      many wide rows: sums now; the files are read again for each product
struct TrainingPass {
    private let inputs: Inputs
    private let step: RowStep
    /// Where the moments' type of values comes from, for messages.
    private let origin: String
    private let run: Run
    /// Whether the rows get fingerprints.
    private var fingerprints: Bool
    private var pipeline: Pipeline

    private var moments: Moments
    private(set) var sources: [SourcedMoments.Source]
    private var kept: KeptBlocks?

    /// - Parameters:
    ///   - moments: those that the rows are added to.
    ///   - fingerprints: whether the rows get fingerprints; otherwise the contents of several files do.
    init(_ inputs: Inputs, into moments: consuming Moments, fingerprints: Bool, like origin: String, _ run: Run) {
        self.inputs = inputs
        step = moments.step
        self.origin = origin
        self.run = run
        self.fingerprints = fingerprints
        self.moments = moments
        self.moments.mayLackValues = inputs.options.missing == .mean
        pipeline = Pipeline(run, fingerprints: !fingerprints && inputs.paths.count > 1)
        sources = inputs.paths.map {
            SourcedMoments.Source(name: baseName($0), samples: 0, fingerprint: RowsFingerprint())
        }
    }

    /// What was left out of the rows.
    private(set) var leftOut = LeftOut()
    /// What the files contain, where their rows get no fingerprints.
    var contents: [ContentFingerprint] { pipeline.fingerprints ?? [] }

    /// Reads all rows.
    /// - Parameter planner: decides where components come from; nil where the moments are all that is wanted.
    /// - Returns: the moments, and the rows that components come from, where they do.
    mutating func read(_ planner: RoutePlanner?) throws -> (Moments, TrainingData.Rows?) {
        let route = try planner?.route(rows: inputs.rowCount ?? 0)
        // Rows that will be read again must be the same then.
        if let route, route != .covariance, inputs.canReadAgain { fingerprints = true }
        switch route {
        case nil: try moments.hasProducts ? add() : sum()
        case .covariance:
            moments = products()
            try add()
        case .rows: try keep(planner!)
        case .passes: try sum()
        }
        try moments.finish()
        if let kept { return (moments, .kept(kept)) }
        guard let planner, !moments.hasProducts else { return (moments, nil) }
        let all = sources.reduce(into: RowsFingerprint()) { $0 += $1.fingerprint }
        precondition(planner.canReadAgain)
        return (moments, .passes(FilePasses(inputs, step, rows: moments.count, fingerprint: all, run)))
    }

    private func products() -> Moments {
        var moments = Moments(of: inputs.description, step: step, products: true, unit: self.moments.unit)
        moments.mayLackValues = inputs.options.missing == .mean
        return moments
    }

    /// Adds all rows on this thread, which has BLAS to itself.
    private mutating func add() throws {
        try forEachBlock { pass, rows in try pass.moments.add(rows) }
    }

    /// Keeps the rows, as long as there are few of them.
    private mutating func keep(_ planner: RoutePlanner) throws {
        kept = KeptBlocks()
        try forEachBlock { pass, rows in
            try pass.moments.add(rows)
            pass.kept?.append(rows)
            if pass.inputs.rowCount == nil { try pass.takeAnotherRoad(planner) }
        }
    }

    /// Only while a pipe is read is it known how many rows come out of it.
    private mutating func takeAnotherRoad(_ planner: RoutePlanner) throws {
        guard let rows = kept else { return }
        switch try planner.route(rows: rows.count) {
        case .rows: return
        case .covariance:
            moments = products()
            for block in rows.blocks { try moments.add(block) }
        case .passes: break
        }
        kept = nil
    }

    /// Hands all rows to `body`, after the row step, in their order.
    private mutating func forEachBlock(_ body: (inout Self, RowBlock) throws -> Void) throws {
        // The pipeline is taken out for the while, so that the body may change the rest.
        var pipeline = pipeline
        try pipeline.fold(inputs) { block, file in
            sources[file].samples += block.count
            if fingerprints { sources[file].fingerprint.add(block) }
            let rows = step.applied(to: block)
            if moments.ignoresOrder, !rows.values.areBytes { throw notBytes(file) }
            try body(&self, rows)
        }
        leftOut = pipeline.leftOut
        self.pipeline = pipeline
    }

    /// Sums without products cost less than the reading: of bytes, each worker makes those of its parts.
    private mutating func sum() throws {
        guard moments.ignoresOrder else { return try add() }
        let (step, fingerprints, description) = (step, fingerprints, inputs.description)
        var pipeline = pipeline
        try pipeline.forEachPart(inputs) { part in
            let block = try part.format.decode(part.piece)
            var fingerprint = RowsFingerprint()
            if fingerprints { fingerprint.add(block) }
            guard block.values.areBytes else { return nil as (Moments, RowsFingerprint, LeftOut)? }
            var sums = Moments(of: description, step: step, products: false)
            try sums.add(block)
            var leftOut = LeftOut()
            leftOut.add(of: block)
            return (sums, fingerprint, leftOut)
        } _: { part, file in
            guard let (sums, fingerprint, leftOut) = part else { throw notBytes(file) }
            self.leftOut.add(leftOut)
            sources[file].samples += sums.count
            sources[file].fingerprint += fingerprint
            moments.merge(sums)
        }
        self.pipeline = pipeline
    }

    private func notBytes(_ file: Int) -> Refusal {
        Refusal(
            "\(displayName(inputs.paths[file])): its values are not bytes, and those of \(displayName(origin)) are",
            hint: "nnprep convert --dtype float32 gives both the same type")
    }
}

extension RowBlock.Values {
    fileprivate var areBytes: Bool {
        if case .bytes = self { true } else { false }
    }
}
