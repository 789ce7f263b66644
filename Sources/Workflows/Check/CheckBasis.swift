internal import Datasets
internal import Preprocessing
internal import Words

/// What a split is held against: statistics that were given, or those of the training rows.
struct CheckBasis {
    /// What training rows are like; nil where that is not asked for, or cannot be known.
    private(set) var reference: (transform: FittedTransform, drift: DriftReference)?
    /// Where the components come from.
    private(set) var transform: FittedTransform?
    /// Where rows are compared; nil where only equal rows are found.
    private(set) var space: SearchSpace?
    /// Whether the components are those of training rows, so that drift shows in them.
    private(set) var knowsTrainingComponents = true
    /// How the split and the training rows are read.
    private(set) var reading: InputOptions
    /// The training rows, not yet read, or to be read again.
    let training: Inputs?
    /// What other training rows are to the split, and the files that say so.
    let nearest: [(file: String, rows: NearestRows)]

    /// Whether rows of the split and training rows can be told apart by labels and kept columns, too.
    func comparesLabels(with split: DatasetDescription) -> Bool {
        guard !split.labelNames.isEmpty else { return false }
        return training.map { $0.description.labelNames.count == split.labelNames.count } ?? true
    }

    var wantsLeaks: Bool { training != nil || !nearest.isEmpty }

    /// Where drift along components shows; nil where there are none of training rows.
    var comparedSpace: SearchSpace? { knowsTrainingComponents ? space : nil }

    init(_ split: [String], _ options: CheckOptions, _ run: Run) throws {
        let statistics = try options.read ?? options.statistics.map { try readStatistics($0) }
        reading = options.reading.agreeing(with: statistics)
        let wantsDrift = options.only != .leaks
        let wantsLeaks = options.only != .drift && !options.train.isEmpty
        var (data, parts): ([String], [String]) = ([], [])
        for path in options.train {
            if try wantsLeaks && holdsNearestRows(path) { parts.append(path) } else { data.append(path) }
        }
        nearest = try parts.map { ($0, try readNearestRows($0)) }
        var fitted = statistics?.transform
        // Equal rows are found without components.
        let isPart = options.isPart || !parts.isEmpty
        let needsComponents = wantsLeaks && !(isPart && options.threshold == 0)
        if isPart, needsComponents, fitted?.principal == nil {
            throw Refusal(
                "parts of the training rows are compared along the same components, and none are given",
                hint: "pass --stats of all training rows, fitted with --pca; or --threshold 0, for equal rows alone")
        }
        if options.keepsValues, let part = parts.first {
            throw Refusal("\(displayName(part)): has no values to draw", hint: "give --train the rows")
        }
        if wantsDrift, let fitted { reference = (fitted, DriftReference(fitted)) }

        let needsFit = needsComponents ? fitted?.principal == nil : fitted == nil
        var train: TrainingInputs?
        if !data.isEmpty, wantsLeaks || needsFit {
            let inputs = try TrainingInputs(data, options: reading)
            if wantsLeaks, let moments = inputs.moments.first {
                throw Refusal(
                    "\(displayName(moments)): holds moments, and leaks are found among rows",
                    hint: "give --train the data, and fit --stats to the moments")
            }
            train = inputs
        }
        if needsFit, let train {
            if wantsLeaks, !train.canReadAgain {
                // The rows that pass by only once cannot be fitted first; those of the split are like them, or nearly.
                knowsTrainingComponents = false
                let rows = try TrainingInputs(split, options: reading)
                guard rows.canReadAgain else {
                    throw Refusal(
                        "neither the split nor the training rows can be read twice",
                        hint: "name a file for one of them, or give --stats with components")
                }
                fitted = try searchTransform(of: rows, like: fitted, run)
                if wantsDrift, reference == nil {
                    run.warn(
                        "the training rows can be read only once, so drift is not looked for: fit statistics to them, and "
                            + "give --stats")
                }
            } else {
                fitted = try searchTransform(of: train, like: fitted, wantsComponents: wantsLeaks, run)
                if wantsDrift, reference == nil { reference = fitted.map { ($0, DriftReference($0)) } }
            }
        }
        transform = fitted
        space = fitted.flatMap { SearchSpace($0) }
        if let fitted, reading.expected == nil {
            reading.agree(with: fitted, displayName(options.train.first ?? split[0]))
        }
        training = wantsLeaks ? try train?.rows(reading: reading, in: run) : nil
    }
}

/// Whether a file of training data holds what such rows are to a split.
private func holdsNearestRows(_ path: String) throws(DatasetError) -> Bool {
    guard isRegularFile(path) else { return false }
    var source = try ByteSource(path: path)
    return NearestFile.isLikely(try source.peek(64))
}

private func readNearestRows(_ path: String) throws -> NearestRows {
    var source = try ByteSource(path: path)
    return try NearestFile.read(try readText(&source), name: displayName(path))
}
