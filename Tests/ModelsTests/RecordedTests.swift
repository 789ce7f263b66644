import Foundation
import Testing

@testable import LinearAlgebra
@testable import Models

/// A loss and its gradient, as JAX found them.
struct RecordedLoss: Decodable, Sendable, CustomTestStringConvertible {
    var loss: String
    var count: Int
    var scores: [Double]
    var targets: [Double]
    var value: Double
    var gradient: [Double]

    var testDescription: String { "\(loss) of \(count)" }

    static let all: [RecordedLoss] = recorded("losses")
}

/// A network and some steps of descent, as JAX took them.
struct RecordedNetwork: Decodable, Sendable, CustomTestStringConvertible {
    struct Layer: Decodable {
        var weights: [Double]
        var biases: [Double]
        var scale: [Double]?
        var shift: [Double]?
    }
    struct Batch: Decodable {
        var inputs: [Double]
        var targets: [Double]
        var loss: Double
    }
    struct Evaluated: Decodable {
        var inputs: [Double]
        var scores: [Double]
    }
    var name: String
    var inputs: Int
    var hidden: [Int]
    var count: Int
    var loss: String
    var normalizes: Bool
    var rate, momentum, l2, l1: Double
    var maxNorm: Double?
    /// What dropout's random bits come from.
    var seed: UInt64
    var inputDropout, dropout: Double
    var initial: [Layer]
    var batches: [Batch]
    var final: [Layer]
    var runningMeans: [[Double]]
    var runningVariances: [[Double]]
    var evaluated: Evaluated

    var testDescription: String { name }

    static let all: [RecordedNetwork] = recorded("networks")
}

private func recorded<Value: Decodable>(_ name: String) -> Value {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/models")
    return try! JSONDecoder().decode(
        Value.self, from: Data(contentsOf: folder.appendingPathComponent("\(name).json")))
}

/// Recorded targets as a loss takes them.
/// - Parameter count: how many classes, attributes or numbers there are.
func wantedTargets<Scalar: BLASScalar>(_ values: [Double], of count: Int, for loss: Loss) -> Targets<Scalar> {
    switch loss {
    case .classes(let loss): .classes(ClassTargets(values.map { Int($0) }, of: count, loss))
    case .attributes(let loss): .attributes(values.map { Scalar($0) }, width: count, loss)
    case .numbers(let loss): .numbers(values.map { Scalar($0) }, width: count, loss)
    }
}

@Suite("Losses and steps of descent, against JAX's automatic differentiation")
struct RecordedTests {
    @Test(arguments: RecordedLoss.all)
    func losses(_ recorded: RecordedLoss) throws {
        let loss = try #require(Loss(rawValue: recorded.loss))
        var gradient: [Double] = []
        let value = wantedTargets(recorded.targets, of: recorded.count, for: loss)
            .loss(of: recorded.scores, gradient: &gradient)
        #expect(abs(value - recorded.value) <= 1e-12 * max(1, abs(recorded.value)))
        expectEqual(gradient, recorded.gradient, within: 1e-12, "the gradient")
    }

    @Test(arguments: RecordedNetwork.all)
    func doublePrecision(_ recorded: RecordedNetwork) throws { try check(recorded, as: Double.self, within: 1e-10) }

    @Test(arguments: RecordedNetwork.all)
    func singlePrecision(_ recorded: RecordedNetwork) throws { try check(recorded, as: Float.self, within: 1e-3) }

    private func check<Scalar: BLASScalar>(
        _ recorded: RecordedNetwork, as type: Scalar.Type, within tolerance: Double
    ) throws {
        let loss = try #require(Loss(rawValue: recorded.loss))
        var architecture = Architecture()
        architecture.hidden = recorded.hidden
        architecture.normalizesBatches = recorded.normalizes
        (architecture.inputDropout, architecture.dropout) = (recorded.inputDropout, recorded.dropout)
        var random = RandomNumbers(seed: 1)
        func wanted(_ values: [Double]) -> Targets<Scalar> { wantedTargets(values, of: recorded.count, for: loss) }
        var network = Network<Scalar>(
            try architecture.layers(
                inputs: recorded.inputs, scores: wanted([]).scores, Initializer(), from: &random), architecture)
        for (i, layer) in recorded.initial.enumerated() {
            func set(_ linear: inout Linear<Scalar>) {
                linear.weights.values = layer.weights.map { Scalar($0) }
                linear.biases.values = layer.biases.map { Scalar($0) }
            }
            if i < recorded.hidden.count { set(&network.hidden[i].linear) } else { set(&network.output) }
        }
        let step = DescentStep<Scalar>(
            rate: Scalar(recorded.rate), momentum: Scalar(recorded.momentum), l2: Scalar(recorded.l2),
            l1: Scalar(recorded.l1), maxNorm: recorded.maxNorm.map { Scalar($0) })
        random = RandomNumbers(seed: recorded.seed)
        for batch in recorded.batches {
            let value = try network.learn(
                batch.inputs.map { Scalar($0) }, wanted(batch.targets), from: &random)
            #expect(abs(value - batch.loss) <= tolerance * max(1, batch.loss))
            network.descend(step)
        }
        let linear = network.hidden.map(\.linear) + [network.output]
        for (i, layer) in recorded.final.enumerated() {
            expectEqual(linear[i].weights.values, layer.weights, within: tolerance, "the weights of layer \(i)")
            expectEqual(linear[i].biases.values, layer.biases, within: tolerance, "the biases of layer \(i)")
            guard let scale = layer.scale, let shift = layer.shift else { continue }
            let normalization = try #require(network.hidden[i].normalization)
            expectEqual(normalization.scale.values, scale, within: tolerance, "the scale of layer \(i)")
            expectEqual(normalization.shift.values, shift, within: tolerance, "the shift of layer \(i)")
            expectEqual(normalization.runningMean, recorded.runningMeans[i], within: tolerance, "running means")
            expectEqual(
                normalization.runningVariance, recorded.runningVariances[i], within: tolerance, "running variances")
        }
        try network.evaluate(recorded.evaluated.inputs.map { Scalar($0) })
        expectEqual(network.scores, recorded.evaluated.scores, within: tolerance, "the scores in evaluation")
    }
}

private func expectEqual<Scalar: BLASScalar>(
    _ values: [Scalar], _ expected: [Double], within tolerance: Double, _ what: Comment
) {
    #expect(values.count == expected.count, what)
    let worst = zip(values, expected).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(worst <= tolerance * max(1, expected.map(abs).max() ?? 0), what)
}
