/// What a model is trained to make small: the mean over the samples of one of these. f are a sample's scores, y what
/// they should tell.
///
/// Source: the CS231n notes, "Loss functions" (https://cs231n.github.io/neural-networks-2/#losses).
package enum Loss: Sendable, Hashable {
    case classes(ClassLoss)
    case attributes(AttributeLoss)
    case numbers(NumberLoss)

    /// What a loss is for.
    package enum Task: String, Sendable {
        case classes, attributes, numbers
    }

    package var task: Task {
        switch self {
        case .classes: .classes
        case .attributes: .attributes
        case .numbers: .numbers
        }
    }
}

/// Losses of classes.
package enum ClassLoss: String, Sendable, CaseIterable {
    /// -log(e^f_y / Σ e^f_j).
    case softmax
    /// Σ_{j≠y} max(0, f_j - f_y + 1). Weston and Watkins, "Multi-class support vector machines" (1998).
    case svm
    /// Σ_{j≠y} max(0, f_j - f_y + 1)².
    case squaredHinge = "squared-hinge"
    /// A binary decision at each node of a tree; see `ClassTree`.
    case hierarchical
}

/// Losses of attributes, y = ±1.
package enum AttributeLoss: String, Sendable, CaseIterable {
    /// Σ_j max(0, 1 - y_j f_j).
    case hinge
    /// Σ_j log(1 + e^(-y_j f_j)).
    case logistic
}

/// Losses of numbers.
package enum NumberLoss: String, Sendable, CaseIterable {
    /// Σ_j (f_j - y_j)².
    case l2
    /// Σ_j |f_j - y_j|.
    case l1
}

extension Loss: CaseIterable, RawRepresentable {
    package static let allCases =
        ClassLoss.allCases.map(Loss.classes) + AttributeLoss.allCases.map(Loss.attributes)
        + NumberLoss.allCases.map(Loss.numbers)

    package var rawValue: String {
        switch self {
        case .classes(let loss): loss.rawValue
        case .attributes(let loss): loss.rawValue
        case .numbers(let loss): loss.rawValue
        }
    }

    package init?(rawValue: String) {
        guard let loss = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = loss
    }
}
