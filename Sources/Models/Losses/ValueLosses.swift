internal import Glibc
internal import LinearAlgebra

// The losses of attributes and numbers: one score and what it should tell give a loss and its slope.

/// The sum of the losses of all scores; sets the gradient of that sum.
func sumOfLosses<Scalar: BLASScalar>(
    _ scores: [Scalar], _ wanted: [Scalar], _ gradient: inout [Scalar],
    _ loss: (Double, Double) -> (loss: Double, slope: Double)
) -> Double {
    precondition(scores.count == wanted.count, "\(scores.count) scores for \(wanted.count) values")
    var sum = 0.0
    for i in scores.indices {
        let (loss, slope) = loss(Double(scores[i]), Double(wanted[i]))
        sum += loss
        gradient[i] = Scalar(slope)
    }
    return sum
}

/// max(0, 1 - y f), which stays NaN if f is.
func hinge(_ f: Double, _ y: Double) -> (loss: Double, slope: Double) {
    let margin = 1 - y * f
    return margin <= 0 ? (0, 0) : (margin, -y)
}

/// log(1 + e^(-y f)) = -log σ(y f). No power is taken of a positive number, so that nothing overflows.
func logistic(_ f: Double, _ y: Double) -> (loss: Double, slope: Double) {
    let x = y * f
    let e = exp(-abs(x))
    let loss = log1p(e) + (x < 0 ? -x : 0)
    return (loss, -y * (x < 0 ? 1 : e) / (1 + e))
}

/// (f - y)²
func squaredDistance(_ f: Double, _ y: Double) -> (loss: Double, slope: Double) {
    ((f - y) * (f - y), 2 * (f - y))
}

/// |f - y|, whose slope is taken as 0 at 0.
func distance(_ f: Double, _ y: Double) -> (loss: Double, slope: Double) {
    (abs(f - y), f > y ? 1 : (f < y ? -1 : 0))
}
