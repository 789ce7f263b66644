public import Datasets

/// A number that tells rows by their values: 128 bits that do not depend on the order of the rows or on the files that
/// they came in. Fingerprints of parts add up to that of the whole. Not against an adversary.
///
/// The sum, modulo 2^64, of a hash of each row, and beside it the sum of those hashes mixed once more.
public struct RowsFingerprint: Hashable, Sendable {
    private var sum: UInt64 = 0
    private var mixedSum: UInt64 = 0

    /// That of no rows.
    public init() {}

    /// Adds the rows of a block as they came, before any row step.
    public mutating func add(_ block: borrowing RowBlock) {
        switch block.values {
        case .bytes(let values): add(values.span, rows: block.count)
        case .floats(let values): add(values.span, rows: block.count)
        case .doubles(let values): add(values.span, rows: block.count)
        }
    }

    private mutating func add<Scalar: BitwiseCopyable>(_ values: Span<Scalar>, rows: Int) {
        let length = rows == 0 ? 0 : values.count / rows
        for row in 0..<rows {
            let hash = contentHash(values.extracting(row * length..<(row + 1) * length))
            sum &+= hash
            mixedSum &+= mixedBits(~hash)
        }
    }

    public static func += (fingerprint: inout RowsFingerprint, other: RowsFingerprint) {
        fingerprint.sum &+= other.sum
        fingerprint.mixedSum &+= other.mixedSum
    }
}

extension RowsFingerprint: LosslessStringConvertible {
    /// 32 hexadecimal digits.
    public var description: String { hexadecimal(sum) + hexadecimal(mixedSum) }

    public init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 32, digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let sum = UInt64(text.prefix(16), radix: 16), let mixedSum = UInt64(text.dropFirst(16), radix: 16)
        else { return nil }
        (self.sum, self.mixedSum) = (sum, mixedSum)
    }
}

/// The digits of a number, with leading zeros.
func hexadecimal<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: Number.bitWidth / 4 - digits.count) + digits
}
