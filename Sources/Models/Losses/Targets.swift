package import LinearAlgebra

/// What samples should come out as, and the loss that judges their scores by it.
package enum Targets<Scalar: BLASScalar>: Sendable {
    case classes(ClassTargets)
    /// Row-major, `width` a row: 1 where an attribute holds and -1 where it does not.
    case attributes([Scalar], width: Int, AttributeLoss)
    /// Row-major, `width` a row.
    case numbers([Scalar], width: Int, NumberLoss)

    /// How many scores a model gives of each sample.
    package var scores: Int {
        switch self {
        case .classes(let targets): targets.scores
        case .attributes(_, let width, _), .numbers(_, let width, _): width
        }
    }

    /// How many samples there are.
    var count: Int {
        switch self {
        case .classes(let targets): targets.classes.count
        case .attributes(let values, let width, _), .numbers(let values, let width, _): values.count / width
        }
    }

    /// The targets of the rows of these numbers.
    func selected(_ numbers: ArraySlice<Int>) -> Targets {
        func chosen(_ values: [Scalar], _ width: Int) -> [Scalar] {
            numbers.flatMap { values[$0 * width..<($0 + 1) * width] }
        }
        return switch self {
        case .classes(let targets): .classes(targets.selected(numbers))
        case .attributes(let values, let width, let loss): .attributes(chosen(values, width), width: width, loss)
        case .numbers(let values, let width, let loss): .numbers(chosen(values, width), width: width, loss)
        }
    }

    /// The mean loss of a batch.
    /// - Parameters:
    ///   - values: row-major scores.
    ///   - gradient: becomes the mean loss's gradient with respect to the scores.
    func loss(of values: [Scalar], gradient: inout [Scalar]) -> Double {
        gradient.resize(to: values.count)
        let sum =
            switch self {
            case .classes(let targets): targets.loss(of: values, &gradient)
            case .attributes(let wanted, _, .hinge): sumOfLosses(values, wanted, &gradient, hinge)
            case .attributes(let wanted, _, .logistic): sumOfLosses(values, wanted, &gradient, logistic)
            case .numbers(let wanted, _, .l2): sumOfLosses(values, wanted, &gradient, squaredDistance)
            case .numbers(let wanted, _, .l1): sumOfLosses(values, wanted, &gradient, distance)
            }
        let share = 1 / Scalar(count)
        for i in gradient.indices { gradient[i] *= share }
        return sum / Double(count)
    }

    /// The mean loss of scores that say nothing, all of them 0: what a model must get below to have learnt something.
    package var chanceLoss: Double {
        var gradient: [Scalar] = []
        return loss(of: [Scalar](repeating: 0, count: count * scores), gradient: &gradient)
    }
}

/// The class of each sample, from 0, and a loss of classes.
package struct ClassTargets: Sendable {
    package let classes: [Int]
    package let loss: ClassLoss
    /// How many classes there are.
    private let count: Int
    /// For hierarchical softmax alone.
    private let tree: ClassTree?

    /// - Parameter count: how many classes there are; at least 2.
    package init(_ classes: [Int], of count: Int, _ loss: ClassLoss) {
        self.classes = classes
        self.count = count
        self.loss = loss
        tree = loss == .hierarchical ? ClassTree(classes: count) : nil
    }

    private init(_ classes: [Int], like other: ClassTargets) {
        self.classes = classes
        (count, loss, tree) = (other.count, other.loss, other.tree)
    }

    var scores: Int { tree == nil ? count : count - 1 }

    func selected(_ numbers: ArraySlice<Int>) -> ClassTargets {
        ClassTargets(numbers.map { classes[$0] }, like: self)
    }

    /// The sum of the rows' losses; sets the gradient of that sum.
    func loss<Scalar: BLASScalar>(of values: [Scalar], _ gradient: inout [Scalar]) -> Double {
        switch loss {
        case .softmax: softmaxLoss(values, classes, width: count, &gradient)
        case .svm: multiclassHinge(values, classes, width: count, squared: false, &gradient)
        case .squaredHinge: multiclassHinge(values, classes, width: count, squared: true, &gradient)
        case .hierarchical: tree!.loss(values, classes, &gradient)
        }
    }

    /// How many rows' class is the one with the highest score, or the likeliest leaf of the tree.
    func right<Scalar: BLASScalar>(_ values: [Scalar]) -> Int {
        classes.indices.count { i in
            let row = values[i * scores..<(i + 1) * scores]
            return (tree?.likeliest(row) ?? row.indices.max { row[$0] < row[$1] }! - row.startIndex) == classes[i]
        }
    }
}
