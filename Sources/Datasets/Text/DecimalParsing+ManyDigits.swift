extension DecimalText {
    /// The `Double` nearest to the digits (with or without a point, which is already counted in `exponent`), read as an
    /// integer, times 10^exponent.
    @inline(never)
    static func manyDigits(_ digits: Span<UInt8>, _ exponent: Int) -> Double {
        // The first 19 significant digits; `dropped` counts those after them.
        var significand: UInt64 = 0
        var kept = 0
        var dropped = 0
        for index in digits.indices where digits[index] != UInt8(ascii: ".") {
            if kept == 19 {
                dropped += 1
            } else {
                significand = significand * 10 + UInt64(digits[index] - UInt8(ascii: "0"))
                if significand != 0 { kept += 1 }
            }
        }
        // The number lies between these two, which are one unit of the 19th digit apart: equal or neighbours.
        let below = nearestByProduct(significand, exponent + dropped)
        let above = nearestByProduct(significand + 1, exponent + dropped)
        return below == above ? below : nearest(digits, exponent, between: below, and: above)
    }

    /// The nearer of two neighbours, by comparing the digits exactly with the point halfway between them.
    private static func nearest(
        _ digits: Span<UInt8>, _ exponent: Int, between below: Double, and above: Double
    ) -> Double {
        // A halfway point has fewer than 770 significant digits: of the digits after the 800th it only matters whether
        // one is not zero.
        var number = Natural(0)
        var exponent = exponent
        var kept = 0
        var isLonger = false
        for index in digits.indices where digits[index] != UInt8(ascii: ".") {
            let digit = UInt64(digits[index] - UInt8(ascii: "0"))
            if kept < 800 {
                number.multiply(by: 10, adding: digit)
                if number != Natural(0) { kept += 1 }
            } else {
                exponent += 1
                if digit != 0 { isLonger = true }
            }
        }
        if isLonger {
            number.multiply(by: 10, adding: 1)
            exponent -= 1
        }

        // below = mantissa · 2^power, and halfway = (2 mantissa + 1) · 2^(power - 1).
        let field = below.exponentBitPattern
        let mantissa = below.significandBitPattern | (field == 0 ? 0 : 1 << 52)
        let power = Int(max(field, 1)) - 1075
        var halfway = Natural(2 * mantissa + 1)

        // number · 5^exponent · 2^exponent against halfway · 2^(power - 1), on the side where each factor is whole
        if exponent >= 0 {
            number.multiplyByPowerOfFive(exponent)
        } else {
            halfway.multiplyByPowerOfFive(-exponent)
        }
        let twos = exponent - (power - 1)
        if twos >= 0 { number.shiftLeft(by: twos) } else { halfway.shiftLeft(by: -twos) }

        switch number.compared(to: halfway) {
        case -1: return below
        case 1: return above
        default: return mantissa & 1 == 0 ? below : above
        }
    }
}
