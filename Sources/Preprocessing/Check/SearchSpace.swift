package import Datasets
internal import LinearAlgebra

/// Where rows are compared: whitened along the first principal components of the training rows, in which what all rows
/// have in common counts little, and what tells one from another counts much.
package struct SearchSpace: Sendable {
    /// What says that two rows are alike.
    package enum Measure: String, Sendable, CaseIterable {
        /// The cosine of their angle: s = u·v with unit rows. For images, where contrast and brightness say little.
        case cosine
        /// s = 1 - ‖u - v‖² / 2K, which is 0 for two rows as far from each other as any two, on average. For tables.
        case distance
    }

    package let measure: Measure
    /// K.
    package let components: Int
    /// Added to the variances before the rows are divided by their roots.
    package let epsilon: Double
    /// λ, K values.
    package let variances: [Double]
    private let rows: RowTransform

    /// Up to so many components are used: on CIFAR-10, more of them find no more.
    package static let mostComponents = 96
    /// Of statistics that were fitted with more, so many.
    private static let mostFitted = 144
    /// Where the training rows vary as little as along this component, differences count half.
    private static let smoothingComponent = 20

    /// The recipe that gives training rows such components.
    /// - Parameter limit: min(N - 1, D) of them.
    package static func recipe(for input: DatasetDescription, limit: Int) -> Recipe {
        var recipe = Recipe()
        // A table's columns have units of their own.
        recipe.scale = isImage(input) ? .none : .std
        recipe.components = .count(min(mostComponents, limit))
        return recipe
    }

    package static func isImage(_ input: DatasetDescription) -> Bool { input.shape.count > 1 }

    /// - Parameter transform: of the training rows, with components. Where it whitens, its epsilon is used.
    /// - Returns: nil where there are no components that vary.
    package init?(_ transform: FittedTransform) {
        guard let principal = transform.principal, let largest = principal.explainedVariance.first else { return nil }
        // What is nothing but rounding would be blown up to the size of all else.
        let floor = max(largest * 1e-12, .leastNormalMagnitude)
        let count = principal.explainedVariance.prefix(Self.mostFitted).prefix { $0 > floor }.count
        guard count > 0 else { return nil }
        let variances = Array(principal.explainedVariance.prefix(count))
        let isImage = Self.isImage(transform.input)
        var whitened = transform
        if transform.recipe.whiten == .none {
            whitened.recipe.epsilon =
                isImage
                ? variances[min(count, Self.smoothingComponent) - 1]
                : 0.01 * principal.totalVariance / Double(transform.input.features)
        }
        whitened.recipe.whiten = .pca
        components = count
        epsilon = whitened.recipe.epsilon
        self.variances = variances
        // Along one component there are two directions, and every row has a copy's.
        measure = isImage && count > 1 ? .cosine : .distance
        rows = RowTransform(
            whitened.forward(components: count), after: transform.recipe.step, scalar: .float32)
    }

    /// Rows as points.
    package struct Points: Sendable {
        /// m x K. Rows that have no place are zeros.
        package var values: [Float]
        /// The rows that have none, from 0: those without a direction, and those beyond single precision.
        package var placeless: [Int]
        /// The rows before they were made unit rows, m x K.
        package var whitened: [Float]
    }

    /// - Parameter block: rows as they came, before the row step.
    package func points(_ block: RowBlock) -> Points {
        guard case .floats(let whitened) = rows.apply(block).values else {
            preconditionFailure("float32 was asked for")
        }
        var points = Points(values: whitened, placeless: [], whitened: whitened)
        for row in 0..<block.count {
            let range = row * components..<(row + 1) * components
            var square = 0.0
            for k in range { square += Double(whitened[k]) * Double(whitened[k]) }
            guard square.isFinite, measure == .distance || square > 1e-12 * Double(components) else {
                points.placeless.append(row)
                for k in range { points.values[k] = 0 }
                continue
            }
            guard measure == .cosine else { continue }
            let factor = 1 / square.squareRoot()
            for k in range { points.values[k] = Float(Double(whitened[k]) * factor) }
        }
        return points
    }

    /// 1 - s of two points, from their squared distance.
    package func dissimilarity(_ squaredDistance: Float) -> Double {
        Double(squaredDistance) / (measure == .cosine ? 2 : 2 * Double(components))
    }
}
