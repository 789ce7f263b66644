public import Datasets
internal import Preprocessing
internal import Words

/// What statistics are learnt from: data files, and moments files of rows that were seen before, told apart by content.
public struct TrainingInputs {
    /// The paths, in the order that they were given in.
    public let data: [String]
    public let moments: [String]
    let options: InputOptions
    /// What was opened to look at its first bytes and cannot be opened again: standard input and named pipes.
    private let opened: [String: OpenSource]

    /// Looks at the first bytes of each file.
    public init(_ paths: [String], options: InputOptions = InputOptions()) throws {
        var data: [String] = []
        var moments: [String] = []
        var opened: [String: OpenSource] = [:]
        for path in paths {
            guard opened[path] == nil else {
                throw Refusal("\(displayName(path)): can be read only once", hint: "name it once")
            }
            let source = try OpenSource(path)
            if source.holdsMoments { moments.append(path) } else { data.append(path) }
            if !source.canReopen { opened[path] = source }
        }
        self.data = data
        self.moments = moments
        // What is missing stays so: the means are being learnt.
        var options = options
        if options.missing == .mean { options.fill = .nothing }
        options.isTraining = true
        self.options = options
        self.opened = opened
    }

    /// The data files, the first of several files in words.
    var name: String {
        let paths = data + moments
        return paths.count == 1 ? displayName(paths[0]) : "\(paths.count) files"
    }

    /// Whether all of it can be read more than once.
    var canReadAgain: Bool { opened.isEmpty }

    /// The data files, to be read once more, or for the first time.
    func rows(reading options: InputOptions, in run: Run) throws -> Inputs {
        try Inputs(data, options: options, opened: opened, in: run)
    }

    /// What is to be made of the rows.
    struct Requirements {
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

    /// Merges the moments files, and reads all rows of the data files.
    func read(_ required: Requirements, in run: Run) throws -> TrainingData {
        if data.isEmpty {
            var use = OptionUse(options)
            for path in moments { use.add(.moments, path) }
            use.add(companions: Set(options.companions).subtracting(moments), options)
            try use.check(in: run)
        }
        var repeats = RepeatedRows()
        let total = try MomentsMerge(self, required, run).total(&repeats)
        guard !data.isEmpty else { return TrainingData(moments: total!) }

        let inputs = try Inputs(data, options: options(after: total?.input), opened: opened, in: run)
        if let total, let difference = inputs.description.difference(from: total.input) {
            throw unlike(data[0], moments[0], difference)
        }
        if let (path, scalar) = inputs.otherType, inputs.description.scalar != .uint8, scalar != .uint8 {
            run.warn(
                "\(displayName(path)) holds \(scalar.rawValue), and \(displayName(data[0])) "
                    + "\(inputs.description.scalar.rawValue): the statistics say the latter, and are computed in float64"
            )
        }
        try checkMemory(
            forSumsOf: inputs.description.features, parts: run.threads + 4, of: displayName(data[0]))
        let planner =
            total == nil ? required.recipe.flatMap { required.products ? RoutePlanner($0, inputs) : nil } : nil
        if required.products, planner == nil { try required.checkMemory(forProductsOf: inputs.description.features) }

        let fingerprints = required.fingerprints || !moments.isEmpty
        var pass = TrainingPass(
            inputs,
            into: total?.moments
                ?? Moments(
                    of: inputs.description, step: required.step, products: required.products && planner == nil,
                    unit: required.recipe?.summingUnit ?? 1),
            fingerprints: fingerprints, like: moments.first ?? data[0], run)
        var sources = total?.sources ?? []
        let input = total?.input ?? inputs.description
        _ = consume total
        let (sums, rows) = try pass.read(planner)
        try checkRowCount(sums, of: data.last!)
        run.warn(of: pass.leftOut)
        warnOfRepeatedData(data, pass.contents, run)
        for (path, source) in zip(data, pass.sources) {
            if fingerprints { repeats.warn(of: [source], in: path, run) }
            sources.append(source)
        }
        return TrainingData(moments: SourcedMoments(moments: sums, input: input, sources: sources), rows: rows)
    }

    /// Rows must agree with the moments that they are added to.
    private func options(after input: DatasetDescription?) -> InputOptions {
        guard let input else { return options }
        var options = options
        options.expected = .init(input, from: displayName(moments[0]))
        options.knownLabels = input.labelNames
        return options
    }

    func source(of path: String) throws -> ByteSource {
        if let source = opened[path] { return source.take() }
        return try ByteSource(path: path)
    }
}

/// What was read: the moments of all rows, and the rows themselves where principal components come from them.
struct TrainingData {
    var moments: SourcedMoments
    var rows: Rows?

    enum Rows {
        case kept(KeptBlocks)
        /// Those that are read again know why that failed.
        case passes(FilePasses)
    }
}

func checkRowCount(_ moments: Moments, with more: Int = 0, of path: String) throws {
    guard moments.hasTooManyRows(with: more) else { return }
    throw Refusal("\(displayName(path)): with its rows there are more than can be summed exactly")
}

/// Rows of two files that cannot be counted together.
func unlike(_ path: String, _ other: String, _ difference: RowDifference) -> Refusal {
    Refusal(
        "\(displayName(path)): its \(difference.what) is \(difference.one), and that of \(displayName(other)) is "
            + difference.other,
        hint: "moments can be merged only of rows that are alike")
}
