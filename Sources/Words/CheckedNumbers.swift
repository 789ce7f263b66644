// Arithmetic on numbers that come from a file or an option: nothing here traps.

extension Int {
    /// `value` without its fraction. Outside the range of `Int` the nearer end of the range; 0 for NaN.
    package init(clamping value: Double) {
        // 2^63, which is one more than the largest Int, is a Double.
        self = value.isNaN ? 0 : value >= 0x1p63 ? .max : value < -0x1p63 ? .min : Int(value)
    }

    /// A whole number in decimal digits without a sign; nil for anything else, and where it is too large.
    package init?(digits: some Collection<UInt8>) {
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.init(String(decoding: digits, as: UTF8.self))
    }
}

/// The product of sizes; nil where it is too large for an `Int`, or where one of them is nil for that reason.
package func checkedProduct(_ factors: Int?...) -> Int? { checkedProduct(of: factors) }

package func checkedProduct(of factors: [Int?]) -> Int? {
    var product = 1
    for factor in factors {
        guard let factor else { return nil }
        let (next, overflow) = product.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        product = next
    }
    return product
}

/// The sum of sizes; nil where it is too large for an `Int`, or where one of them is nil for that reason.
package func checkedSum(_ terms: Int?...) -> Int? { checkedSum(of: terms) }

package func checkedSum(of terms: [Int?]) -> Int? {
    var sum = 0
    for term in terms {
        guard let term else { return nil }
        let (next, overflow) = sum.addingReportingOverflow(term)
        guard !overflow else { return nil }
        sum = next
    }
    return sum
}
