internal import Kernels

/// x ↦ (x - origin) · W + bias for rows of bytes, in single precision, on the caller's thread alone.
///
/// Each column of W is a whole number of 24 bits times a scale, taken apart into digits: so the sums are exact, and only W
/// is rounded, to 2^-24 of its column's largest entry, and the result. That is more exact than single precision, whose
/// sums round as they grow, and the same bits with every kernel set.
package struct ByteProjection: Sendable {
    /// 127, 127, 127 as three digits of 8 bits, which two of 12 hold as well.
    private static let largestWeight = 127.0 * 65_536 + 127 * 256 + 127
    /// 255 · 2^23 · D stays below 2^53 up to here.
    private static let greatestDepth = 1 << 22

    /// D and K.
    private let depth: Int
    private let columns: Int
    /// As the kernels take them; of the columns, up to whole panels.
    private let weights: [UInt8]
    private let constants: [Double]
    private let scales: [Double]
    private let offsets: [Double]
    private let kernels: KernelSet

    /// - Parameters:
    ///   - matrix: unit · W, D x K.
    ///   - origin: D values.
    ///   - unit: what the rows of the matrix are multiplied with.
    ///   - bias: K values.
    ///   - deviations: how far each of the D features strays from the origin: what says which entries of W matter.
    /// - Returns: nil where single precision would be more exact: where a column has large entries for features that hardly
    ///   vary.
    package init?(
        _ matrix: Matrix<Double>, origin: [Double], unit: [Double], bias: [Double], deviations: [Double],
        kernels: KernelSet = .current
    ) {
        precondition(origin.count == matrix.rows && deviations.count == matrix.rows && unit.count == matrix.rows)
        guard matrix.rows <= Self.greatestDepth else { return nil }
        guard let scales = Self.scales(matrix, unit, deviations) else { return nil }
        depth = matrix.rows
        columns = matrix.columns
        self.kernels = kernels
        let panel = kernels.digitColumns
        let padded = (columns + panel - 1) / panel * panel
        let group = kernels.digitGroup
        let groups = (depth + group - 1) / group
        let (digits, bits) = (kernels.digits, kernels.digitBits)
        let size = bits == 8 ? 1 : 2

        var weights = [UInt8](repeating: 0, count: padded * groups * digits * group * size)
        var constants = [Double](repeating: 0, count: padded)
        var shares = constants
        var out = weights.mutableSpan
        for k in 0..<matrix.rows {
            for column in 0..<matrix.columns {
                let weight = (matrix.elements[k * matrix.columns + column] / unit[k] / scales[column]).rounded()
                shares[column] += origin[k] * weight
                if kernels.shiftsBytes { constants[column] += 128 * weight }
                var place = (column / panel * groups + k / group) * digits * panel
                place = (place + column % panel) * group + k % group
                // The digits are balanced: each rest is a multiple of 2^bits after the digit is taken away.
                var rest = Int32(weight)
                for _ in 0..<digits {
                    let digit = (rest << Int32(32 - bits)) >> Int32(32 - bits)
                    out[place * size] = UInt8(truncatingIfNeeded: digit)
                    if size == 2 { out[place * size + 1] = UInt8(truncatingIfNeeded: digit >> 8) }
                    rest = (rest - digit) >> Int32(bits)
                    place += panel * group
                }
            }
        }
        self.weights = weights
        self.constants = constants
        self.scales = scales + Array(repeating: 1, count: padded - columns)
        offsets = (0..<padded).map { $0 < bias.count ? bias[$0] - shares[$0] * scales[$0] : 0 }
    }

    /// What each column's whole numbers are multiplied with; nil where they would be too coarse.
    ///
    /// Single precision rounds a sum of D terms as it grows, by about √D of the errors that rounding its factors makes.
    /// Up to eight times the latter is allowed here.
    private static func scales(_ matrix: Matrix<Double>, _ unit: [Double], _ deviations: [Double]) -> [Double]? {
        var largest = [Double](repeating: 0, count: matrix.columns)
        var energy = largest
        var total = 0.0
        for k in 0..<matrix.rows {
            let variance = deviations[k] * deviations[k]
            total += variance
            for column in 0..<matrix.columns {
                let entry = matrix.elements[k * matrix.columns + column] / unit[k]
                largest[column] = max(largest[column], abs(entry))
                energy[column] += entry * entry * variance
            }
        }
        var scales = [Double](repeating: 1, count: matrix.columns)
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
    package func apply(_ rows: [UInt8], count: Int) -> [Float] {
        precondition(rows.count >= count * depth)
        let scratch = unsafe UnsafeMutableRawPointer.allocate(
            byteCount: max(1, kernels.table.pointee.scratch_bytes(depth)), alignment: 64)
        defer { unsafe scratch.deallocate() }
        // The kernel reads `count` rows of `depth` bytes and what was packed above, and writes `count` x `columns` values:
        // just what there is room for.
        return unsafe [Float](unsafeUninitializedCapacity: count * columns) { result, initialized in
            guard count > 0 else { return }
            unsafe rows.withUnsafeBufferPointer { rows in
                unsafe weights.withUnsafeBytes { weights in
                    unsafe kernels.table.pointee.project_bytes(
                        rows.baseAddress, count, depth, weights.baseAddress, columns, constants, scales, offsets,
                        result.baseAddress, scratch)
                }
            }
            initialized = count * columns
        }
    }
}
