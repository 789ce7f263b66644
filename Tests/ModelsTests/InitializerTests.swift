import Models
import Testing

@Suite("Initial weights")
struct InitializerTests {
    private func weights(
        _ scheme: InitialScheme, _ distribution: Initializer.Distribution = .normal, inputs: Int = 400,
        units: Int = 250, seed: UInt64 = 1
    ) throws -> [Double] {
        var initializer = Initializer()
        initializer.scheme = scheme
        initializer.distribution = distribution
        var random = RandomNumbers(seed: seed)
        return try initializer.weights(inputs: inputs, units: units, from: &random)
    }

    /// The formulas, written out for 400 inputs and 250 units.
    private static let variances: [(InitialScheme, Double)] = [
        (.zeros, 0), (.small, 1e-4), (.lecun, 1 / 400), (.glorot, 2 / 650), (.he, 2 / 400),
        // 10 of 400 weights have the variance 2/10.
        (.sparse, 10 / 400 * 2 / 10),
    ]

    @Test(
        "Means and variances are those of the formulas", arguments: variances,
        [
            Initializer.Distribution.normal, .uniform,
        ])
    func moments(_ expected: (scheme: InitialScheme, variance: Double), distribution: Initializer.Distribution) throws {
        let weights = try weights(expected.scheme, distribution)
        let count = Double(weights.count)
        let mean = weights.reduce(0, +) / count
        let variance = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let fourth = weights.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count
        // Four standard errors of the sample's mean and variance.
        #expect(abs(mean) <= 4 * (variance / count).squareRoot())
        #expect(abs(variance - expected.variance) <= 4 * ((fourth - variance * variance) / count).squareRoot() + 1e-18)
    }

    @Test("Uniform weights stay within √3 standard deviations; normal ones have their kurtosis of 3")
    func shapes() throws {
        let bound = (2.0 / 400).squareRoot() * 3.0.squareRoot()
        #expect(try weights(.he, .uniform).allSatisfy { abs($0) <= bound })
        let normal = try weights(.he)
        let count = Double(normal.count)
        let variance = normal.reduce(0) { $0 + $1 * $1 } / count
        let fourth = normal.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count
        #expect(abs(fourth / (variance * variance) - 3) < 4 * (24 / count).squareRoot())
    }

    @Test("Sparse units have ten inputs each, spread over all; with fewer inputs, all of them")
    func sparse() throws {
        let weights = try weights(.sparse)
        var uses = [Int](repeating: 0, count: 400)
        for unit in 0..<250 {
            let inputs = (0..<400).filter { weights[unit * 400 + $0] != 0 }
            #expect(inputs.count == 10)
            for input in inputs { uses[input] += 1 }
        }
        // Binomial with a mean of 6.25.
        #expect(uses[..<200].reduce(0, +) > 1100 && uses[200...].reduce(0, +) > 1100)
        #expect(try self.weights(.sparse, inputs: 4, units: 3).allSatisfy { $0 != 0 })
    }

    @Test("The same seed gives the same weights, another one others", arguments: InitialScheme.allCases)
    func seeds(_ scheme: InitialScheme) throws {
        let first = try weights(scheme, inputs: 30, units: 20, seed: 7)
        #expect(try weights(scheme, inputs: 30, units: 20, seed: 7) == first)
        #expect(try (weights(scheme, inputs: 30, units: 20, seed: 8) == first) == (scheme == .zeros))
    }

    @Test("Sizes that overflow are an error")
    func overflow() {
        #expect(throws: ModelError.tooManyWeights(inputs: .max, units: 2)) {
            try weights(.he, inputs: .max, units: 2)
        }
    }
}
