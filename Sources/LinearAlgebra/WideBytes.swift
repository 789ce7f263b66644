internal import Threads

/// Rows of bytes x that make up Z, N x D: z = (x - subtract) · factor.
package struct WideBytes {
    private let count: Int
    private let subtract: [Double]
    private let factor: Double
    /// Writes the columns `range`, c x N: the values of a feature side by side.
    private let copyTransposed: (Range<Int>, inout [UInt8]) -> Void

    /// - Parameters:
    ///   - count: N.
    ///   - subtract: D values.
    ///   - copyTransposed: writes the columns of x in a range to the start of an array, c x N.
    package init(
        count: Int, subtract: [Double], factor: Double, copyTransposed: @escaping (Range<Int>, inout [UInt8]) -> Void
    ) {
        self.count = count
        self.subtract = subtract
        self.factor = factor
        self.copyTransposed = copyTransposed
    }

    /// Z Zᵀ / divisor, N x N, both triangles. With p = x - 128 and t = subtract - 128,
    ///
    ///     Σ (p_i - t)(p_j - t) = Σ p_i p_j - Σ p_i t - Σ p_j t + Σ t²
    ///
    /// and the first sum, of which there are N² / 2, is exact: rows are to Gram here what features are elsewhere.
    func gram(divisor: Double) -> Matrix<Double> {
        let (products, shifts) = sums()
        let square = subtract.reduce(0) { $0 + ($1 - 128) * ($1 - 128) }
        let (count, factor) = (count, factor)
        var gram = Matrix<Double>(repeating: 0, rows: count, columns: count)
        let next = Countdown(count)
        // Each row is written by the one who takes it.
        unsafe gram.elements.withUnsafeMutableBufferPointer { gram in
            let gram = gram.baseAddress!
            _ = concurrently(min(computingThreads, count)) { _ in
                while let i = next.take() {
                    let start = triangleStart(i, count) - i
                    for j in i..<count {
                        let sum = products[start + j] - shifts[i] - shifts[j] + square
                        // Factor by factor: the square of a small one has lost its last bits.
                        unsafe gram[i * count + j] = sum * factor / divisor * factor
                    }
                }
            }
        }
        gram.mirrorUpperTriangle()
        return gram
    }

    /// Σ p_i p_j, the upper triangle, and Σ p_i t.
    private func sums() -> (products: [Double], shifts: [Double]) {
        var gram = ByteGram(features: count)
        var products = [Double](repeating: 0, count: triangleStart(count, count))
        var shifts = [Double](repeating: 0, count: count)
        var block = [UInt8](repeating: 0, count: ByteGram.blockRows * count)
        for first in stride(from: 0, to: subtract.count, by: ByteGram.blockRows) {
            let range = first..<min(first + ByteGram.blockRows, subtract.count)
            copyTransposed(range, &block)
            gram.add(block, rows: range.count, totals: &products)
            addShifts(of: block, range, to: &shifts)
        }
        gram.drain(into: &products)
        return (products, shifts)
    }

    /// Each thread takes some of the rows; a row's terms are added in the order of the features.
    private func addShifts(of block: [UInt8], _ range: Range<Int>, to shifts: inout [Double]) {
        let threads = min(computingThreads, count)
        let (count, subtract, before) = (count, subtract, shifts)
        let parts = concurrently(threads) { thread in
            let rows = count * thread / threads..<count * (thread + 1) / threads
            var sums = Array(before[rows])
            for (k, feature) in range.enumerated() {
                let values = k * count + rows.lowerBound..<k * count + rows.upperBound
                add(block.span.extracting(values), times: subtract[feature] - 128, to: &sums)
            }
            return sums
        }
        shifts = Array(parts.joined())
    }
}

// A function of an array, so that the compiler sees that what it reads and writes is apart.
private func add(_ bytes: Span<UInt8>, times shift: Double, to sums: inout [Double]) {
    var sums = sums.mutableSpan
    for i in bytes.indices { sums[i] += (Double(bytes[i]) - 128) * shift }
}
