internal import Glibc
internal import LinearAlgebra

// The losses of classes: each returns the sum over the rows and sets the gradient of that sum.

/// -log p_y with p = e^f / Σ e^f; its gradient is p - [j = y]. The largest score is taken off first, so that nothing
/// overflows.
func softmaxLoss<Scalar: BLASScalar>(
    _ scores: [Scalar], _ classes: [Int], width: Int, _ gradient: inout [Scalar]
) -> Double {
    var sum = 0.0
    for (row, wanted) in classes.enumerated() {
        let places = row * width..<(row + 1) * width
        let largest = Double(places.reduce(scores[places.lowerBound]) { max($0, scores[$1]) })
        var partition = 0.0
        for i in places {
            let e = exp(Double(scores[i]) - largest)
            partition += e
            gradient[i] = Scalar(e)
        }
        let factor = Scalar(1 / partition)
        for i in places { gradient[i] *= factor }
        gradient[places.lowerBound + wanted] -= 1
        sum += log(partition) + largest - Double(scores[places.lowerBound + wanted])
    }
    return sum
}

/// Σ_{j≠y} max(0, f_j - f_y + 1), or the sum of the squares.
func multiclassHinge<Scalar: BLASScalar>(
    _ scores: [Scalar], _ classes: [Int], width: Int, squared: Bool, _ gradient: inout [Scalar]
) -> Double {
    var sum = 0.0
    for (row, wanted) in classes.enumerated() {
        let places = row * width..<(row + 1) * width
        let right = places.lowerBound + wanted
        var pull: Scalar = 0
        for i in places where i != right {
            // Not max(0, x), which would hide a NaN.
            let margin = scores[i] - scores[right] + 1
            let isInside = margin <= 0
            sum += isInside ? 0 : Double(squared ? margin * margin : margin)
            gradient[i] = isInside ? 0 : (squared ? 2 * margin : 1)
            pull += gradient[i]
        }
        gradient[right] = -pull
    }
    return sum
}
