internal import LinearAlgebra

/// Inverted dropout: in training each value is dropped with probability `rate`, and those that stay are divided by
/// 1 - rate, so that the expectation stays and evaluation has nothing to do.
///
/// Source: Srivastava et al., "Dropout" (2014); inverted as in the CS231n notes.
struct Dropout<Scalar: BLASScalar>: Sendable {
    /// 0 or 1 / (1 - rate), by value of the last batch.
    private(set) var mask: [Scalar] = []
    private let rate: Double

    /// - Precondition: 0 <= rate < 1.
    init(rate: Double) {
        precondition(rate >= 0 && rate < 1, "a dropout rate of \(rate)")
        self.rate = rate
    }

    /// Drops some of the values, in place.
    mutating func forward(_ values: inout [Scalar], from random: inout RandomNumbers) {
        let count = values.count
        mask.resize(to: count)
        // 32 random bits to a value.
        let limit = UInt64(rate * 0x1p32)
        let factor = Scalar(1 / (1 - rate))
        var mask = mask.mutableSpan
        var values = values.mutableSpan
        for i in stride(from: 0, to: count, by: 2) {
            let bits = random.bits()
            mask[i] = bits >> 32 < limit ? 0 : factor
            values[i] *= mask[i]
            guard i + 1 < count else { break }
            mask[i + 1] = bits & 0xFFFF_FFFF < limit ? 0 : factor
            values[i + 1] *= mask[i + 1]
        }
    }

    /// Turns the gradient of the output into that of the input, in place.
    func backward(_ gradient: inout [Scalar]) {
        var gradient = gradient.mutableSpan
        let mask = mask.span
        for i in gradient.indices { gradient[i] *= mask[i] }
    }
}
