internal import LinearAlgebra

/// y = scale (x - mean) / √(variance + 1e-5) + shift, with each unit's mean and variance over the batch; in evaluation,
/// with those of the training batches before.
///
/// Source: Ioffe and Szegedy, "Batch Normalization" (2015), algorithms 1 and 2.
struct BatchNormalization<Scalar: BLASScalar>: Sendable {
    let units: Int
    var scale: Parameter<Scalar>
    var shift: Parameter<Scalar>
    /// Exponential averages over the batches, each new batch with the weight `pace`; variances with the divisor N - 1. They
    /// start at nothing, which their weight so far makes up for (Kingma and Ba, "Adam", 2015, section 3).
    private var averageMean: [Scalar]
    private var averageVariance: [Scalar]
    /// The weights of all batches together: 1 - (1 - pace)ᵗ after t of them.
    private var weight: Scalar = 0

    /// The averages of what was seen; 0 and 1 before anything was.
    var runningMean: [Scalar] { weight > 0 ? averageMean.map { $0 / weight } : averageMean }
    var runningVariance: [Scalar] {
        weight > 0 ? averageVariance.map { $0 / weight } : Array(repeating: 1, count: units)
    }

    /// What the way back needs of the way forward: (x - mean) / √(variance + epsilon), rows x units.
    private var normalized: [Scalar] = []
    /// 1 / √(variance + epsilon) of the last batch, by unit.
    private var inverseDeviation: [Scalar]
    private var mean: [Scalar]
    private let zeros: [Scalar]

    private static var epsilon: Scalar { 1e-5 }
    private static var pace: Scalar { 0.1 }

    init(units: Int) {
        self.units = units
        scale = Parameter(Array(repeating: 1, count: units))
        shift = Parameter(Array(repeating: 0, count: units))
        zeros = Array(repeating: 0, count: units)
        averageMean = zeros
        averageVariance = zeros
        inverseDeviation = zeros
        mean = zeros
    }

    /// In place, with the batch's own mean and variance, which go into the running ones.
    /// - Precondition: at least two rows.
    mutating func forwardTraining(_ values: inout [Scalar], rows: Int) {
        precondition(rows >= 2, "one row has no variance")
        let n = Scalar(rows)
        sumRows(values, of: units, into: &mean)
        for unit in 0..<units { mean[unit] /= n }
        normalized.resize(to: values.count)
        let ones = [Scalar](repeating: 1, count: units)
        scaleRows(values, by: ones, adding: mean.map { -$0 }, into: &normalized)
        sumProducts(normalized, normalized, of: units, into: &inverseDeviation)
        for unit in 0..<units {
            let variance = inverseDeviation[unit] / n
            averageMean[unit] += Self.pace * (mean[unit] - averageMean[unit])
            averageVariance[unit] += Self.pace * (variance * n / (n - 1) - averageVariance[unit])
            inverseDeviation[unit] = 1 / (variance + Self.epsilon).squareRoot()
        }
        weight += Self.pace * (1 - weight)
        // From one array to the other and back: neither is read and written at once.
        scaleRows(normalized, by: inverseDeviation, adding: zeros, into: &values)
        swap(&normalized, &values)
        scaleRows(normalized, by: scale.values, adding: shift.values, into: &values)
    }

    /// In place, with the running means and variances.
    func forwardEvaluation(_ values: inout [Scalar]) {
        let (runningMean, runningVariance) = (runningMean, runningVariance)
        let factors = (0..<units).map { scale.values[$0] / (runningVariance[$0] + Self.epsilon).squareRoot() }
        let terms = (0..<units).map { shift.values[$0] - runningMean[$0] * factors[$0] }
        var values = values.mutableSpan
        for start in stride(from: 0, to: values.count, by: units) {
            for unit in 0..<units { values[start + unit] = values[start + unit] * factors[unit] + terms[unit] }
        }
    }

    /// Turns the gradient of the output into that of the input, in place, and sets those of scale and shift:
    ///
    ///     dx = scale / √(variance + epsilon) (dy - mean(dy) - x̂ mean(dy x̂))    with means over the batch
    mutating func backward(_ gradient: inout [Scalar], rows: Int) {
        sumRows(gradient, of: units, into: &shift.gradient)
        sumProducts(gradient, normalized, of: units, into: &scale.gradient)
        let units = units
        let share = 1 / Scalar(rows)
        let factors = (0..<units).map { scale.values[$0] * inverseDeviation[$0] }
        let means = shift.gradient.map { $0 * share }
        let slopes = scale.gradient.map { $0 * share }
        var gradient = gradient.mutableSpan
        let normalized = normalized.span
        let (factor, mean, slope) = (factors.span, means.span, slopes.span)
        for row in 0..<rows {
            for unit in 0..<units {
                let i = row * units + unit
                gradient[i] = factor[unit] * (gradient[i] - mean[unit] - normalized[i] * slope[unit])
            }
        }
    }
}
