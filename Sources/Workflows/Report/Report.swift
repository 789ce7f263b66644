package import Datasets
internal import LinearAlgebra
package import Preprocessing
internal import Threads
internal import Words

/// Which part of the data some files are.
package enum SplitRole: String, CaseIterable, Sendable {
    case train, val, test

    package var name: String {
        switch self {
        case .train: "training"
        case .val: "validation"
        case .test: "test"
        }
    }
}

/// All that a report tells of statistics and of the splits that they are for.
package struct ReportFacts: Sendable {
    package let transform: FittedTransform
    /// The statistics file, as messages call it.
    package let name: String
    package let splits: [ReportedSplit]
    /// What the reader should know, in sentences without a full stop.
    package let warnings: [String]
}

/// One split, read whole, and some of its rows.
package struct ReportedSplit: Sendable {
    package let role: SplitRole
    package let files: [String]
    /// Of the rows as the training statistics are: after `divide_by` and the per-sample step.
    package let count: Int
    package let features: [Distribution]
    package let all: Distribution
    package let labelNames: [String]
    /// For each label, how often each text occurs; nil where there are too many to count.
    package let labelCounts: [[String: Int]?]
    /// A fair choice of the rows.
    package let sample: SampledRows
    /// How far each feature's mean is off, in training deviations; 0 where the training rows do not vary.
    package let shifts: [Double]
    /// How many features have values outside the training range.
    package let outside: Int
    /// Drift and leaks; nil of training rows.
    package private(set) var check: CheckOutcome?
    /// Why there was no check, where one was wanted.
    package private(set) var uncheckedReason: String?
}

/// Reads statistics and splits for a report: each split for its moments, for a fair choice of its rows, and where it is not
/// the training split, to check it.
///
/// - Parameters:
///   - path: the statistics file; `-` is standard input.
///   - splits: files of rows like those that were fitted on.
/// - Throws: errors of files, and a `Refusal` where a split has no rows.
package func gatherReport(
    _ path: String, _ splits: [(role: SplitRole, files: [String])], reading options: InputOptions = InputOptions(),
    in run: Run = Run()
) throws -> ReportFacts {
    let threads = try run.startThreads()
    defer { threads.end() }
    let (transform, name) = try readStatistics(path)
    // What is warned of while files are read is for the report.
    let heard = Lock<[String]>([])
    let listening = Run(
        threads: run.threads, onWarning: { text in heard.withLock { $0.append(text) } }, onProgress: run.onProgress)
    var options = options
    options.companions = splits.flatMap(\.files)
    let train = splits.filter { $0.role == .train }.flatMap(\.files)
    let read = try splits.filter { !$0.files.isEmpty }.map { role, files in
        var split = try ReportedSplit(role, files, transform, name, options, listening)
        if role != .train {
            var checking = CheckOptions()
            checking.read = (transform, name)
            (checking.train, checking.reading, checking.keepsValues) = (train, options, true)
            try split.check(files, checking, listening)
        }
        return split
    }
    return ReportFacts(
        transform: transform, name: name, splits: read,
        warnings: transform.warnings + read.flatMap { $0.warnings(transform, others: read) } + heard.withLock { $0 })
}

extension ReportedSplit {
    /// Values of a sample: enough for a histogram, and little work for wide rows.
    private static let sampledValues = 1 << 21

    fileprivate init(
        _ role: SplitRole, _ files: [String], _ transform: FittedTransform, _ name: String, _ options: InputOptions,
        _ run: Run
    ) throws {
        guard !files.contains("-") else {
            throw Refusal(
                "a report reads its data more than once, so standard input cannot be data", hint: "name a file")
        }
        let agreeing = options.agreeing(with: (transform, name))
        let summary = try summary(
            of: Inputs(files, options: agreeing, in: run), after: transform.recipe.step, run)
        let moments = summary.moments
        guard moments.count > 0 else { throw Refusal("\(displayName(files[0])): has no rows") }
        let features = moments.distributions(dividedBy: transform.constant)
        let training = transform.statistics
        self.role = role
        self.files = files.map { baseName($0) }
        count = moments.count
        self.features = features
        all = moments.distribution(of: 0..<moments.features, ddof: 0).divided(by: transform.constant)
        labelNames = summary.description.labelNames
        labelCounts = summary.labelCounts
        shifts = training.shifts(of: features)
        outside = features.indices.count { features[$0].min < training.min[$0] || features[$0].max > training.max[$0] }
        sample = try SampledRows(
            of: files, reading: options,
            atMost: { max(200, min(2000, Self.sampledValues / $0.features)) }, seed: 0,
            agreeingWith: (transform, name), in: run)
    }

    /// What cannot be checked is still told of.
    fileprivate mutating func check(_ files: [String], _ options: CheckOptions, _ run: Run) throws {
        do {
            check = try Workflows.check(files, options, in: run)
        } catch let refusal as Refusal {
            uncheckedReason = refusal.message
        }
    }
}

extension Statistics {
    /// How far each feature's mean is off, in training deviations; 0 where the training rows do not vary, or
    /// where a mean or a deviation is not known.
    fileprivate func shifts(of features: [Distribution]) -> [Double] {
        features.indices.map { j in
            let shift = (features[j].mean - mean[j]) / std[j]
            return std[j] > 0 && min[j] < max[j] && shift.isFinite ? shift : 0
        }
    }
}

/// Reads a split once, and tells how far each feature's mean is off from that of the training rows, in their deviations.
package func meanShifts(
    of files: [String], from statistics: (transform: FittedTransform, name: String), reading options: InputOptions,
    in run: Run
) throws -> [Double] {
    let transform = statistics.transform
    let moments = try summary(
        of: Inputs(files, options: options.agreeing(with: statistics), in: run), after: transform.recipe.step, run
    ).moments
    guard moments.count > 0 else { throw Refusal("\(displayName(files[0])): has no rows") }
    return transform.statistics.shifts(of: moments.distributions(dividedBy: transform.constant))
}

extension Moments {
    fileprivate func distributions(dividedBy constant: Double) -> [Distribution] {
        (0..<features).map { distribution(of: $0..<$0 + 1, ddof: 0).divided(by: constant) }
    }
}
