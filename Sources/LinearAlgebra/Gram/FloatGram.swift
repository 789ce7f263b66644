internal import Kernels
internal import Threads

/// Sums of products of floating rows about centers, over all pairs of features, in double precision.
///
/// Rows are packed as differences from centers c that are near their mean, and multiplied a block at a time:
///
///     S += Σ (x - c)(x - c)ᵀ - u uᵀ + v vᵀ
///
/// u and v say how the block's mean, and what came before, differ from c: see `multiply`. What a sum is does not depend
/// on the number of threads, nor on the kernels as long as they fuse products with sums: an accumulator takes 128 rows in
/// their order, then joins the sum of all.
///
/// **Error.** With n rows in b blocks, ε = 2⁻⁵³ and d the differences as they are rounded, each of them to ε, a sum is
/// within
///
///     (130 + 2 ⌈n/128⌉) ε √(Σ d_i²) √(Σ d_j²)
///
/// of the exact one: at most 128 fused additions to an accumulator, one for each accumulator after that, by Cauchy's
/// inequality. That is the worst case, of errors that all have one sign; what is seen is about 5e-16.
///
/// **Why doubles.** Products of bytes can make up products of doubles (Ootomo, Ozaki and Yokota, "DGEMM on integer matrix
/// multiplication unit", 2024). With s slices of 8 bits, those of levels a + b <= s + 1 are kept, a slice with itself counts
/// once and two of them twice: s (s + 1) / 2 products of bytes. What is left out is below (s + 1) 2^(-8 s) r² of √(S_ii S_jj),
/// by Cauchy's inequality, r the largest magnitude over the deviation, about 4: 1e-10 takes five slices and fifteen products,
/// and the three that the 24 bits of a float fill take six for an error of up to 4e-6. VPDPBUSD multiplies eight times as fast
/// as VFMADD (of doubles), SDOT and FMLA alike: fifteen lose. One slice wins, where rows are whole numbers of a byte, and
/// nothing is left out then: `narrow` finds those.
package struct FloatGram: Sendable {
    private static let columns = kernel_scatter_columns

    package let features: Int
    /// How many rows are packed before they are multiplied: as many as keep them in the third cache, and no fewer than
    /// it takes to be worth the passing over of all sums.
    package let blockRows: Int
    /// How many rows are packed now.
    package private(set) var rows = 0
    /// Of the rows that are packed: Σ (x - c), and the range. D values and more.
    package private(set) var differences: [Double]
    package private(set) var minima: [Double]
    package private(set) var maxima: [Double]
    private var centers: [Double]
    private let kernels: KernelSet
    private let columnBlocks: Int
    private var packed: [Double] = []
    /// Column block q: 96 (q + 1) rows of 96 sums. Nothing before the first rows.
    private var sums: [Double] = []

    package init(features: Int, kernels: KernelSet = .current) {
        self.features = features
        self.kernels = kernels
        columnBlocks = (features + Self.columns - 1) / Self.columns
        blockRows = Self.blockRows(features: features)
        let padded = columnBlocks * Self.columns
        differences = Array(repeating: 0, count: padded)
        minima = Array(repeating: .infinity, count: padded)
        maxima = Array(repeating: -.infinity, count: padded)
        centers = Array(repeating: 0, count: padded)
    }

    package static func blockRows(features: Int) -> Int {
        min(max((6 << 20) / (8 * features) / 128 * 128, 128), 1024)
    }

    /// Where column block q begins among the sums.
    private static func start(ofBlock q: Int) -> Int { columns * columns * q * (q + 1) / 2 }

    /// Begins a block of rows.
    /// - Parameter centers: c, D values.
    package mutating func begin(centers: [Double]) {
        precondition(rows == 0 && centers.count == features)
        for j in 0..<features { self.centers[j] = centers[j] }
        for j in differences.indices {
            differences[j] = 0
            minima[j] = .infinity
            maxima[j] = -.infinity
        }
        let count = columnBlocks * Self.columns * (blockRows + kernel_scatter_extra)
        if packed.isEmpty { packed = Array(repeating: 0, count: count) }
    }

    /// Packs rows after those that are packed, each thread a range of features.
    /// - Parameter rows: count x D, within the room that there is.
    package mutating func add<Scalar: RowScalar>(_ rows: Span<Scalar>, count: Int) {
        precondition(self.rows + count <= blockRows && rows.count == count * features)
        let (features, kernels, place, depth) = (features, kernels, self.rows, blockRows)
        let panels = (features + kernels.scatterPanel - 1) / kernels.scatterPanel
        let threads = rows.count < 1 << 16 ? 1 : min(computingThreads, panels)
        // Threads write to panels and features of their own, all within the arrays: see `init` and `begin`.
        unsafe withPointers { packed, differences, minima, maxima, centers in
            unsafe rows.withUnsafeBufferPointer { rows in
                _ = concurrently(threads) { thread in
                    unsafe kernel_scatter_pack(
                        kernels.table, Scalar.kind.kernel, rows.baseAddress, count, features,
                        panels * thread / threads, panels * (thread + 1) / threads, centers, place, depth, packed,
                        differences, minima, maxima)
                }
            }
        }
        self.rows += count
    }

    private mutating func withPointers(
        _ body: (
            UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>,
            UnsafeMutablePointer<Double>, UnsafePointer<Double>
        ) -> Void
    ) {
        unsafe packed.withUnsafeMutableBufferPointer { packed in
            unsafe differences.withUnsafeMutableBufferPointer { differences in
                unsafe minima.withUnsafeMutableBufferPointer { minima in
                    unsafe maxima.withUnsafeMutableBufferPointer { maxima in
                        unsafe centers.withUnsafeBufferPointer { centers in
                            unsafe body(
                                packed.baseAddress!, differences.baseAddress!, minima.baseAddress!,
                                maxima.baseAddress!, centers.baseAddress!)
                        }
                    }
                }
            }
        }
    }

    /// Adds the products of the rows that are packed, less `minus` · `minus`ᵀ, plus `plus` · `plus`ᵀ.
    /// - Parameters: D values each.
    package mutating func multiply(minus: [Double], plus: [Double]) {
        precondition(rows > 0 && minus.count == features && plus.count == features)
        if sums.isEmpty { sums = Array(repeating: 0, count: Self.start(ofBlock: columnBlocks)) }
        let panel = kernels.scatterPanel
        let values = (blockRows + kernel_scatter_extra) * panel
        for j in 0..<features {
            let place = j / panel * values + rows * panel + j % panel
            packed[place] = minus[j]
            packed[place + panel] = plus[j]
        }
        let parts = gramParts(
            features: (features + 23) / 24 * 24, columns: Self.columns, rows: kernel_scatter_part)
        let next = Countdown(parts.count)
        let (kernels, depth, rows, features) = (kernels, blockRows, rows, features)
        // Each part has sums of its own; the packed rows are only read.
        unsafe sums.withUnsafeMutableBufferPointer { sums in
            unsafe packed.withUnsafeBufferPointer { packed in
                let (sums, packed) = (sums.baseAddress!, packed.baseAddress!)
                _ = concurrently(min(computingThreads, parts.count)) { _ in
                    while let number = next.take() {
                        let part = parts[number]
                        unsafe kernels.table.pointee.scatter_add(
                            packed, depth, rows, features, part.block, part.rows.lowerBound, part.rows.upperBound,
                            sums + Self.start(ofBlock: part.block))
                    }
                }
            }
        }
        self.rows = 0
    }

    /// The sum of products of features i <= j, of all rows that were multiplied.
    package func sum(_ i: Int, _ j: Int) -> Double {
        precondition(0 <= i && i <= j && j < features)
        let block = j / Self.columns
        return sums.isEmpty ? 0 : sums[Self.start(ofBlock: block) + Self.columns * (i - block) + j]
    }

    /// Adds the sums to the upper triangle of a matrix, and begins anew.
    /// - Parameter matrix: D x D, row-major.
    package mutating func drain(into matrix: inout [Double]) {
        precondition(rows == 0 && matrix.count == features * features)
        packed = []
        guard !sums.isEmpty else { return }
        let sums = sums
        self.sums = []
        var matrix = matrix.mutableSpan
        for i in 0..<features {
            for q in i / Self.columns..<columnBlocks {
                let row = Self.start(ofBlock: q) + Self.columns * (i - q)
                for j in max(i, q * Self.columns)..<min((q + 1) * Self.columns, features) {
                    matrix[i * features + j] += sums[row + j]
                }
            }
        }
    }
}
