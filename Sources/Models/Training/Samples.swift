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
            count: numbers.count, features: features, targets: targets.selected(numbers[...]),
            rows: { (chosen) throws(ModelError) in try all(chosen.map { numbers[$0] }[...]) })
    }
}
