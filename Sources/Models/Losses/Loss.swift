package import LinearAlgebra

/// What a model is trained to make small: the mean over the samples of one of these. f are a sample's scores, y what
/// they should tell.
///
/// Source: the CS231n notes, "Loss functions" (https://cs231n.github.io/neural-networks-2/#losses).
package enum Loss: String, Sendable, CaseIterable {
    /// Classes: -log(e^f_y / Σ e^f_j).
    case softmax
    /// Classes: Σ_{j≠y} max(0, f_j - f_y + 1). Weston and Watkins, "Multi-class support vector machines" (1998).
    case svm
    /// Classes: Σ_{j≠y} max(0, f_j - f_y + 1)².
    case squaredHinge = "squared-hinge"
    /// Classes: a binary decision at each node of a tree; see `ClassTree`.
    case hierarchical
    /// Attributes, y = ±1: Σ_j max(0, 1 - y_j f_j).
    case hinge
    /// Attributes, y = ±1: Σ_j log(1 + e^(-y_j f_j)).
    case logistic
    /// Numbers: Σ_j (f_j - y_j)².
    case l2
    /// Numbers: Σ_j |f_j - y_j|.
    case l1

    /// What a loss is for.
    package enum Task: String, Sendable {
        case classes, attributes, numbers
    }

    package var task: Task {
        switch self {
        case .softmax, .svm, .squaredHinge, .hierarchical: .classes
        case .hinge, .logistic: .attributes
        case .l2, .l1: .numbers
        }
    }

    /// How many scores a model gives.
    /// - Parameter count: how many classes, attributes or numbers there are; at least 2 classes.
    package func scores(for count: Int) -> Int { self == .hierarchical ? count - 1 : count }
}

/// What the samples of a batch should come out as.
package enum Targets<Scalar: BLASScalar>: Sendable {
    /// Each sample's class, from 0.
    case classes([Int])
    /// Row-major, rows x scores; attributes are 1 where they hold and -1 where they do not.
    case values([Scalar])
}

/// A loss for a number of classes, attributes or numbers.
struct LossFunction: Sendable {
    let loss: Loss
    /// How many scores a row has.
    let scores: Int
    private let tree: ClassTree?

    /// - Parameter count: how many classes, attributes or numbers there are.
    init(_ loss: Loss, count: Int) {
        self.loss = loss
        scores = loss.scores(for: count)
        tree = loss == .hierarchical ? ClassTree(classes: count) : nil
    }

    /// The mean loss of a batch.
    /// - Parameters:
    ///   - values: row-major scores.
    ///   - targets: of the kind that the loss is for.
    ///   - gradient: becomes the mean loss's gradient with respect to the scores.
    func evaluate<Scalar>(
        _ values: [Scalar], _ targets: Targets<Scalar>, gradient: inout [Scalar]
    ) -> Double {
        let rows = values.count / scores
        gradient.resize(to: values.count)
        let sum: Double
        switch targets {
        case .classes(let classes):
            switch loss {
            case .softmax: sum = softmaxLoss(values, classes, width: scores, &gradient)
            case .hierarchical: sum = tree!.loss(values, classes, &gradient)
            case .svm: sum = multiclassHinge(values, classes, width: scores, squared: false, &gradient)
            case .squaredHinge: sum = multiclassHinge(values, classes, width: scores, squared: true, &gradient)
            case .hinge, .logistic, .l2, .l1: preconditionFailure("\(loss) of classes")
            }
        case .values(let wanted):
            switch loss {
            case .hinge: sum = sumOfLosses(values, wanted, &gradient, hinge)
            case .logistic: sum = sumOfLosses(values, wanted, &gradient, logistic)
            case .l2: sum = sumOfLosses(values, wanted, &gradient, squaredDistance)
            case .l1: sum = sumOfLosses(values, wanted, &gradient, distance)
            case .softmax, .svm, .squaredHinge, .hierarchical: preconditionFailure("\(loss) of values")
            }
        }
        let share = 1 / Scalar(rows)
        for i in gradient.indices { gradient[i] *= share }
        return sum / Double(rows)
    }

    /// The mean loss of scores that say nothing: all of them 0.
    func chance(_ targets: Targets<Float>) -> Double {
        let rows =
            switch targets {
            case .classes(let classes): classes.count
            case .values(let values): values.count / scores
            }
        var gradient: [Float] = []
        return evaluate([Float](repeating: 0, count: rows * scores), targets, gradient: &gradient)
    }

    /// The class with the highest score, or the likeliest leaf of the tree, by row.
    func classes<Scalar: BLASScalar>(_ values: [Scalar]) -> [Int] {
        stride(from: 0, to: values.count, by: scores).map { start in
            let row = values[start..<start + scores]
            return tree?.likeliest(row) ?? row.indices.max { row[$0] < row[$1] }! - start
        }
    }
}
