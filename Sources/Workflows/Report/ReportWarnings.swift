internal import Datasets
internal import Preprocessing
internal import Words

extension FittedTransform {
    /// What the statistics by themselves give reason to warn of.
    var warnings: [String] {
        var warnings: [String] = []
        for source in fittedOn.sources {
            guard let word = heldOutWord(inName: source.name) else { continue }
            warnings.append(
                "the statistics were fitted on \(source.name), whose name says \(word): they should come from the training "
                    + "split alone")
        }
        let constant = statistics.constantFeatures.count
        if constant > 0 {
            warnings.append(
                "\(constant) of \(input.features) features \(constant == 1 ? "is" : "are") constant in the training rows: "
                    + "\(constant == 1 ? "it tells" : "they tell") a model nothing, and another value in a split is a surprise"
            )
        }
        guard let principal else { return warnings }
        if recipe.whiten != .none, let rank = principal.rank, rank < principal.count {
            warnings.append(
                "components from \(rank + 1) on are nothing but rounding, and whitening makes noise of them: fit "
                    + "with a smaller --pca or a larger --epsilon")
        }
        if fittedOn.samples <= input.features {
            warnings.append(
                "\(fittedOn.samples) training rows are fewer than needed for the covariance of \(input.features) features: "
                    + "the last components follow these rows, and will fit others less")
        }
        return warnings
    }
}

extension ReportedSplit {
    /// A mean of all values that is off by so many deviations means that rows are read in another way.
    private static let farOff = 1.0

    /// What the split gives reason to warn of.
    func warnings(_ transform: FittedTransform, others: [ReportedSplit]) -> [String] {
        var warnings: [String] = []
        let sources = Set(transform.fittedOn.sources.map(\.name))
        if role != .train {
            for file in files where sources.contains(baseName(file)) {
                warnings.append(
                    "a file named \(baseName(file)) is among those that the statistics were fitted on: is the \(role.name) "
                        + "split part of the training data?")
            }
        }
        let off = shifts.isEmpty ? 0 : shifts.reduce(0) { $0 + abs($1) / Double(shifts.count) }
        if off > Self.farOff {
            warnings.append(
                "the means of the \(role.name) rows are off by \(short(off)) training deviations on average: are they scaled "
                    + "or ordered in another way than the rows that were fitted on?")
        }
        guard role != .train, let train = others.first(where: { $0.role == .train }) else { return warnings }
        for (name, (own, known)) in zip(labelNames, zip(labelCounts, train.labelCounts)) {
            guard let own, let known else { continue }
            let unseen = own.keys.filter { known[$0] == nil }.sorted()
            if !unseen.isEmpty {
                let list = unseen.prefix(5).map(shown).joined(separator: ", ")
                warnings.append(
                    "\(unseen.count) \(unseen.count == 1 ? "value" : "values") of \(name) in the \(role.name) split "
                        + "\(unseen.count == 1 ? "is" : "are") not in the training split: \(list)")
            }
        }
        return warnings
    }
}
