internal import LinearAlgebra

/// Numbers that training changes, and what the changes are made of; three arrays of the same length.
struct Parameter<Scalar: BLASScalar>: Sendable {
    var values: [Scalar]
    /// Of the mean loss of the last batch, without regularization.
    var gradient: [Scalar]
    private var velocity: [Scalar]

    init(_ values: [Scalar]) {
        self.values = values
        gradient = Array(repeating: 0, count: values.count)
        velocity = gradient
    }

    /// A step of gradient descent with momentum, of the loss and 1/2 l2 Σw² + l1 Σ|w|:
    ///
    ///     v := momentum v - rate (gradient + l2 w + l1 sign(w)),  w := w + v
    ///
    /// Source: the CS231n notes, "Regularization" (https://cs231n.github.io/neural-networks-2/#reg) and "Parameter
    /// updates" (https://cs231n.github.io/neural-networks-3/#sgd).
    mutating func descend(rate: Scalar, momentum: Scalar, l2: Scalar = 0, l1: Scalar = 0) {
        Self.descend(&values, &velocity, gradient, rate: rate, momentum: momentum, l2: l2, l1: l1)
    }

    private static func descend(
        _ values: inout [Scalar], _ velocity: inout [Scalar], _ gradient: [Scalar], rate: Scalar, momentum: Scalar,
        l2: Scalar, l1: Scalar
    ) {
        var values = values.mutableSpan
        var velocity = velocity.mutableSpan
        let gradient = gradient.span
        for i in values.indices {
            let w = values[i]
            let sign: Scalar = w > 0 ? 1 : (w < 0 ? -1 : 0)
            let v = momentum * velocity[i] - rate * (gradient[i] + l2 * w + l1 * sign)
            velocity[i] = v
            values[i] = w + v
        }
    }

    /// Scales every row that is longer than `norm` down to it. Source: Srivastava et al., "Dropout" (2014), section
    /// 5.1.
    mutating func limitRows(of width: Int, toNorm norm: Scalar) {
        var values = values.mutableSpan
        for row in stride(from: 0, to: values.count, by: width) {
            // In double precision: the square of a weight can leave the range of a Float.
            var square = 0.0
            for i in row..<row + width { square += Double(values[i]) * Double(values[i]) }
            let length = square.squareRoot()
            guard length > Double(norm) else { continue }
            let factor = Scalar(Double(norm) / length)
            for i in row..<row + width { values[i] *= factor }
        }
    }
}

extension Array where Element: BLASScalar {
    /// Makes room for a batch of another size; the memory is kept. What the elements are does not matter after that.
    mutating func resize(to count: Int) {
        if count < self.count {
            removeLast(self.count - count)
        } else {
            append(contentsOf: repeatElement(0, count: count - self.count))
        }
    }
}
