internal import CKernels

/// x ↦ (x - origin) · W for rows of bytes, on the caller's thread alone, by AVX-512 VNNI.
///
/// Each column of W is a whole number of 24 bits times a scale, taken apart into three signed digits of 8 bits: so the
/// sums are exact, and only W is rounded, to 2^-24 of its column's largest entry. That is 1.4 times as fast as single
/// precision, whose sums round as they grow.
package struct ByteRowMultiplier: Sendable {
    private static let digits = 3
    private static let panel = 16
    private static let group = 4
    /// The largest whole number of three digits: 127, 127, 127.
    private static let largestWeight = 127.0 * 65_536 + 127 * 256 + 127
    /// 255 · 128 · D stays below 2^31 up to here.
    private static let greatestDepth = 65_793

    /// D and K.
    private let depth: Int
    private let columns: Int
    /// As `byte_row_products` takes them.
    private let weights: [Int8]
    private let scales: [Double]
    private let offsets: [Double]

    /// - Parameters:
    ///   - matrix: W, D x K.
    ///   - origin: D values.
    ///   - deviations: how far each of the D features strays from the origin: what says which entries of W matter.
    /// - Returns: nil where this processor cannot do it, and where single precision would be more exact: where a column
    ///   has large entries for features that hardly vary.
    package init?(_ matrix: Matrix<Double>, origin: [Double], deviations: [Double]) {
        precondition(origin.count == matrix.rows && deviations.count == matrix.rows)
        guard IntegerByteProducts.isAvailable, matrix.rows <= Self.greatestDepth else { return nil }
        depth = matrix.rows
        columns = matrix.columns
        guard let scales = Self.scales(matrix, deviations) else { return nil }
        let padded = scales.count
        let groups = (depth + Self.group - 1) / Self.group
        var weights = [Int8](repeating: 0, count: padded * groups * Self.digits * Self.group)
        var offsets = [Double](repeating: 0, count: padded)
        var out = weights.mutableSpan
        for k in 0..<matrix.rows {
            for column in 0..<matrix.columns {
                let weight = (matrix.elements[k * matrix.columns + column] / scales[column]).rounded()
                offsets[column] += origin[k] * weight
                var place = column / Self.panel * groups + k / Self.group
                place = (place * Self.digits * Self.panel + column % Self.panel) * Self.group + k % Self.group
                // The digits are balanced: each rest is a multiple of 256 after the digit is taken away.
                var rest = Int32(weight)
                for _ in 0..<Self.digits {
                    let digit = Int8(truncatingIfNeeded: rest)
                    out[place] = digit
                    rest = (rest - Int32(digit)) >> 8
                    place += Self.panel * Self.group
                }
            }
        }
        for column in 0..<matrix.columns { offsets[column] *= scales[column] }
        self.weights = weights
        self.scales = scales
        self.offsets = offsets
    }

    /// What each column's whole numbers are multiplied with, up to a multiple of 16; nil where they would be too coarse.
    ///
    /// Single precision rounds a sum of D terms as it grows, by about √D of the errors that rounding its factors makes.
    /// Up to eight times the latter is allowed here.
    private static func scales(_ matrix: Matrix<Double>, _ deviations: [Double]) -> [Double]? {
        var largest = [Double](repeating: 0, count: matrix.columns)
        var energy = largest
        var total = 0.0
        for k in 0..<matrix.rows {
            let variance = deviations[k] * deviations[k]
            total += variance
            for column in 0..<matrix.columns {
                let entry = matrix.elements[k * matrix.columns + column]
                largest[column] = max(largest[column], abs(entry))
                energy[column] += entry * entry * variance
            }
        }
        var scales = [Double](repeating: 1, count: (matrix.columns + panel - 1) / panel * panel)
        for column in 0..<matrix.columns where largest[column] > 0 || !energy[column].isFinite {
            scales[column] = largest[column] / largestWeight
            guard scales[column].isNormal, energy[column].isFinite,
                largest[column] * largest[column] * total <= 64 * energy[column]
            else { return nil }
        }
        return scales
    }

    /// N x K.
    /// - Parameter rows: N x D.
    package func multiply(_ rows: [UInt8], count: Int) -> [Float] {
        precondition(rows.count >= count * depth)
        // The kernel reads `count` rows of `depth` bytes and what was packed above, and writes `count` x `columns` values:
        // just what there is room for.
        return unsafe [Float](unsafeUninitializedCapacity: count * columns) { products, initialized in
            guard count > 0 else { return }
            unsafe rows.withUnsafeBufferPointer { rows in
                unsafe weights.withUnsafeBufferPointer { weights in
                    unsafe byte_row_products(
                        rows.baseAddress!, count, depth, weights.baseAddress!, columns, scales, offsets,
                        products.baseAddress!)
                }
            }
            initialized = count * columns
        }
    }
}
