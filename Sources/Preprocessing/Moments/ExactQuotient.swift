/// The Double nearest to `numerator / denominator`, ties to even.
/// - Precondition: `denominator > 0`; the quotient is zero or a normal number.
func exactQuotient(_ numerator: Int128, _ denominator: Int128) -> Double {
    precondition(denominator > 0, "a quotient by \(denominator)")
    let exact: Int128 = 1 << 53
    if numerator.magnitude <= exact.magnitude, denominator <= exact {
        // Both convert without rounding, and IEEE division rounds once.
        return Double(Int64(numerator)) / Double(Int64(denominator))
    }
    if numerator == 0 { return 0 }
    // A quotient of at least 62 bits, whose last bit also stands for all that the division leaves over:
    // rounding it to 53 bits then rounds the true value.
    let dividend = numerator.magnitude
    let divisor = denominator.magnitude
    let shift = 62 - (dividend.leadingBit - divisor.leadingBit)
    let quotient: UInt128
    let remainder: UInt128
    if shift >= 0 {
        let high = shift < 128 ? (shift == 0 ? 0 : dividend >> UInt128(128 - shift)) : dividend << UInt128(shift - 128)
        (quotient, remainder) = divisor.dividingFullWidth((high, dividend << UInt128(shift)))
    } else {
        (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor << UInt128(-shift))
    }
    let sticky = UInt64(quotient) | (remainder == 0 ? 0 : 1)
    let value = Double(sign: .plus, exponent: -shift, significand: Double(sticky))
    return numerator < 0 ? -value : value
}

extension UInt128 {
    fileprivate var leadingBit: Int { 127 - leadingZeroBitCount }
}
