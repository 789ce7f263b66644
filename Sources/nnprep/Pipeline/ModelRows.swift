import Datasets
import LinearAlgebra
import Preprocessing

/// Makes of rows what a model takes: single precision, transformed if there are statistics.
struct ModelRows: Sendable {
    private let transform: RowTransform?
    /// The width of a transformed row; nil where rows stay as they are.
    let width: Int?

    init(_ fitted: FittedTransform?) throws(Failure) {
        width = fitted?.outputs()
        transform = try fitted.map { (fitted) throws(Failure) in
            let map = try numerics { () throws(LinearAlgebraError) in try fitted.forward() }
            return RowTransform(map, after: fitted.recipe.step, scalar: .float32)
        }
    }

    func floats(_ block: consuming RowBlock) throws(LinearAlgebraError) -> [Float] {
        let block = if let transform { try transform.apply(block) } else { block }
        return switch block.values {
        case .bytes(let values): values.map(Float.init)
        case .floats(let values): values
        case .doubles(let values): values.map { Float($0) }
        }
    }
}
