import Datasets
import Preprocessing

/// Makes of rows what a model takes: single precision, transformed if there are statistics.
struct ModelRows: Sendable {
    private let transform: RowTransform?
    /// The width of a transformed row; nil where rows stay as they are.
    let width: Int?

    init(_ fitted: FittedTransform?) {
        width = fitted?.outputs()
        transform = fitted.map { RowTransform($0.forward(), after: $0.recipe.step, scalar: .float32) }
    }

    func floats(_ block: consuming RowBlock) -> [Float] {
        let block = if let transform { transform.apply(block) } else { block }
        return switch block.values {
        case .bytes(let values): values.map(Float.init)
        case .floats(let values): values
        case .doubles(let values): values.map { Float($0) }
        }
    }
}
