internal import LinearAlgebra
internal import Threads

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

/// (N Σxy - Σx Σy) / divisor, correctly rounded, for the upper triangle of a D x D matrix; each thread some of its rows.
/// - Parameters:
///   - products: Σxy, the upper triangle row after row: whole numbers.
///   - sums: Σx, D values, of magnitude 2^60 or less.
///   - divisor: at least 1 and below 2^105.
func divideTriangle(
    of products: [Double], sums: [Int64], count: Int, by divisor: Int128, into matrix: inout [Double]
) {
    let size = sums.count
    precondition(matrix.count == size * size && products.count == triangleStart(size, size) && divisor > 0)
    // While N² 2^14 <= 2^53, whole numbers in doubles give the same, faster.
    let fits = count < 1 << 26 && count * count <= (1 << 53) / ExactMoments.largestSquare
    let wideDivisor = DoubleDouble(divisor)
    let roundedSums = sums.map { Double($0) }
    let (n, narrowDivisor) = (Double(count), wideDivisor.high)
    // Rows get shorter: threads take them in turn.
    let threads = min(computingThreads, size)
    // Each row is written by one thread.
    unsafe matrix.withUnsafeMutableBufferPointer { matrix in
        let matrix = matrix.baseAddress!
        _ = concurrently(threads) { thread in
            for i in stride(from: thread, to: size, by: threads) {
                let start = triangleStart(i, size) - i
                let row = unsafe matrix + i * size
                if fits {
                    let sum = roundedSums[i]
                    for j in i..<size {
                        unsafe row[j] = (n * products[start + j] - sum * roundedSums[j]) / narrowDivisor
                    }
                } else {
                    for j in i..<size {
                        let numerator =
                            Int128(count) * Int128(Int64(products[start + j])) - Int128(sums[i]) * Int128(sums[j])
                        unsafe row[j] = quotient(numerator, divisor, wideDivisor)
                    }
                }
            }
        }
    }
}

/// The Double nearest to `numerator / divisor`: from a quotient of twice the length, but where that is too near to the
/// middle of two doubles.
private func quotient(_ numerator: Int128, _ divisor: Int128, _ wideDivisor: DoubleDouble) -> Double {
    guard numerator != 0 else { return 0 }
    guard numerator.magnitude < 1 << 105 else { return exactQuotient(numerator, divisor) }
    let dividend = DoubleDouble(numerator)
    let first = dividend.high / wideDivisor.high
    let rest =
        dividend.high.addingProduct(-first, wideDivisor.high) + (dividend.low - first * wideDivisor.low)
    let correction = rest / wideDivisor.high
    let rounded = first + correction
    // What `rounded` lacks is known to 2^-45 of its last bit.
    let lost = (first - rounded) + correction
    // Below a power of two the bits are half as large.
    return lost.magnitude < 0.2499 * rounded.ulp || lost.magnitude < 0.4999 * rounded.ulp && rounded.significand != 1
        ? rounded : exactQuotient(numerator, divisor)
}

/// A whole number of up to 105 bits as the sum of two doubles, the second at most half a last bit of the first.
private struct DoubleDouble {
    let high: Double
    let low: Double

    /// - Precondition: the magnitude is below 2^105.
    init(_ value: Int128) {
        let upper = Double(Int64(value >> 52)) * 0x1p52
        let lower = Double(Int64(value & ((1 << 52) - 1)))
        high = upper + lower
        low = (upper - high) + lower
    }
}
