extension DecimalText {
    /// Appends the shortest decimal that reads back to the same bits; of several the nearest.
    ///
    /// Spelled as Python does it, but whole numbers have no `.0`: `5`, `0.1`, `-1.5`, `1e-05`, `1e+16`. Minus zero is
    /// `-0.0`, because readers that have integers would lose the sign of `-0`.
    ///
    /// - Precondition: `value` is finite.
    package static func append(_ value: Double, to text: inout [UInt8]) {
        precondition(value.isFinite, "only finite numbers have a decimal spelling")
        let shortest =
            value.exponentBitPattern == 0
            ? shortest(value.significandBitPattern, -1074, isPowerOfTwo: false)
            : shortest(
                value.significandBitPattern | 1 << 52, Int(value.exponentBitPattern) - 1075,
                isPowerOfTwo: value.significandBitPattern == 0 && value.exponentBitPattern > 1)
        append(shortest, isNegative: value.sign == .minus, to: &text)
    }

    /// Appends the shortest decimal that reads back to the same `Float`; otherwise as for a `Double`.
    package static func append(_ value: Float, to text: inout [UInt8]) {
        precondition(value.isFinite, "only finite numbers have a decimal spelling")
        let significand = UInt64(value.significandBitPattern)
        let shortest =
            value.exponentBitPattern == 0
            ? shortest(significand, -149, isPowerOfTwo: false)
            : shortest(
                significand | 1 << 23, Int(value.exponentBitPattern) - 150,
                isPowerOfTwo: significand == 0 && value.exponentBitPattern > 1)
        append(shortest, isNegative: value.sign == .minus, to: &text)
    }

    /// Appends an integer.
    package static func append(_ value: Int, to text: inout [UInt8]) {
        append(
            Digits(significand: UInt64(value.magnitude), exponent: 0), isNegative: value < 0, to: &text,
            wholeDigits: 20)
    }

    // MARK: - The shortest digits

    /// significand · 10^exponent; a significand other than zero may end in zeros.
    private struct Digits {
        var significand: UInt64
        var exponent: Int
    }

    /// The shortest decimal between the halfway points to the neighbours of c · 2^q, by the Schubfach algorithm.
    ///
    /// R. Giulietti, "The Schubfach way to render doubles", 2021. Below a power of two the neighbour is only half as far.
    private static func shortest(_ c: UInt64, _ q: Int, isPowerOfTwo: Bool) -> Digits {
        if c == 0 { return Digits(significand: 0, exponent: 0) }
        // A whole number below 2^53 needs no search: its own digits are the shortest, as one unit is at least the
        // distance of neighbours.
        if q <= 0, q > -53, c & ((1 &<< UInt64(0 &- q)) &- 1) == 0 {
            return Digits(significand: c &>> UInt64(0 &- q), exponent: 0)
        }

        // Four times the number and the two halfway points, in units of 2^(q - 2), are made units of 10^k / 4, where
        // 10^k is the largest power of ten that is no larger than the interval.
        let k = (q &* 1_262_611 &- (isPowerOfTwo ? 524_031 : 0)) &>> 22
        let h = UInt64(q &+ ((0 &- k) &* 1_741_647) &>> 19 &+ 1)
        let power = DecimalPowers.leadingRoundedUp(0 &- k)
        let middle = 4 &* c
        let lower = roundedToOdd(power, (middle &- (isPowerOfTwo ? 1 : 2)) &<< h)
        let exact = roundedToOdd(power, middle &<< h)
        let upper = roundedToOdd(power, (middle &+ 2) &<< h)
        // The halfway points themselves read back as c · 2^q if c is even.
        let odd = c & 1
        let low = lower &+ odd
        let high = upper &- odd

        let s = exact / 4
        if s >= 10 {
            // One digit less, if exactly one of the two candidates is inside.
            let tens = s / 10
            let belowIsInside = low <= 40 &* tens
            let aboveIsInside = 40 &* tens &+ 40 <= high
            if belowIsInside != aboveIsInside {
                return Digits(significand: tens &+ (aboveIsInside ? 1 : 0), exponent: k &+ 1)
            }
        }
        let belowIsInside = low <= 4 &* s
        let aboveIsInside = 4 &* s &+ 4 <= high
        if belowIsInside != aboveIsInside {
            return Digits(significand: s &+ (aboveIsInside ? 1 : 0), exponent: k)
        }
        // Both or none: the nearer one, or the even one.
        let halfway = 4 &* s &+ 2
        let roundsUp = exact > halfway || (exact == halfway && s & 1 == 1)
        return Digits(significand: s &+ (roundsUp ? 1 : 0), exponent: k)
    }

    /// power · factor / 2^128, its last bit set if anything is left of it.
    @inline(__always)
    private static func roundedToOdd(_ power: UInt128, _ factor: UInt64) -> UInt64 {
        let carried = UInt64(truncatingIfNeeded: power).multipliedFullWidth(by: factor).high
        let product = UInt64(truncatingIfNeeded: power &>> 64).multipliedFullWidth(by: factor)
        let (low, carry) = product.low.addingReportingOverflow(carried)
        return product.high &+ (carry ? 1 : 0) | (low > 1 ? 1 : 0)
    }

    // MARK: - Spelling

    /// Appends digits, with a point or an exponent as needed. Numbers of up to `wholeDigits` digits before the point are
    /// written without an exponent.
    private static func append(
        _ number: Digits, isNegative: Bool, to text: inout [UInt8], wholeDigits: Int = 16
    ) {
        let zero = UInt8(ascii: "0")
        if number.significand == 0 {
            text.append(contentsOf: isNegative ? "-0.0".utf8 : "0".utf8)
            return
        }
        var number = number
        if number.exponent != 0 {
            if case (let rest, 0) = number.significand.quotientAndRemainder(dividingBy: 100_000_000) {
                number.significand = rest
                number.exponent &+= 8
            }
            while case (let rest, 0) = number.significand.quotientAndRemainder(dividingBy: 10) {
                number.significand = rest
                number.exponent &+= 1
            }
        }

        // The digits go to the end of a buffer, in blocks of eight, and what stands before them is put before them. At
        // most: a sign, "0.000" and 17 digits, or a sign, a point and 20 digits.
        var buffer = InlineArray<24, UInt8>(repeating: zero)
        let end = 24
        var block = end &- 8
        var rest = number.significand
        while rest >= 100_000_000 {
            let (high, low) = rest.quotientAndRemainder(dividingBy: 100_000_000)
            store(eightDigitValues(low), at: block, in: &buffer)
            block &-= 8
            rest = high
        }
        let values = eightDigitValues(rest)
        store(values, at: block, in: &buffer)
        var start = block &+ values.trailingZeroBitCount &>> 3

        let count = end &- start
        var point = count &+ number.exponent  // digits before the point
        var exponent = 0
        if point > wholeDigits || point <= -4 {
            exponent = point &- 1
            point = 1
        }

        if point <= 0 {
            start &-= 2 &- point
            buffer[start &+ 1] = UInt8(ascii: ".")
        } else if point < count {
            start &-= 1
            for index in start..<(start &+ point) { buffer[index] = buffer[index &+ 1] }
            buffer[start &+ point] = UInt8(ascii: ".")
        }
        if isNegative {
            start &-= 1
            buffer[start] = UInt8(ascii: "-")
        }
        unsafe buffer.span.extracting(start..<end).withUnsafeBufferPointer { unsafe text.append(contentsOf: $0) }

        if exponent != 0 {
            text.append(UInt8(ascii: "e"))
            text.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
            let magnitude = UInt16(truncatingIfNeeded: exponent.magnitude)
            if magnitude >= 100 { text.append(zero &+ UInt8(truncatingIfNeeded: magnitude / 100)) }
            text.append(zero &+ UInt8(truncatingIfNeeded: magnitude / 10 % 10))
            text.append(zero &+ UInt8(truncatingIfNeeded: magnitude % 10))
        } else {
            for _ in count..<max(count, point) { text.append(zero) }
        }
    }
    /// The eight digits of a number below 10^8 as 0...9, one in each byte, the first in the lowest byte.
    @inline(__always)
    private static func eightDigitValues(_ number: UInt64) -> UInt64 {
        // Two numbers of four digits, four of two, eight of one; the quotients are exact in these ranges.
        let high = number / 10_000
        let fours = high | (number &- high &* 10_000) &<< 32
        let hundreds = ((fours &* 10_486) &>> 20) & 0x0000_007F_0000_007F
        let twos = hundreds | (fours &- hundreds &* 100) &<< 16
        let tens = ((twos &* 103) &>> 10) & 0x000F_000F_000F_000F
        return tens | (twos &- tens &* 10) &<< 8
    }

    @inline(__always)
    private static func store(_ values: UInt64, at offset: Int, in buffer: inout InlineArray<24, UInt8>) {
        var bytes = buffer.mutableSpan
        var raw = unsafe bytes.mutableBytes
        raw.storeBytes(of: (values | 0x3030_3030_3030_3030).littleEndian, toByteOffset: offset, as: UInt64.self)
    }
}
