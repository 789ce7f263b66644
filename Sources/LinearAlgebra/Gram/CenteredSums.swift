internal import Kernels

/// Sums of the differences of rows from centers, and of their squares, feature by feature, and the range of the values.
///
/// Every sum is of one accumulator, or of r where r narrow rows are summed side by side; row k goes to number k mod r. So
/// a sum depends neither on the kernels nor on how the rows arrive. It is within (n + 3) ε Σ|t| of the exact one for n rows
/// of terms t, ε = 2⁻⁵³.
package struct CenteredSums: Sendable {
    package let features: Int
    /// How many rows were added.
    package private(set) var rows = 0
    /// r.
    private let fold: Int
    /// r · D values each.
    private var centers: [Double]
    private var foldedDifferences: [Double]
    private var foldedSquares: [Double]
    private var foldedMinima: [Double]
    private var foldedMaxima: [Double]
    private let kernels: KernelSet

    package init(features: Int, kernels: KernelSet = .current) {
        self.features = features
        self.kernels = kernels
        // Whole vectors, however long those are, and enough of them to be busy.
        fold = features >= 64 ? 1 : features >= 32 ? 8 : features >= 8 ? 16 : 64
        centers = Array(repeating: 0, count: fold * features)
        foldedDifferences = centers
        foldedSquares = centers
        foldedMinima = Array(repeating: .infinity, count: fold * features)
        foldedMaxima = Array(repeating: -.infinity, count: fold * features)
    }

    /// Begins anew.
    /// - Parameter centers: D values.
    package mutating func begin(centers: [Double]) {
        precondition(centers.count == features)
        rows = 0
        for k in self.centers.indices {
            self.centers[k] = centers[k % features]
            foldedDifferences[k] = 0
            foldedSquares[k] = 0
            foldedMinima[k] = .infinity
            foldedMaxima[k] = -.infinity
        }
    }

    /// - Parameter rows: count x D.
    package mutating func add<Scalar: RowScalar>(_ rows: Span<Scalar>, count: Int) {
        precondition(rows.count == count * features)
        // Rows one by one until r of them can be taken at once, and one by one at the end.
        var taken = 0
        let head = min(count, (fold - self.rows % fold) % fold)
        while taken < head { addRows(rows, &taken, 1) }
        if count - taken >= fold { addRows(rows, &taken, (count - taken) / fold * fold) }
        while taken < count { addRows(rows, &taken, 1) }
    }

    private mutating func addRows<Scalar: RowScalar>(_ rows: Span<Scalar>, _ taken: inout Int, _ count: Int) {
        let first = self.rows % fold * features
        let width = count % fold == 0 ? fold * features : features
        let kernels = kernels
        // The kernel reads `count` rows from the `taken`th on, and `width` sums from `first` on: r · D, or those of a row.
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe centers.withUnsafeBufferPointer { centers in
                unsafe kernel_sum(
                    kernels.table, Scalar.kind.kernel, rows.baseAddress! + taken * features, count * features / width,
                    width, width, centers.baseAddress! + first, &foldedDifferences[first], &foldedSquares[first],
                    &foldedMinima[first], &foldedMaxima[first])
            }
        }
        self.rows += count
        taken += count
    }

    /// Σ (x - c), D values.
    package var differences: [Double] { reduced(foldedDifferences, +) }
    /// Σ (x - c)², D values.
    package var squares: [Double] { reduced(foldedSquares, +) }
    package var minima: [Double] { reduced(foldedMinima, min) }
    package var maxima: [Double] { reduced(foldedMaxima, max) }

    private func reduced(_ folded: [Double], _ combine: (Double, Double) -> Double) -> [Double] {
        var result = Array(folded[..<features])
        for k in features..<max(features, folded.count) {
            result[k % features] = combine(result[k % features], folded[k])
        }
        return result
    }
}

/// Puts values into `bytes`, from `start` on.
/// - Returns: false where one of them is no whole number from 0 to 255; the bytes from `start` on say nothing then.
package func narrow<Scalar: RowScalar>(
    _ values: Span<Scalar>, into bytes: inout [UInt8], from start: Int, kernels: KernelSet = .current
) -> Bool {
    precondition(start >= 0 && values.count <= bytes.count - start)
    // The kernel writes as many bytes as there are values.
    return unsafe bytes.withUnsafeMutableBufferPointer { bytes in
        guard let first = bytes.baseAddress else { return true }
        return unsafe values.withUnsafeBufferPointer { values in
            unsafe kernel_narrow(
                kernels.table, Scalar.kind.kernel, values.baseAddress, values.count, first + start)
        }
    }
}
