/// Finds a learning rate: decades first, from 0.01 to where the loss no longer falls, then the halves of the decades
/// beside the best. Source: the CS231n notes, "Hyperparameter optimization", search on a logarithmic scale
/// (https://cs231n.github.io/neural-networks-3/#hyper).
///
/// - Parameter loss: what a rate leads to; infinite where training diverges.
/// - Returns: the best rate that was tried; nil if none led to a finite loss.
package func searchRate<Refusal: Error>(_ loss: (Double) throws(Refusal) -> Double) throws(Refusal) -> Double? {
    // By exponent, in half decades.
    var losses: [Int: Double] = [:]
    func tried(_ exponent: Int) throws(Refusal) -> Double {
        if let known = losses[exponent] { return known }
        let value = try loss(RateLadder.rate(exponent))
        losses[exponent] = value.isFinite ? value : .infinity
        return losses[exponent]!
    }
    var best = RateLadder.first
    // Down as long as it does no harm: infinity is no worse than infinity. Then up.
    for exponent in stride(from: best - 2, through: RateLadder.least, by: -2) {
        guard try tried(exponent) <= tried(best) else { break }
        best = exponent
    }
    if best == RateLadder.first {
        for exponent in stride(from: best + 2, through: RateLadder.greatest, by: 2) {
            guard try tried(exponent) < tried(best) else { break }
            best = exponent
        }
    }
    guard try tried(best) < .infinity else { return nil }
    for exponent in [best - 1, best + 1] {
        if try tried(exponent) < tried(best) { best = exponent }
    }
    return RateLadder.rate(best)
}

/// The rates that are tried, by exponent: half decades.
private enum RateLadder {
    static let least = -18
    static let first = -4
    static let greatest = 2

    /// √10 to this power, to two digits.
    static func rate(_ exponent: Int) -> Double {
        let decade = exponent >= 0 ? exponent / 2 : (exponent - 1) / 2
        let digit = exponent == 2 * decade ? 1.0 : 3.0
        // A power of ten is exact, so that the quotient is the rate that one would write.
        let power = (0..<abs(decade)).reduce(1.0) { power, _ in power * 10 }
        return decade < 0 ? digit / power : digit * power
    }
}
