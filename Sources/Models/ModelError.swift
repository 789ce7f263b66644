package import LinearAlgebra
internal import Words

/// Why a model cannot be made or trained.
package enum ModelError: ExplainedError, Equatable {
    /// The weights of a layer would be more than can be addressed.
    case tooManyWeights(inputs: Int, units: Int)
    /// A value of a row that single precision cannot hold.
    case valueTooLarge(file: String, row: Int, feature: String)
    case numerics(LinearAlgebraError)
}

extension ModelError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooManyWeights(let inputs, let units):
            "a layer of \(units) units with \(inputs) inputs each has more weights than can be addressed"
        case .valueTooLarge(let file, let row, let feature):
            "\(file): row \(row): the value of '\(feature)' is beyond the range of float32, in which models compute"
        case .numerics(let error): "\(error)"
        }
    }

    package var hint: String? {
        if case .numerics(let error) = self { error.hint } else { nil }
    }
}
