package import LinearAlgebra

/// Why a model cannot be made or trained.
package enum ModelError: Error, Equatable {
    /// The weights of a layer would be more than can be addressed.
    case tooManyWeights(inputs: Int, units: Int)
    case numerics(LinearAlgebraError)
}

extension ModelError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooManyWeights(let inputs, let units):
            "a layer of \(units) units with \(inputs) inputs each has more weights than can be addressed"
        case .numerics(let error): "\(error)"
        }
    }
}
