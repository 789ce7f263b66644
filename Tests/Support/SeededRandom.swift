import Foundation

/// Steele, Lea and Flood's SplitMix64: the same numbers every time.
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    package init(_ seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A standard normal value (Box and Muller).
    package mutating func normal() -> Double {
        let u = 1 - Double.random(in: 0..<1, using: &self)
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
    }
}

/// The seed of the tests whose data differ from run to run, as the test's only argument: so a failure names it.
/// `NNPREP_SEED=n` repeats that run.
package let seedOfThisRun: [UInt64] = {
    let asked = ProcessInfo.processInfo.environment["NNPREP_SEED"].flatMap { UInt64($0) }
    return [asked ?? UInt64.random(in: 0..<1_000_000_000)]
}()
