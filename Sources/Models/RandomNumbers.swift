internal import Glibc
internal import LinearAlgebra

/// Seeded random numbers of the distributions that models need: the same from the same seed.
package struct RandomNumbers: Sendable {
    private var generator: SplitMix64
    /// Box and Muller's method makes two normal numbers at a time.
    private var spare: Double?

    package init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    /// Uniform in 0 < x <= 1, a multiple of 2⁻⁵³.
    package mutating func uniform() -> Double {
        Double((generator.next() >> 11) + 1) * 0x1p-53
    }

    /// Normal with mean 0 and variance 1. Box and Muller, "A note on the generation of random normal deviates" (1958).
    package mutating func normal() -> Double {
        if let spare = spare.take() { return spare }
        let radius = (-2 * log(uniform())).squareRoot()
        let angle = 2 * Double.pi * uniform()
        spare = radius * sin(angle)
        return radius * cos(angle)
    }

    /// 64 random bits.
    mutating func bits() -> UInt64 { generator.next() }

    /// Brings the elements into a random order.
    package mutating func shuffle(_ elements: inout [Int]) { elements.shuffle(using: &generator) }
}
