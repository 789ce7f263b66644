internal import Datasets
internal import Models
internal import Preprocessing

/// Makes of rows what a model takes: single precision, transformed if there are statistics.
struct ModelRows: Sendable {
    private let transform: RowTransform?
    /// The width of a transformed row; nil where rows stay as they are.
    let width: Int?
    /// What the values are divided by after that.
    private var divisor: Float = 1

    /// The same rows with smaller or larger values.
    func divided(by divisor: Float) -> ModelRows {
        var rows = self
        rows.divisor = divisor
        return rows
    }

    init(_ fitted: FittedTransform?) {
        width = fitted?.outputs()
        transform = fitted.map { RowTransform($0.forward(), after: $0.recipe.step, scalar: .float32) }
    }

    /// The rows of these numbers, row-major.
    func floats(_ numbers: some Collection<Int>, of store: RowStore) throws(ModelError) -> [Float] {
        var block = store.block(numbers)
        if let transform { block = transform.apply(block) }
        if case .doubles(let values) = block.values { block.values = .floats(values.map { Float($0) }) }
        if let (row, feature) = block.firstNotFinite {
            let number = numbers[numbers.index(numbers.startIndex, offsetBy: row)]
            throw .valueTooLarge(
                file: store.name, row: number + 1,
                feature: transform == nil ? store.description.name(ofFeature: feature) : "\(feature + 1)")
        }
        let floats =
            switch block.values {
            case .bytes(let values): values.map(Float.init)
            case .floats(let values): values
            case .doubles: preconditionFailure("rounded above")
            }
        return divisor == 1 ? floats : floats.map { $0 / divisor }
    }
}
