internal import LinearAlgebra

/// A network, its gradients, and the memory for a batch, which is kept from one batch to the next.
struct Network<Scalar: BLASScalar>: Sendable {
    var hidden: [HiddenLayer<Scalar>]
    var output: Linear<Scalar>
    private var inputDropout: Dropout<Scalar>?
    /// What the last batch came out as, rows x scores.
    private(set) var scores: [Scalar] = []
    private var gradient: [Scalar] = []
    /// Where the gradient of a layer's input is made.
    private var spare: [Scalar] = []

    /// - Parameters:
    ///   - layers: at least one; each as wide as the next one's inputs. The last one gives the scores.
    ///   - architecture: what comes between them.
    init(_ layers: [InitialLayer<Scalar>], _ architecture: Architecture) {
        hidden = layers.dropLast().map {
            HiddenLayer(
                Linear($0), normalizes: architecture.normalizesBatches, dropout: architecture.dropout)
        }
        output = Linear(layers.last!)
        inputDropout = architecture.inputDropout > 0 ? Dropout(rate: architecture.inputDropout) : nil
    }

    /// Sets `scores`, as the network is used after training.
    /// - Parameter input: row-major.
    mutating func evaluate(_ input: [Scalar]) throws(LinearAlgebraError) {
        let rows = rowCount(input)
        var values = copy input
        for i in hidden.indices {
            try hidden[i].forwardEvaluation(values, rows: rows)
            values = hidden[i].output
        }
        try output.forward(values, rows: rows, into: &scores)
    }

    /// Sets `scores` and all gradients of the batch's mean loss, which it returns; with dropout and with the batch's
    /// own means and variances.
    /// - Parameter input: row-major.
    mutating func learn(
        _ input: consuming [Scalar], _ targets: Targets<Scalar>, from random: inout RandomNumbers
    ) throws(LinearAlgebraError) -> Double {
        let rows = rowCount(input)
        inputDropout?.forward(&input, from: &random)
        var values = copy input
        for i in hidden.indices {
            try hidden[i].forwardTraining(values, rows: rows, from: &random)
            values = hidden[i].output
        }
        try output.forward(values, rows: rows, into: &scores)

        let mean = targets.loss(of: scores, gradient: &gradient)
        try output.backward(gradient, input: values, rows: rows)
        if !hidden.isEmpty {
            try output.inputGradient(gradient, rows: rows, into: &spare)
            swap(&gradient, &spare)
        }
        for i in hidden.indices.reversed() {
            try hidden[i].backward(&gradient, input: i > 0 ? hidden[i - 1].output : input, rows: rows)
            if i > 0 {
                try hidden[i].linear.inputGradient(gradient, rows: rows, into: &spare)
                swap(&gradient, &spare)
            }
        }
        return mean
    }

    private func rowCount(_ input: [Scalar]) -> Int {
        input.count / (hidden.first?.linear.inputs ?? output.inputs)
    }

    mutating func descend(_ step: DescentStep<Scalar>) {
        for i in hidden.indices { hidden[i].descend(step) }
        output.descend(step)
    }
}
