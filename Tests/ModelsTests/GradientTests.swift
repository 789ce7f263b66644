import LinearAlgebra
import Testing

@testable import Models

/// Every layer and loss in every combination that matters, in double precision.
struct GradientCase: Sendable, CustomTestStringConvertible {
    var loss: Loss
    var hidden: [Int] = []
    var normalizes = false
    var dropout = 0.0
    var inputDropout = 0.0

    var testDescription: String {
        "\(loss), hidden \(hidden)\(normalizes ? ", batch normalization" : ""), dropout \(inputDropout) and \(dropout)"
    }

    static let all =
        Loss.allCases.flatMap { [GradientCase(loss: $0), GradientCase(loss: $0, hidden: [6])] } + [
            GradientCase(loss: .classes(.softmax), hidden: [6, 5, 4]),
            GradientCase(loss: .classes(.softmax), hidden: [6], normalizes: true),
            GradientCase(loss: .classes(.svm), hidden: [6, 5], normalizes: true),
            GradientCase(loss: .classes(.softmax), hidden: [8, 7], dropout: 0.4),
            GradientCase(loss: .attributes(.logistic), inputDropout: 0.3),
            GradientCase(loss: .numbers(.l2), hidden: [8, 7], normalizes: true, dropout: 0.4, inputDropout: 0.2),
        ]
}

@Suite("Gradients, against central differences")
struct GradientTests {
    @Test(arguments: GradientCase.all)
    func allParameters(_ test: GradientCase) throws {
        let (rows, inputs, count) = (9, 5, 4)
        var architecture = Architecture()
        architecture.hidden = test.hidden
        architecture.normalizesBatches = test.normalizes
        architecture.dropout = test.dropout
        architecture.inputDropout = test.inputDropout
        var random = RandomNumbers(seed: 3)
        let wanted: [Double] =
            switch test.loss.task {
            case .classes: (0..<rows).map { Double($0 % count) }
            case .attributes: (0..<rows * count).map { _ in random.uniform() < 0.5 ? 1 : -1 }
            case .numbers: (0..<rows * count).map { _ in random.normal() }
            }
        let targets: Targets<Double> = wantedTargets(wanted, of: count, for: test.loss)
        var initializer = Initializer()
        initializer.bias = 0.1
        var layers: [InitialLayer<Double>] = []
        for (inputs, units) in zip([inputs] + test.hidden, test.hidden + [targets.scores]) {
            layers.append(try InitialLayer(inputs: inputs, units: units, initializer, from: &random))
        }
        var network = Network(layers, architecture)
        let x = (0..<rows * inputs).map { _ in random.normal() }

        /// The same units are dropped every time.
        func value(_ network: inout Network<Double>) throws -> Double {
            var random = RandomNumbers(seed: 11)
            return try network.learn(x, targets, from: &random)
        }
        _ = try value(&network)
        let analytic = network
        func check(_ what: Comment, _ path: WritableKeyPath<Network<Double>, Parameter<Double>>) throws {
            let gradient = analytic[keyPath: path].gradient
            let scale = gradient.map(abs).max()!
            for i in gradient.indices {
                let step = 1e-5
                let w = network[keyPath: path].values[i]
                network[keyPath: path].values[i] = w + step
                let above = try value(&network)
                network[keyPath: path].values[i] = w - step
                let below = try value(&network)
                network[keyPath: path].values[i] = w
                let numeric = (above - below) / (2 * step)
                let error = abs(numeric - gradient[i])
                // Some are 0: a bias before batch normalization has no effect. Those are held against their layer's.
                #expect(error <= 1e-6 * max(abs(numeric), abs(gradient[i]), scale, 1e-3), what)
            }
        }
        for i in test.hidden.indices {
            try check("weights of layer \(i)", \.hidden[i].linear.weights)
            try check("biases of layer \(i)", \.hidden[i].linear.biases)
            if test.normalizes {
                try check("scale of layer \(i)", \.hidden[i].normalization!.scale)
                try check("shift of layer \(i)", \.hidden[i].normalization!.shift)
            }
        }
        try check("weights of the output", \.output.weights)
        try check("biases of the output", \.output.biases)
    }
}
