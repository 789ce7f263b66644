package import LinearAlgebra
internal import Words

/// How the weights of a layer start. `n` is a unit's number of inputs (fan-in).
///
/// Sources: the CS231n notes, "Weight initialization" (https://cs231n.github.io/neural-networks-2/#init).
package enum InitialScheme: String, Sendable, CaseIterable {
    /// Every weight 0. All units of a layer then stay the same.
    case zeros
    /// A standard deviation of 0.01, whatever n.
    case small
    /// Variance 1/n. LeCun et al., "Efficient BackProp" (1998).
    case lecun
    /// Variance 2/(n + units). Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    /// networks" (2010).
    case glorot
    /// Variance 2/n, for rectified linear units. He et al., "Delving Deep into Rectifiers" (2015).
    case he
    /// A few inputs to each unit, chosen at random, all other weights 0. The variance of the weights that are not 0 is
    /// that of `he` for so many inputs; the notes' 0.01 would let the signal fade.
    case sparse
}

/// Initial weights and biases: a scheme and what goes with it.
package struct Initializer: Sendable, Equatable {
    package enum Distribution: String, Sendable, CaseIterable {
        case normal, uniform
    }

    package var scheme = InitialScheme.he
    package var distribution = Distribution.normal
    /// How many inputs each unit has with `sparse`; never more than there are.
    package var connections = 10
    package var bias = 0.0

    package init() {}

    /// The standard deviation of the weights; with `sparse`, of those that are not 0.
    package func standardDeviation(inputs: Int, units: Int) -> Double {
        let variance =
            switch scheme {
            case .zeros: 0.0
            case .small: 0.01 * 0.01
            case .lecun: 1 / Double(inputs)
            case .glorot: 2 / (Double(inputs) + Double(units))
            case .he: 2 / Double(inputs)
            case .sparse: 2 / Double(min(connections, inputs))
            }
        return variance.squareRoot()
    }

    /// The weights of a layer, units x inputs: a row holds the weights of one unit.
    /// - Throws: `tooManyWeights` if their number is not a size.
    package func weights<Scalar: BLASScalar>(
        inputs: Int, units: Int, from random: inout RandomNumbers
    ) throws(ModelError) -> [Scalar] {
        let count = try weightCount(inputs: inputs, units: units)
        guard scheme != .zeros else { return Array(repeating: 0, count: count) }
        let deviation = standardDeviation(inputs: inputs, units: units)
        guard scheme == .sparse else {
            return [Scalar](capacity: count) { weights in
                for _ in 0..<count { weights.append(Scalar(draw(deviation, from: &random))) }
            }
        }
        return [Scalar](capacity: count) { weights in
            for _ in 0..<units {
                // Selection sampling (Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2 S).
                var wanted = min(connections, inputs)
                for left in stride(from: inputs, to: 0, by: -1) {
                    let isChosen = random.uniform() * Double(left) <= Double(wanted)
                    weights.append(isChosen ? Scalar(draw(deviation, from: &random)) : 0)
                    if isChosen { wanted -= 1 }
                }
            }
        }
    }

    /// A number with a mean of 0 and this standard deviation.
    private func draw(_ deviation: Double, from random: inout RandomNumbers) -> Double {
        switch distribution {
        case .normal: deviation * random.normal()
        // The variance of the uniform distribution on ±a is a²/3.
        case .uniform: deviation * 3.0.squareRoot() * (2 * random.uniform() - 1)
        }
    }
}

/// The number of weights of a layer.
func weightCount(inputs: Int, units: Int) throws(ModelError) -> Int {
    guard let count = checkedProduct(inputs, units) else { throw .tooManyWeights(inputs: inputs, units: units) }
    return count
}
