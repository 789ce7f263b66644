/// Decimal numbers as text, in both directions: exact, independent of the locale, and fast.
///
/// A parsed number is always the nearest `Double`, ties to even, however many digits it has. A formatted number is the
/// shortest text that parses back to the same bits.
package enum DecimalText {
    /// Which spellings count as a number.
    package enum Grammar: Sendable {
        /// An optional sign, digits with an optional point (`1`, `1.`, `.5`, `1.5`), an optional exponent.
        case field
        /// RFC 8259: no plus sign, no leading zeros, digits on both sides of a point.
        case json
    }

    /// A number at the start of a text, and where the text goes on.
    package struct Prefix: Equatable, Sendable {
        /// Infinite exactly if the number is out of the range of `Double`.
        package let value: Double
        package let end: Int
    }

    /// The number that is the whole of `text`, or nil if it is not a decimal number.
    ///
    /// An infinite result means that the number is out of range: no spelling of infinity is a decimal number.
    package static func parse(_ text: Span<UInt8>, _ grammar: Grammar = .field) -> Double? {
        guard let prefix = parsePrefix(text, from: 0, grammar), prefix.end == text.count else { return nil }
        return prefix.value
    }

    /// The longest number that starts at byte `start` of `text`, or nil if none does.
    ///
    /// An exponent without digits is no part of the number: `1e` and `1e+` give 1 and leave the `e` to the caller, who
    /// will find that it is neither a delimiter nor an end. `01` and `1.` are no JSON numbers, not even in part.
    ///
    /// - Precondition: `0 <= start <= text.count`
    @inline(__always)
    package static func parsePrefix(_ text: Span<UInt8>, from start: Int, _ grammar: Grammar = .field) -> Prefix? {
        let strict = grammar == .json
        let count = text.count
        var at = start

        guard at < count else { return nil }
        let sign = text[at]
        let negative = sign == UInt8(ascii: "-")
        if negative || (sign == UInt8(ascii: "+") && !strict) { at &+= 1 }

        let digitsStart = at
        var significand: UInt64 = 0
        scanDigits(text, &at, into: &significand)
        var digits = at &- digitsStart
        if strict {
            if digits == 0 || (digits > 1 && text[digitsStart] == UInt8(ascii: "0")) { return nil }
        }

        var exponent = 0
        if at < count, text[at] == UInt8(ascii: ".") {
            let fractionStart = at &+ 1
            var fractionEnd = fractionStart
            scanDigits(text, &fractionEnd, into: &significand)
            let fraction = fractionEnd &- fractionStart
            if strict && fraction == 0 { return nil }
            exponent = 0 &- fraction
            digits &+= fraction
            at = fractionEnd
        }
        if digits == 0 { return nil }
        let digitsEnd = at

        if at < count, text[at] | 0x20 == UInt8(ascii: "e") {
            exponent &+= scanExponent(text, &at)
        }

        if digits > 19 { digits &-= leadingZeros(text, from: digitsStart, to: digitsEnd) }
        let magnitude =
            digits <= 19
            ? nearest(significand, exponent)
            : manyDigits(text.extracting(digitsStart..<digitsEnd), exponent)
        return Prefix(value: negative ? -magnitude : magnitude, end: at)
    }

    // MARK: - Scanning

    /// Reads digits from `at` on: appends them to `significand` (modulo 2^64) and moves `at` behind them.
    @inline(__always)
    private static func scanDigits(_ text: Span<UInt8>, _ at: inout Int, into significand: inout UInt64) {
        // Eight bytes at a time, which the condition keeps inside the text. In a little-endian word the first digit is
        // the lowest byte.
        while at &+ 8 <= text.count {
            let word = unsafe text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt64.self)
            let values = UInt64(littleEndian: word) ^ 0x3030_3030_3030_3030
            let found = digitCount(values)
            if found == 0 { return }
            significand = significand &* powerOfTen(found) &+ firstDigits(found, of: values)
            at &+= found
            if found < 8 { return }
        }
        while at < text.count {
            let value = text[at] &- UInt8(ascii: "0")
            if value > 9 { return }
            significand = significand &* 10 &+ UInt64(value)
            at &+= 1
        }
    }

    /// How many of eight bytes are digits before the first that is none. Digits are 0...9, everything else is more.
    @inline(__always)
    static func digitCount(_ values: UInt64) -> Int {
        // The lowest high bit marks the first that is none: carries only go up.
        let others = ((values &+ 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080
        return others.trailingZeroBitCount &>> 3
    }

    /// The number that the first `count` digits spell, 1...8 of them.
    @inline(__always)
    static func firstDigits(_ count: Int, of values: UInt64) -> UInt64 {
        // Moved up, so that they end at the highest byte with zeros before them.
        eightDigits(values &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count))
    }

    /// The number of zeros before the first other digit.
    @inline(__always)
    private static func leadingZeros(_ text: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var at = start
        var count = 0
        while at < end {
            if text[at] == UInt8(ascii: "0") {
                count &+= 1
            } else if text[at] != UInt8(ascii: ".") {
                break
            }
            at &+= 1
        }
        return count
    }

    /// The number that eight digits spell, one in each byte as 0...9, the first in the lowest byte.
    @inline(__always)
    private static func eightDigits(_ values: UInt64) -> UInt64 {
        let pairs = values &* 10 &+ (values &>> 8)
        let mask: UInt64 = 0x0000_00FF_0000_00FF
        let high = (pairs & mask) &* (100 &+ 1_000_000 &<< 32)
        let low = ((pairs &>> 16) & mask) &* (1 &+ 10_000 &<< 32)
        return (high &+ low) &>> 32
    }

    /// 10^n for n in 1...8
    @inline(__always)
    static func powerOfTen(_ n: Int) -> UInt64 {
        smallPowersOfTen[n]
    }

    private static let smallPowersOfTen: InlineArray<9, UInt64> = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
    ]

    /// Reads `e`, an optional sign and digits at `at`; without digits it reads nothing and returns zero.
    @inline(__always)
    private static func scanExponent(_ text: Span<UInt8>, _ at: inout Int) -> Int {
        var next = at &+ 1
        guard next < text.count else { return 0 }
        let negative = text[next] == UInt8(ascii: "-")
        if negative || text[next] == UInt8(ascii: "+") { next &+= 1 }
        let start = next
        var magnitude = 0
        while next < text.count {
            let value = text[next] &- UInt8(ascii: "0")
            if value > 9 { break }
            // Saturates far beyond the number of digits that any memory holds, so that no long run of zeros can make up
            // for a long exponent by mistake.
            if magnitude < 1_000_000_000_000_000 { magnitude = magnitude &* 10 &+ Int(value) }
            next &+= 1
        }
        if next == start { return 0 }
        at = next
        return negative ? 0 &- magnitude : magnitude
    }

    // MARK: - From decimal to binary

    /// The `Double` nearest to significand · 10^exponent.
    @inline(__always)
    static func nearest(_ significand: UInt64, _ exponent: Int) -> Double {
        // Clinger's fast path: both operands are exact, so that one operation rounds once.
        if significand <= 1 &<< 53 {
            if exponent == 0 { return Double(significand) }
            if exponent < 0 {
                if exponent >= -22 { return Double(significand) / exactPowersOfTen[0 &- exponent] }
            } else if exponent <= 22 {
                return Double(significand) * exactPowersOfTen[exponent]
            }
        }
        return nearestByProduct(significand, exponent)
    }

    private static let exactPowersOfTen: InlineArray<23, Double> = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The `Double` nearest to significand · 10^exponent, by the algorithm of Eisel and Lemire.
    ///
    /// D. Lemire, "Number parsing at a gigabyte per second", 2021. With 128 bits of the power of five the product always
    /// decides how to round a 64-bit significand (N. Mushtak and D. Lemire, "Fast number parsing without fallback", 2023).
    static func nearestByProduct(_ significand: UInt64, _ exponent: Int) -> Double {
        if significand == 0 || exponent < DecimalPowers.smallest { return 0 }
        if exponent > 308 { return .infinity }

        let leadingZeros = significand.leadingZeroBitCount
        let normalized = significand &<< UInt64(leadingZeros)
        let power = DecimalPowers.leading(exponent)

        // 55 bits are needed: 53, one to round by, one that a leading zero may take. Where the bits below them are all
        // ones, the lower half of the power may carry into them.
        var product = normalized.multipliedFullWidth(by: UInt64(truncatingIfNeeded: power &>> 64))
        if product.high & 0x1FF == 0x1FF {
            let correction = normalized.multipliedFullWidth(by: UInt64(truncatingIfNeeded: power)).high
            let (low, carry) = product.low.addingReportingOverflow(correction)
            product = (high: product.high &+ (carry ? 1 : 0), low: low)
        }

        let upper = Int(product.high &>> 63)
        let shift = UInt64(upper &+ 9)
        var mantissa = product.high &>> shift
        // floor(log2(10^exponent)) + 63, then the bias
        var binaryExponent = ((217_706 &* exponent) &>> 16) &+ 63 &+ upper &- leadingZeros &+ 1023

        if binaryExponent <= 0 {
            // Subnormal. A tie cannot occur: it would need more than 64 bits of significand.
            let extra = 1 &- binaryExponent
            if extra >= 64 { return 0 }
            mantissa &>>= UInt64(extra)
            mantissa = (mantissa &+ (mantissa & 1)) &>> 1
            // Rounding up into 2^52 gives the bits of the smallest normal number by itself.
            return Double(bitPattern: mantissa)
        }

        // Exactly halfway, which only these exponents allow: to even.
        if product.low <= 1, exponent >= -4, exponent <= 23, mantissa & 3 == 1, mantissa &<< shift == product.high {
            mantissa &-= 1
        }
        mantissa = (mantissa &+ (mantissa & 1)) &>> 1
        if mantissa == 1 &<< 53 {
            mantissa = 1 &<< 52
            binaryExponent &+= 1
        }
        if binaryExponent >= 0x7FF { return .infinity }
        return Double(bitPattern: UInt64(binaryExponent) &<< 52 | (mantissa & ((1 &<< 52) &- 1)))
    }
}
