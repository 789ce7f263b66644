internal import Datasets
public import Preprocessing
internal import Threads
internal import Words

/// What was found in a split.
public struct CheckOutcome: Sendable {
    public let rows: Int
    /// Nil where it was not looked for.
    public let drift: DriftOutcome?
    public let leaks: Leaks?
    /// What the training rows are to those of the split, where leaks are looked for.
    public let nearest: NearestRows?

    /// Whether something was found.
    public var isSuspicious: Bool {
        !(drift?.drift.findings.isEmpty ?? true) || !(leaks?.pairs.isEmpty ?? true)
    }
}

/// How a split's rows differ from those that statistics were fitted on.
public struct DriftOutcome: Sendable {
    public let drift: Drift
    public let reading: Reading?
    package let reference: DriftReference
}

/// Tells whether a split is safe to judge by: whether its rows are like the training rows, and none of them is among those.
///
/// The split is read once and kept as points, K coordinates a row; the training rows are read once for their moments, unless
/// the statistics have components, and stream past once more. Memory depends on the split and the number of features.
public func check(_ split: [String], _ options: CheckOptions, in run: Run = Run()) throws -> CheckOutcome {
    let threads = try run.startThreads()
    defer { threads.end() }
    try checkNames(split, options)
    var options = options
    options.reading.companions += split + options.train
    let clean = try options.clean.map { path in
        try CleanSplit(path, of: split, reading: options.files(split), options.reading, run)
    }
    let basis = try CheckBasis(split, options, run)
    let rows = try SplitRows(split, basis, options, run)
    guard rows.count > 0 else { throw Refusal("\(displayName(split[0])): has no rows to check") }
    run.warn(of: rows.leftOut)

    var drift: DriftOutcome?
    if let reference = basis.reference, let profile = rows.profile {
        let found = Drift(
            profile, reference.drift, basis.comparedSpace, tail: ComponentTail(basis.transform ?? reference.transform))
        drift = DriftOutcome(
            drift: found,
            reading: found.findings.isEmpty ? nil : Reading(profile, reference.drift, reference.transform),
            reference: reference.drift)
    }
    var (leaks, nearest): (Leaks?, NearestRows?) = (nil, nil)
    if basis.wantsLeaks {
        let search = try basis.training.map { try LeakSearch(rows, $0, basis, options, run) }
        let found = try nearestRows(rows, basis, search)
        leaks = Leaks(found, of: rows, basis, options, search)
        nearest = found
    }
    let outcome = CheckOutcome(rows: rows.count, drift: drift, leaks: leaks, nearest: nearest)
    if let clean { try clean.write(without: Set(leaks?.pairs.map(\.row) ?? []), rows: rows.count, run) }
    return outcome
}

/// What all training rows are to the split: those that were held against it before come first.
private func nearestRows(_ rows: SplitRows, _ basis: CheckBasis, _ search: LeakSearch?) throws -> NearestRows {
    var nearest = NearestRows(rows.basis(basis.space))
    func merge(_ part: NearestRows, of file: String) throws {
        guard nearest.merge(part) else {
            throw Refusal(
                "\(displayName(file)): is of another split, or of other components",
                hint: "name the split and the statistics that it was made with")
        }
    }
    for part in basis.nearest { try merge(part.rows, of: part.file) }
    if let search { try merge(search.found, of: "the training rows") }
    return nearest
}

/// Standard input can be read once only.
private func checkNames(_ split: [String], _ options: CheckOptions) throws {
    guard options.files(split).count(where: { $0 == "-" }) < 2 else {
        throw Refusal("standard input can be read only once", hint: "name files for all inputs but one")
    }
}
