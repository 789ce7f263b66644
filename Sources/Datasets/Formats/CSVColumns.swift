/// Which column of a table is which feature or label, and their names.
struct CSVColumns {
    private(set) var roles: [CSVColumn]
    private(set) var features: [String]
    private(set) var labels: [String]
    /// Those that are neither.
    private(set) var dropped: [String]

    /// - Parameters:
    ///   - names: those of a header, if there is one.
    ///   - sample: the first record of values, if there is one.
    init(
        _ columns: Int, names: [String]?, sample: [String]?, _ dialect: CSVDialect, file: String,
        _ options: InputOptions
    ) throws(DatasetError) {
        let present = names ?? (1...columns).map(String.init)
        let numbers = Dictionary(uniqueKeysWithValues: zip(present, present.indices))
        let expected = options.expected?.description
        var labels = try Self.labels(present, numbers, names, file, options)
        // A split without labels is welcome: what is to be predicted often lacks them.
        for known in options.knownLabels {
            if let column = numbers[known], names != nil, !labels.contains(column) { labels.append(column) }
        }

        var dropped: Set<Int> = []
        for choice in options.drop { dropped.formUnion(try choice.columns(of: present, file: file)) }
        if !options.columns.isEmpty {
            var chosen: Set<Int> = []
            for choice in options.columns { chosen.formUnion(try choice.columns(of: present, file: file)) }
            dropped.formUnion((0..<columns).filter { !chosen.contains($0) })
        } else if let expected {
            // What was left out of the fit is left out again.
            dropped.formUnion(expected.droppedColumns.compactMap { numbers[$0] })
        }
        if options.textIsLabel, let sample, sample.count == columns {
            labels += (0..<columns).filter { column in
                let text = String(decoding: Array(sample[column].utf8).trimmed, as: UTF8.self)
                return !labels.contains(column) && !dropped.contains(column) && !dialect.isNumber(text)
                    && !dialect.isMissing(text)
            }
        }
        let labelSet = Set(labels)
        var features = (0..<columns).filter { !labelSet.contains($0) && !dropped.contains($0) }
        guard !features.isEmpty else { throw DatasetError(file, .noFeatures) }

        if let expectedNames = expected?.featureNames, names != nil {
            let available = Set(features)
            let missing = expectedNames.filter { name in numbers[name].map { !available.contains($0) } ?? true }
            let known = Set(expectedNames)
            let unknown = features.map { present[$0] }.filter { !known.contains($0) }
            guard missing.isEmpty else { throw DatasetError(file, .missingColumns(missing)) }
            guard unknown.isEmpty else { throw DatasetError(file, .unknownColumns(unknown)) }
            features = expectedNames.compactMap { numbers[$0] }
        }
        roles = [CSVColumn](repeating: .dropped, count: columns)
        for (index, column) in features.enumerated() { roles[column] = .feature(index) }
        for (index, column) in labels.enumerated() { roles[column] = .label(index) }
        self.features = features.map { present[$0] }
        self.labels = labels.map { present[$0] }
        self.dropped = dropped.subtracting(labelSet).sorted().map { present[$0] }
    }

    /// How many columns from each on hold features that stand side by side in the rows, too.
    var runs: [Int] {
        var runs = [Int](repeating: 0, count: roles.count)
        for column in roles.indices.reversed() {
            guard case .feature(let index) = roles[column] else { continue }
            let goesOn = column + 1 < roles.count && roles[column + 1] == .feature(index + 1)
            runs[column] = goesOn ? runs[column + 1] + 1 : 1
        }
        return runs
    }

    /// Columns that options make labels, in the order of the options.
    private static func labels(
        _ present: [String], _ numbers: [String: Int], _ names: [String]?, _ file: String, _ options: InputOptions
    ) throws(DatasetError) -> [Int] {
        var labels: [Int] = []
        for wanted in options.labelColumns {
            let number = Int(wanted).flatMap { present.indices.contains($0 - 1) ? $0 - 1 : nil }
            guard let column = numbers[wanted] ?? number else {
                throw DatasetError(file, .noSuchColumn(wanted, columns: names ?? []))
            }
            if !labels.contains(column) { labels.append(column) }
        }
        for choice in options.keep {
            for column in try choice.columns(of: present, file: file) where !labels.contains(column) {
                labels.append(column)
            }
        }
        return labels
    }
}
