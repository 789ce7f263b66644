internal import Datasets
package import Preprocessing
internal import Words

/// What was found in a split.
package struct CheckOutcome: Sendable {
    package let rows: Int
    /// Nil where it was not looked for.
    package let drift: DriftOutcome?
    package let leaks: Leaks?

    /// Whether something was found.
    package var isSuspicious: Bool {
        !(drift?.drift.findings.isEmpty ?? true) || !(leaks?.pairs.isEmpty ?? true)
    }
}

/// How a split's rows differ from those that statistics were fitted on.
package struct DriftOutcome: Sendable {
    package let drift: Drift
    package let reading: Reading?
    package let reference: DriftReference
}

/// Tells whether a split is safe to judge by: whether its rows are like the training rows, and none of them is among those.
///
/// The split is read once and kept as points, K coordinates a row; the training rows are read once for their moments, unless
/// the statistics have components, and stream past once more. Memory depends on the split and the number of features.
package func check(_ split: [String], _ options: CheckOptions, in run: Run = Run()) throws -> CheckOutcome {
    try checkNames(split, options)
    let clean = try options.clean.map { path in
        try CleanSplit(path, of: split, reading: options.files(split), options.reading)
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
    var leaks: Leaks?
    if basis.wantsLeaks {
        leaks = try LeakSearch(rows, basis, options, run).leaks()
    }
    let outcome = CheckOutcome(rows: rows.count, drift: drift, leaks: leaks)
    if let clean { try clean.write(without: Set(leaks?.pairs.map(\.row) ?? []), rows: rows.count, run) }
    return outcome
}

/// Standard input can be read once only.
private func checkNames(_ split: [String], _ options: CheckOptions) throws {
    guard options.files(split).count(where: { $0 == "-" }) < 2 else {
        throw Refusal("standard input can be read only once", hint: "name files for all inputs but one")
    }
}
