/// Rows to train on or to judge by, and what they should come out as.
package struct Samples {
    package let count: Int
    /// The width of a row.
    package let features: Int
    /// Of all rows, in their order.
    package let targets: Targets<Float>
    /// Makes rows of these numbers, row-major: they need not all be in memory as the model takes them.
    package let rows: (ArraySlice<Int>) throws(ModelError) -> [Float]

    package init(
        count: Int, features: Int, targets: Targets<Float>,
        rows: @escaping (ArraySlice<Int>) throws(ModelError) -> [Float]
    ) {
        self.count = count
        self.features = features
        self.targets = targets
        self.rows = rows
    }

    /// Only the rows of these numbers.
    package func selected(_ numbers: [Int]) -> Samples {
        let all = rows
        return Samples(
            count: numbers.count, features: features, targets: targets.selected(numbers[...], of: count),
            rows: { (chosen) throws(ModelError) in try all(chosen.map { numbers[$0] }[...]) })
    }
}

extension Targets {
    /// The targets of the rows of these numbers.
    /// - Parameter count: how many rows there are in all.
    func selected(_ numbers: ArraySlice<Int>, of count: Int) -> Targets {
        switch self {
        case .classes(let classes): return .classes(numbers.map { classes[$0] })
        case .values(let values):
            let width = values.count / max(1, count)
            return .values(numbers.flatMap { values[$0 * width..<($0 + 1) * width] })
        }
    }
}
