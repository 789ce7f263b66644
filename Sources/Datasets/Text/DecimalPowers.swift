/// The powers of five that decimal text needs, and the exact arithmetic under them.
///
/// `powersOfFive[q - smallest]` holds the leading 128 bits of 5^q, truncated. Between 5^-27 and 5^-1 the last bit is
/// rounded up instead, because the proof behind the parser asks for it (Mushtak and Lemire, "Fast number parsing
/// without fallback", 2023).
///
/// The table is computed exactly on first use, in 0.15 ms: no page of numbers to trust, and a run that reads no
/// text pays nothing.
enum DecimalPowers {
    /// 10^-343 times any 64-bit integer rounds to zero.
    static let smallest = -342
    /// The smallest subnormal number is about 4.9 · 10^-324.
    static let largest = 324

    /// Powers with these exponents are in the table without an error: 5^55 is below 2^128.
    static let exact = 0...55
    /// Powers with these exponents are rounded up, all others down.
    static let roundedUp = -27...(-1)

    static let powersOfFive: [UInt128] = {
        var table = [UInt128](repeating: 0, count: largest - smallest + 1)
        var power = Natural(1)
        for exponent in 0...largest {
            table[exponent - smallest] = power.leading128
            power.multiply(by: 5)
        }
        // Dividing a power of two by five over and over and dropping the remainders gives floor(2^1024 / 5^n) for every
        // n, exactly. 2^1024 / 5^342 still has 230 bits.
        var reciprocal = Natural(1)
        reciprocal.shiftLeft(by: 1024)
        for exponent in 1...(-smallest) {
            reciprocal.divide(by: 5)
            let leading = reciprocal.leading128
            table[-exponent - smallest] = roundedUp.contains(-exponent) ? leading + 1 : leading
        }
        return table
    }()

    /// The leading 128 bits of 10^q (those of 5^q).
    @inline(__always)
    static func leading(_ exponent: Int) -> UInt128 { powersOfFive[exponent &- smallest] }

    /// The leading 128 bits of 10^q, rounded up.
    @inline(__always)
    static func leadingRoundedUp(_ exponent: Int) -> UInt128 {
        leading(exponent) &+ (exponent < roundedUp.lowerBound || exponent > exact.upperBound ? 1 : 0)
    }
}

/// A natural number of any size: just the few exact operations that powers of five and halfway cases need.
struct Natural: Equatable {
    /// Least significant word first; the last word is never zero.
    private(set) var words: [UInt64]

    init(_ value: UInt64) { words = value == 0 ? [] : [value] }

    var bitWidth: Int { words.isEmpty ? 0 : words.count * 64 - words[words.count - 1].leadingZeroBitCount }

    mutating func multiply(by factor: UInt64, adding term: UInt64 = 0) {
        var carry = term
        for index in words.indices {
            let product = words[index].multipliedFullWidth(by: factor)
            let (low, overflow) = product.low.addingReportingOverflow(carry)
            words[index] = low
            carry = product.high + (overflow ? 1 : 0)
        }
        if carry != 0 { words.append(carry) }
    }

    mutating func multiplyByPowerOfFive(_ exponent: Int) {
        var rest = exponent
        while rest >= 27 {
            multiply(by: 7_450_580_596_923_828_125)  // 5^27, the largest power of five in a word
            rest -= 27
        }
        for _ in 0..<rest { multiply(by: 5) }
    }

    mutating func divide(by divisor: UInt64) {
        var remainder: UInt64 = 0
        for index in words.indices.reversed() {
            (words[index], remainder) = divisor.dividingFullWidth((remainder, words[index]))
        }
        if words.last == 0 { words.removeLast() }
    }

    mutating func shiftLeft(by bits: Int) {
        guard !words.isEmpty, bits > 0 else { return }
        let (whole, part) = bits.quotientAndRemainder(dividingBy: 64)
        if part > 0 {
            var carry: UInt64 = 0
            for index in words.indices {
                let word = words[index]
                words[index] = word << UInt64(part) | carry
                carry = word >> UInt64(64 - part)
            }
            if carry != 0 { words.append(carry) }
        }
        words.insert(contentsOf: repeatElement(0, count: whole), at: 0)
    }

    /// The leading 128 bits, truncated; shorter numbers are padded with zeros at the right.
    var leading128: UInt128 {
        func word(_ fromTop: Int) -> UInt128 {
            fromTop <= words.count ? UInt128(words[words.count - fromTop]) : 0
        }
        guard let top = words.last else { return 0 }
        let shift = UInt128(top.leadingZeroBitCount)
        return (word(1) << 64 | word(2)) << shift | (word(3) << shift) >> 64
    }

    /// Whether this number is less than, equal to or greater than another, as -1, 0 or 1.
    func compared(to other: Natural) -> Int {
        if words.count != other.words.count { return words.count < other.words.count ? -1 : 1 }
        for index in words.indices.reversed() where words[index] != other.words[index] {
            return words[index] < other.words[index] ? -1 : 1
        }
        return 0
    }
}
