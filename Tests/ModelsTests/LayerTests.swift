import Foundation
import LinearAlgebra
import Testing

@testable import Models

@Suite("Layers and losses by their properties")
struct LayerTests {
    @Test(
        "Inverted dropout leaves the expectation, scales what stays, and passes the gradient the same way",
        arguments: [0.1, 0.5, 0.8])
    func dropout(rate: Double) {
        let count = 100_001
        var dropout = Dropout<Double>(rate: rate)
        var values = [Double](repeating: 3, count: count)
        var random = RandomNumbers(seed: 5)
        dropout.forward(&values, from: &random)
        #expect(values.allSatisfy { $0 == 0 || abs($0 - 3 / (1 - rate)) < 1e-12 })
        let mean = values.reduce(0, +) / Double(count)
        // Four standard errors: the variance of one value is 9 rate / (1 - rate).
        #expect(abs(mean - 3) < 4 * (9 * rate / (1 - rate) / Double(count)).squareRoot())
        var gradient = [Double](repeating: 3, count: count)
        dropout.backward(&gradient)
        #expect(gradient == values)
    }

    @Test("Batch normalization gives mean 0 and variance 1 in training, and is the plain map in evaluation")
    func batchNormalization() {
        var random = RandomNumbers(seed: 2)
        let (rows, units) = (50, 3)
        let batch = (0..<rows * units).map { 1000 + Double($0 % units + 1) * random.normal() }
        var layer = BatchNormalization<Double>(units: units)
        for _ in 0..<300 {
            var values = batch
            layer.forwardTraining(&values, rows: rows)
        }
        for unit in 0..<units {
            let column = (0..<rows).map { batch[$0 * units + unit] }
            let mean = column.reduce(0, +) / Double(rows)
            let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
            #expect(abs(layer.runningMean[unit] - mean) < 1e-9)
            #expect(abs(layer.runningVariance[unit] - variance * 50 / 49) < 1e-9)
        }
        var values = batch
        layer.forwardTraining(&values, rows: rows)
        #expect(abs(values.reduce(0, +)) < 1e-9)
        #expect(abs(values.reduce(0) { $0 + $1 * $1 } / Double(rows * units) - 1) < 1e-4)
    }

    @Test("The running mean and variance of one batch are that batch's, and 0 and 1 before it")
    func batchNormalizationFromTheStart() {
        var layer = BatchNormalization<Double>(units: 1)
        #expect(layer.runningMean == [0] && layer.runningVariance == [1])
        var values = [100.0, 102, 104]
        layer.forwardTraining(&values, rows: 3)
        #expect(abs(layer.runningMean[0] - 102) < 1e-12 && abs(layer.runningVariance[0] - 4) < 1e-12)
    }

    @Test("A unit longer than the norm is cut to it, a shorter one is left")
    func maxNorm() {
        var weights = Parameter<Double>([3, 4, 0.3, 0.4])
        weights.limitRows(of: 2, toNorm: 1)
        #expect(zip(weights.values, [0.6, 0.8, 0.3, 0.4]).allSatisfy { abs($0 - $1) < 1e-15 })
    }

    @Test("No score is so large that a loss overflows", arguments: [1e4, -1e4])
    func largeScores(_ score: Double) {
        var gradient: [Double] = []
        for loss in [ClassLoss.softmax, .hierarchical] {
            let targets = Targets<Double>.classes(ClassTargets([1], of: 3, loss))
            let value = targets.loss(of: Array([score, 0, -score].prefix(targets.scores)), gradient: &gradient)
            #expect(value.isFinite && gradient.allSatisfy(\.isFinite), "\(loss)")
        }
        let value = Targets.attributes([1], width: 1, .logistic).loss(of: [score], gradient: &gradient)
        #expect(value == max(0, -score) && gradient == [score < 0 ? -1 : 0])
    }

    @Test("A score that is not a number makes a loss that is not one", arguments: Loss.allCases)
    func notANumber(_ loss: Loss) {
        var gradient: [Double] = []
        let targets: Targets<Double> = wantedTargets(loss.task == .classes ? [1] : [1, -1, 1], of: 3, for: loss)
        let scores = [Double](repeating: .nan, count: targets.scores)
        #expect(targets.loss(of: scores, gradient: &gradient).isNaN)
    }

    @Test("The probabilities of a tree's classes sum to 1, whatever their number", arguments: 2...17)
    func tree(classes: Int) {
        var random = RandomNumbers(seed: 1)
        let scores = (1..<classes).map { _ in 2 * random.normal() }
        let tree = ClassTree(classes: classes)
        var gradient = [Double](repeating: 0, count: classes - 1)
        let losses = (0..<classes).map { tree.loss(scores, [$0], &gradient) }
        #expect(abs(losses.reduce(0) { $0 + pow(2, -$1 / 0.6931471805599453) } - 1) < 1e-12)
        #expect(tree.likeliest(scores[...]) == losses.indices.min { losses[$0] < losses[$1] })
    }
}
