internal import LinearAlgebra

/// y = x Wᵀ + b: every unit sees every input.
struct Linear<Scalar: BLASScalar>: Sendable {
    let inputs: Int
    let units: Int
    /// units x inputs
    var weights: Parameter<Scalar>
    var biases: Parameter<Scalar>

    init(_ layer: InitialLayer<Scalar>) {
        inputs = layer.inputs
        units = layer.units
        weights = Parameter(layer.weights)
        biases = Parameter(layer.biases)
    }

    /// - Parameters:
    ///   - input: rows x inputs.
    ///   - output: becomes rows x units.
    func forward(_ input: [Scalar], rows: Int, into output: inout [Scalar]) throws(LinearAlgebraError) {
        output.resize(to: rows * units)
        var output = output.mutableSpan
        // The biases first, to which the product is added.
        let biases = biases.values.span
        for row in 0..<rows {
            for unit in 0..<units { output[row * units + unit] = biases[unit] }
        }
        try multiply(
            MatrixView(input.span, rows: rows, columns: inputs),
            MatrixView(weights.values.span, rows: units, columns: inputs).transposed, beta: 1, into: &output)
    }

    /// Sets the gradients of the weights and biases: dW = dYᵀ X, db = Σ dY.
    /// - Parameters:
    ///   - gradient: of the output, rows x units.
    ///   - input: what went forward.
    mutating func backward(_ gradient: [Scalar], input: [Scalar], rows: Int) throws(LinearAlgebraError) {
        try multiply(
            MatrixView(gradient.span, rows: rows, columns: units).transposed,
            MatrixView(input.span, rows: rows, columns: inputs), into: &weights.gradient)
        sumRows(gradient, of: units, into: &biases.gradient)
    }

    /// The gradient of the input, dX = dY W, rows x inputs.
    func inputGradient(
        _ gradient: [Scalar], rows: Int, into result: inout [Scalar]
    ) throws(LinearAlgebraError) {
        result.resize(to: rows * inputs)
        try multiply(
            MatrixView(gradient.span, rows: rows, columns: units),
            MatrixView(weights.values.span, rows: units, columns: inputs), into: &result)
    }
}
