internal import Datasets
package import Models
internal import Words

/// What a model of `probe` is to predict, learnt from the labels of the training rows.
package struct ProbeTask: Sendable {
    package enum Outputs: Sendable {
        /// The labels in their order: numbers by value, then text.
        case classes([String], ClassLoss)
        /// The names of the columns of 0 and 1.
        case attributes([String], AttributeLoss)
        /// Columns of numbers.
        case numbers([Target], NumberLoss)
    }

    /// A column of numbers, which the model sees as (y - mean) / deviation of the training rows.
    package struct Target: Sendable {
        package let name: String
        package let mean: Double
        package let deviation: Double
    }

    package let outputs: Outputs
    /// The places of the labels that matter among those of a row.
    private let columns: [Int]

    /// How many classes, attributes or numbers there are.
    package var count: Int {
        switch outputs {
        case .classes(let names, _), .attributes(let names, _): names.count
        case .numbers(let targets, _): targets.count
        }
    }

    package var loss: Loss {
        switch outputs {
        case .classes(_, let loss): .classes(loss)
        case .attributes(_, let loss): .attributes(loss)
        case .numbers(_, let loss): .numbers(loss)
        }
    }

    /// More classes than these are taken for a mistake.
    private static let mostClasses = 10_000

    init(_ train: RowStore, _ options: ProbeOptions) throws {
        let names = train.description.labelNames
        guard !names.isEmpty else {
            throw Refusal(
                "\(train.name): has no labels to predict",
                hint: train.description.format.isText
                    ? "name the column with --label-column, or a column of numbers with --target"
                    : "use records with label bytes, or a table")
        }
        guard train.count > 0 else { throw Refusal("\(train.name): has no rows") }
        let wanted = try Self.columns(train, options)
        let isCIFAR = wanted.isEmpty && !train.description.format.recordLabels.isEmpty
        if !options.targets.isEmpty {
            // The targets are the first of the label columns.
            columns = Array(0..<min(Set(options.targets).count, names.count))
            let loss: NumberLoss
            switch options.loss {
            case nil: loss = .l2
            case .numbers(let asked): loss = asked
            case .some(let other): throw Self.misfit(other, for: .numbers, because: "--target is a column of numbers")
            }
            outputs = .numbers(try columns.map { try Self.target(train, column: $0) }, loss)
            return
        }
        // Of cifar100's two labels, the fine one.
        columns = isCIFAR ? [names.count - 1] : wanted.isEmpty ? Array(names.indices) : wanted
        let loss: ClassLoss
        switch options.loss {
        case .attributes(let asked):
            outputs = .attributes(columns.map { names[$0] }, asked)
            return
        case nil where columns.count > 1:
            outputs = .attributes(columns.map { names[$0] }, .logistic)
            return
        case nil: loss = .softmax
        case .classes(let asked): loss = asked
        case .some(let other): throw Self.misfit(other, for: .classes, because: "the label is a class")
        }
        guard columns.count == 1 else {
            throw Refusal(
                "\(loss.rawValue) predicts one label, and the rows of \(train.name) have \(columns.count)",
                hint: "name one with --label-column, or pass --loss logistic for columns of 0 and 1")
        }
        outputs = .classes(try Self.classes(train, column: columns[0]), loss)
    }

    /// The places of the labels that `--label-column` names; none where it is not given.
    private static func columns(_ train: RowStore, _ options: ProbeOptions) throws -> [Int] {
        let asked = options.input.labelColumns
        let names = train.description.labelNames
        // A table's come first, in this order; those that the statistics know follow.
        if train.description.format.isText { return Array(0..<min(Set(asked).count, names.count)) }
        var columns: [Int] = []
        for name in asked {
            guard let column = names.firstIndex(of: name) else {
                throw Refusal(
                    "\(train.name): has no label \(shown(name))",
                    hint: "it has \(names.map(shown).joined(separator: ", "))")
            }
            columns.append(column)
        }
        return columns
    }

    /// Why a loss is of no use here.
    private static func misfit(_ loss: Loss, for task: Loss.Task, because reason: String) -> Refusal {
        let fitting = Loss.allCases.filter { $0.task == task }.map(\.rawValue).joined(separator: " or ")
        let hint =
            task == .classes && loss.task == .numbers
            ? "name a column of numbers with --target" : "pass --loss \(fitting)"
        return Refusal("\(reason), and --loss \(loss.rawValue) is for \(loss.task.rawValue)", hint: hint)
    }

    private static func classes(_ train: RowStore, column: Int) throws -> [String] {
        let width = train.description.labelNames.count
        let name = train.description.labelNames[column]
        var found: Set<String> = []
        for i in stride(from: column, to: train.labels.count, by: width) { found.insert(train.labels[i]) }
        if found.contains("") {
            let row =
                stride(from: column, to: train.labels.count, by: width).first { train.labels[$0].isEmpty }! / width
            throw missing(name, train, row)
        }
        guard found.count > 1 else {
            throw Refusal(
                "\(train.name): every row has the label \(shown(found.first ?? "")), so there is nothing to predict",
                hint: "train on rows of at least two classes")
        }
        guard found.count <= mostClasses else {
            throw Refusal(
                "\(train.name): \(shown(name)) has \(found.count) different labels, too many to be classes",
                hint: "if it holds numbers, pass --target \(name)")
        }
        return found.sorted { a, b in
            switch (Int(a), Int(b)) {
            case (let a?, let b?): a < b
            case (nil, nil): a < b
            case (let a, _): a != nil
            }
        }
    }

    private static func target(_ train: RowStore, column: Int) throws -> Target {
        let values = try numbers(train, column: column)
        let name = train.description.labelNames[column]
        let count = Double(values.count)
        let mean = values.reduce(0) { $0 + $1 / count }
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }
        guard values.contains(where: { $0 != values[0] }), variance > 0, variance.isFinite else {
            throw Refusal(
                "\(train.name): the target \(shown(name)) is \(short(values[0])) in every row, so there is "
                    + "nothing to predict")
        }
        return Target(name: name, mean: mean, deviation: variance.squareRoot())
    }

    /// The number that a label is, without spaces around it.
    private static func number(_ label: String) -> Double? {
        let text = label.utf8.drop { $0 == UInt8(ascii: " ") }
        let spaces = text.reversed().prefix { $0 == UInt8(ascii: " ") }.count
        return DecimalText.parse(Array(text.dropLast(spaces)).span)
    }

    /// A label of each row as a number.
    private static func numbers(_ store: RowStore, column: Int) throws -> [Double] {
        let names = store.description.labelNames
        var values: [Double] = []
        values.reserveCapacity(store.count)
        for row in 0..<store.count {
            let text = store.labels[row * names.count + column]
            if text.isEmpty { throw missing(names[column], store, row) }
            guard let value = number(text), value.isFinite else {
                throw Refusal(
                    "\(store.name): row \(row + 1): the target \(shown(names[column])) is \(shown(text)), not a number",
                    hint: "for classes, pass --label-column \(names[column]) instead of --target")
            }
            values.append(value)
        }
        return values
    }

    private static func missing(_ name: String, _ store: RowStore, _ row: Int) -> Refusal {
        Refusal(
            "\(store.name): row \(row + 1): \(shown(name)), which is to be predicted, is missing",
            hint: "leave such rows out of the file")
    }

    /// What the rows of a file should come out as.
    func targets(of store: RowStore) throws -> Targets<Float> {
        let width = store.description.labelNames.count
        switch outputs {
        case .classes(let names, let loss):
            let numbers = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
            var classes: [Int] = []
            classes.reserveCapacity(store.count)
            for row in 0..<store.count {
                let label = store.labels[row * width + columns[0]]
                guard let number = numbers[label] else {
                    throw Refusal(
                        "\(store.name): row \(row + 1): the label \(shown(label)) does not occur in the training rows",
                        hint: "split the rows with nnprep split --stratify")
                }
                classes.append(number)
            }
            return .classes(ClassTargets(classes, of: names.count, loss))
        case .attributes(let names, let loss):
            var values: [Float] = []
            values.reserveCapacity(store.count * names.count)
            for row in 0..<store.count {
                for (name, column) in zip(names, columns) {
                    let label = store.labels[row * width + column]
                    guard let value = Self.number(label), value == 0 || value == 1 else {
                        throw Refusal(
                            "\(store.name): row \(row + 1): the attribute \(shown(name)) is \(shown(label)), neither 0 "
                                + "nor 1",
                            hint: "for classes, name one column with --label-column, and pass no --loss for attributes")
                    }
                    values.append(value == 1 ? 1 : -1)
                }
            }
            return .attributes(values, width: names.count, loss)
        case .numbers(let targets, let loss):
            let values = try zip(targets, columns).map { target, column in
                try Self.numbers(store, column: column).map { Float(($0 - target.mean) / target.deviation) }
            }
            let all = (0..<store.count).flatMap { row in values.map { $0[row] } }
            return .numbers(all, width: targets.count, loss)
        }
    }
}
