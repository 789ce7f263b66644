/// Finds a learning rate: every decade from 1 down to 1e-9, decades above 1 as long as they are better, then the halves
/// of the decades beside the best. Going down, no decade is left out, since rates that are far too large can all lead to
/// the same dull loss, that of dead units.
/// Source: the CS231n notes, "Hyperparameter optimization", search on a logarithmic scale
/// (https://cs231n.github.io/neural-networks-3/#hyper).
///
/// - Parameter loss: what a rate leads to; infinite or NaN where training diverges.
/// - Returns: the best rate that was tried; nil if none led to a finite loss.
package func searchRate<Refusal: Error>(_ loss: (Double) throws(Refusal) -> Double) throws(Refusal) -> Double? {
    var best = (exponent: 0, loss: Double.infinity)
    func attempt(_ exponent: Int) throws(Refusal) {
        let value = try loss(rate(exponent))
        if value < best.loss { best = (exponent, value) }
    }
    for exponent in stride(from: 0, through: -18, by: -2) { try attempt(exponent) }
    guard best.loss < .infinity else { return nil }
    // Where the values are tiny, steps must be large.
    for exponent in stride(from: 2, through: 12, by: 2) where best.exponent == exponent - 2 { try attempt(exponent) }
    let middle = best.exponent
    for exponent in [middle - 1, middle + 1] { try attempt(exponent) }
    return rate(best.exponent)
}

/// √10 to this power, to one digit.
private func rate(_ exponent: Int) -> Double {
    let decade = exponent >= 0 ? exponent / 2 : (exponent - 1) / 2
    let digit = exponent == 2 * decade ? 1.0 : 3.0
    // A power of ten is exact, so that the quotient is the rate that one would write.
    let power = (0..<abs(decade)).reduce(1.0) { power, _ in power * 10 }
    return decade < 0 ? digit / power : digit * power
}
