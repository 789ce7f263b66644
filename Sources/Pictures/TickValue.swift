internal import Glibc
internal import Words

/// An exact decimal number, `digits` times ten to the `exponent`: the value of a tick, from which its text is made
/// without rounding.
struct TickValue: Equatable {
    var digits: Int
    var exponent: Int

    var value: Double {
        exponent >= 0 ? Double(digits) * pow(10, Double(exponent)) : Double(digits) / pow(10, Double(-exponent))
    }

    /// `value` rounded to `decimals` decimals: exact where |value| < 1e15 / 10^decimals.
    init(_ value: Double, decimals: Int) {
        digits = Int(clamping: (value * pow(10, Double(decimals))).rounded())
        exponent = -decimals
    }

    init(digits: Int, exponent: Int) {
        self.digits = digits
        self.exponent = exponent
    }

    /// With the point in its place: "0.25", "-3.0", "1200".
    var plain: String {
        let magnitude = String(digits.magnitude) + String(repeating: "0", count: digits == 0 ? 0 : max(0, exponent))
        let sign = digits < 0 ? "-" : ""
        guard exponent < 0 else { return sign + magnitude }
        let padded = String(repeating: "0", count: max(0, 1 - exponent - magnitude.count)) + magnitude
        return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
    }

    /// Without zeros at the end of the decimals: "0.25", "-3", "1200".
    var shortest: String {
        var short = self
        while short.exponent < 0, short.digits % 10 == 0 {
            short.digits /= 10
            short.exponent += 1
        }
        return short.plain
    }

    /// One digit before the point: "2.5e-7", "1e12".
    var scientific: String {
        guard digits != 0 else { return "0" }
        var magnitude = String(digits.magnitude)
        let power = exponent + magnitude.count - 1
        while magnitude.count > 1, magnitude.last == "0" { magnitude.removeLast() }
        let fraction = magnitude.dropFirst()
        return (digits < 0 ? "-" : "") + magnitude.prefix(1) + (fraction.isEmpty ? "" : "." + fraction)
            + (power == 0 ? "" : "e\(power)")
    }
}
