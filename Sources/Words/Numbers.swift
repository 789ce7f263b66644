// Numbers as people read them.

/// A number of five significant digits: `0.012346`, `1.5e-7`.
package func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    var digits = 0
    // Between 1 and 10, but for rounding where the number is very small or large.
    var leading = value
    while leading.magnitude >= 10 { (leading, digits) = (leading / 10, digits + 1) }
    while leading.magnitude < 1 { (leading, digits) = (leading * 10, digits - 1) }
    guard (-5...14).contains(digits) else {
        leading = (leading * 1e4).rounded() / 1e4
        return leading.magnitude < 10
            ? withoutPoint(leading) + "e\(digits)" : withoutPoint(leading / 10) + "e\(digits + 1)"
    }
    var scale = 1.0
    for _ in 0..<max(0, 4 - digits) { scale *= 10 }
    return withoutPoint((value * scale).rounded() / scale)
}

/// A whole number goes without a point.
private func withoutPoint(_ value: Double) -> String {
    var text = "\(value)"
    if text.hasSuffix(".0") { text.removeLast(2) }
    return text
}

/// A number of so many decimals at the most, without zeros at the end.
package func rounded(_ value: Double, decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = value * scale
    return short(scaled.isFinite ? scaled.rounded() / scale : value)
}

/// `12.3 %`
package func percent(_ share: Double) -> String {
    guard share.isFinite else { return "-" }
    // Above that, a Double has no tenths.
    guard share.magnitude < 1e12 else { return "\(short(share * 100)) %" }
    let tenths = Int((share * 1000).rounded())
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) %"
}

/// `12.3`
package func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

/// `1.5 GB`
package func gigabytes(_ bytes: Int) -> String {
    let tenths = bytes / 100_000_000 + (bytes % 100_000_000 >= 50_000_000 ? 1 : 0)
    return "\(tenths / 10).\(tenths % 10) GB"
}

extension Double {
    /// As one would write it: without a fraction where there is none.
    package var shortest: String {
        self == rounded() && magnitude < 1e15 ? "\(Int(self))" : "\(self)"
    }
}

/// A number with so many decimals, zeros at the end included: `0.020`.
package func fixed(_ value: Double, decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    guard value.isFinite, abs(value) * scale < 9e15 else { return short(value) }
    let digits = Int((value * scale).rounded())
    let text = String(abs(digits))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - text.count)) + text
    let sign = digits < 0 ? "-" : ""
    return decimals == 0 ? sign + padded : sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}
