// Principal axes of rows that are too wide for their D x D covariance.
//
// N rows   D features   Z N x D, the centered and scaled rows   n = N - ddof   C = Zᵀ Z / n, never formed
// K axes   b vectors in a block

/// Some rows of Z, as they are kept: they become doubles a few columns at a time.
package protocol WideBlock {
    /// m.
    var count: Int { get }

    /// Writes the columns `range` of the rows, m x c and row-major, to the start of `chunk`.
    func copyColumns(_ range: Range<Int>, to chunk: inout [Double])

    /// The same rows as bytes, where they are such.
    var bytes: WideBytes? { get }
}

extension WideBlock {
    package var bytes: WideBytes? { nil }
}

/// Z, handed out some rows at a time.
package protocol WideRows {
    /// N and D.
    var count: Int { get }
    var features: Int { get }

    /// Hands all rows to `body`, in the same blocks each time.
    func forEachBlock(
        _ body: (any WideBlock) throws(LinearAlgebraError) -> Void
    ) throws(LinearAlgebraError)
}

/// The largest `count` principal axes by Lanczos: one pass over the rows for each product with a block of vectors.
///
/// Residuals and orthonormality are measured. That a larger eigenvalue was passed over cannot be ruled out without C, but
/// it would have to hide from b random vectors.
/// - Throws: `notCertified`; what `forEachBlock` throws.
package func principalAxes(
    ofStreamed rows: some WideRows, divisor: Double, count: Int
) throws(LinearAlgebraError) -> PrincipalAxes {
    var plan = LanczosPlan(dimension: rows.features, count: count)
    // A pass costs so much that it may be worth a look after each.
    plan.blockSize = min(rows.features, LanczosPlan.streamedBlock)
    plan.capacity = LanczosPlan.streamedCapacity(dimension: rows.features, count: count)
    plan.kept = count + (plan.capacity - count) / 3
    plan.looksAfterEachProduct = true
    plan.allowedProducts = 200
    var pairs = try lanczosEigenpairs(of: RowOperator(rows: rows, divisor: divisor), count: count, plan: plan)
    for index in pairs.values.indices { pairs.values[index] = max(0, pairs.values[index]) }
    makeLargestEntriesPositive(inRowsOf: &pairs.vectors)
    return PrincipalAxes(pairs, solver: .lanczos, fallbacks: [])
}

/// How much memory `principalAxes(ofStreamed:)` takes, but for the rows: in bytes.
package func streamedAxesBytes(features: Int, count: Int) -> Int {
    // The basis, its restart, the result and its products, and a few blocks.
    let vectors =
        LanczosPlan.streamedCapacity(dimension: features, count: count) + 4 * count + 8 * LanczosPlan.streamedBlock
    return 8 * features * vectors
}

extension LanczosPlan {
    fileprivate static let streamedBlock = 32

    fileprivate static func streamedCapacity(dimension: Int, count: Int) -> Int {
        min(dimension, 2 * count + 9 * streamedBlock)
    }
}

/// The axes of fewer rows than features, by way of the N x N matrix of the rows' products.
///
/// Z Zᵀ / n has the same eigenvalues λ as C, and its eigenvectors u lead to those of C: v = Zᵀ u / √(n λ). See Turk and
/// Pentland, "Eigenfaces for recognition" (1991).
package struct DualAxes<Rows: WideRows & WideBlock> {
    private let rows: Rows
    private let divisor: Double
    private let pairs: Eigenpairs
    private let fallbacks: [PrincipalAxes.Fallback]

    /// λ, descending, never negative: all N of them, or the largest that were asked for.
    package var variances: [Double] { pairs.values }

    /// - Parameters:
    ///   - rows: all of Z, in memory, as one block.
    ///   - divisor: n.
    ///   - count: how many eigenvalues are wanted; nil for all.
    package init(of rows: Rows, divisor: Double, count: Int?) throws(LinearAlgebraError) {
        self.rows = rows
        self.divisor = divisor
        let gram: Matrix<Double>
        if let bytes = rows.bytes {
            gram = bytes.gram(divisor: divisor)
        } else {
            gram = try Self.gram(of: rows, divisor: divisor)
        }
        if let count, rows.count > Self.mostProvable {
            pairs = try lanczosEigenpairs(
                of: gram, count: count, plan: LanczosPlan(dimension: rows.count, count: count))
            fallbacks = []
        } else {
            let axes = try principalAxes(of: gram, count: count, solver: count == nil ? .eigh : .auto)
            pairs = Eigenpairs(values: axes.variances, vectors: axes.axes)
            fallbacks = axes.fallbacks
        }
    }

    /// For more rows, to prove that no larger eigenvalue was missed would take longer than to find those that there are.
    private static var mostProvable: Int { 8192 }

    private static func gram(of rows: Rows, divisor: Double) throws(LinearAlgebraError) -> Matrix<Double> {
        let n = rows.count
        var gram = Matrix<Double>(repeating: 0, rows: n, columns: n)
        var chunk: [Double] = []
        for range in columnRanges(features: rows.features, rows: n) {
            if chunk.isEmpty { chunk = Array(repeating: 0, count: n * range.count) }
            rows.copyColumns(range, to: &chunk)
            let view = MatrixView(chunk.span.extracting(first: n * range.count), rows: n, columns: range.count)
            try addGram(of: view.transposed, alpha: 1 / divisor, into: &gram.elements)
        }
        gram.mirrorUpperTriangle()
        return gram
    }

    /// The first `count` axes; residuals and orthonormality are measured.
    /// - Throws: `notCertified`, beside what BLAS and LAPACK throw.
    package func axes(count: Int) throws(LinearAlgebraError) -> PrincipalAxes {
        let features = rows.features
        var found = Eigenpairs(
            values: Array(variances.prefix(count)), vectors: Matrix(repeating: 0, rows: count, columns: features))
        let vectors = pairs.prefix(count).vectors
        var chunk = WorkChunk()
        for range in columnRanges(features: features, rows: rows.count) {
            try chunk.addProducts(
                of: vectors, rows, range, scale: 1, features: features, to: &found.vectors.elements)
        }
        let rank = numericalRank(ofDescending: found.values, dimension: features)
        var generator = SplitMix64(seed: 0x6E6E_7072_6570)
        for row in 0..<count {
            // What has no variance can point anywhere, as long as it is orthogonal to the rest.
            let length = row < rank ? (divisor * found.values[row]).squareRoot() : 0
            for k in row * features..<(row + 1) * features {
                found.vectors.elements[k] = row < rank ? found.vectors.elements[k] / length : generator.nextSigned()
            }
        }
        // Rounding weighs the more the smaller λ is: each axis gives up what it shares with those before it.
        try orthonormalizeRows(&found.vectors.elements, count: count, dimension: features)
        try certify(
            found, of: RowOperator(rows: rows, divisor: divisor), LanczosPlan(dimension: features, count: count))
        makeLargestEntriesPositive(inRowsOf: &found.vectors)
        let isAll = variances.count == rows.count
        return PrincipalAxes(
            found, solver: .dual, rank: isAll ? numericalRank(ofDescending: variances, dimension: features) : nil,
            fallbacks: fallbacks)
    }
}

/// C, by way of the rows: V C = (V Zᵀ) Z / n.
private struct RowOperator<Rows: WideRows>: SymmetricOperator {
    let rows: Rows
    let divisor: Double

    var dimension: Int { rows.features }

    func multiply(_ vectors: MatrixView<Double>, into products: inout [Double]) throws(LinearAlgebraError) {
        for k in products.indices { products[k] = 0 }
        var chunk = WorkChunk()
        try rows.forEachBlock { (block) throws(LinearAlgebraError) in
            // V Zᵀ of these rows needs all their columns, before it meets them once more.
            var scores = Matrix<Double>(repeating: 0, rows: vectors.rows, columns: block.count)
            for range in columnRanges(features: dimension, rows: block.count) {
                try chunk.addScores(of: vectors, block, range, to: &scores)
            }
            for range in columnRanges(features: dimension, rows: block.count) {
                try chunk.addProducts(of: scores, block, range, scale: 1 / divisor, features: dimension, to: &products)
            }
        }
    }
}

/// Room for some columns of some rows, and for what is multiplied with them.
private struct WorkChunk {
    private var values: [Double] = []
    /// The same columns of V, and of the products.
    private var vectorPart: [Double] = []
    private var productPart: [Double] = []

    /// scores += V Zᵀ, of the columns `range` of both.
    mutating func addScores(
        of vectors: MatrixView<Double>, _ block: any WideBlock, _ range: Range<Int>, to scores: inout Matrix<Double>
    ) throws(LinearAlgebraError) {
        copy(block, range)
        vectorPart.removeAll(keepingCapacity: true)
        for row in 0..<vectors.rows {
            let start = row * vectors.columns
            for k in start + range.lowerBound..<start + range.upperBound { vectorPart.append(vectors.elements[k]) }
        }
        try multiply(
            MatrixView(vectorPart.span, rows: vectors.rows, columns: range.count), view(block.count, range).transposed,
            beta: 1, into: &scores.elements)
    }

    /// products[, range] += scale · scores · Z[, range].
    mutating func addProducts(
        of scores: Matrix<Double>, _ block: any WideBlock, _ range: Range<Int>, scale: Double, features: Int,
        to products: inout [Double]
    ) throws(LinearAlgebraError) {
        copy(block, range)
        if productPart.count != scores.rows * range.count {
            productPart = Array(repeating: 0, count: scores.rows * range.count)
        }
        var part = productPart
        productPart = []
        try multiply(scores.view, view(block.count, range), alpha: scale, into: &part)
        for row in 0..<scores.rows {
            for (k, column) in range.enumerated() {
                products[row * features + column] += part[row * range.count + k]
            }
        }
        productPart = part
    }

    @_lifetime(borrow self)
    private func view(_ rows: Int, _ range: Range<Int>) -> MatrixView<Double> {
        MatrixView(values.span.extracting(first: rows * range.count), rows: rows, columns: range.count)
    }

    private mutating func copy(_ block: any WideBlock, _ range: Range<Int>) {
        if values.count < block.count * range.count { values = Array(repeating: 0, count: block.count * range.count) }
        block.copyColumns(range, to: &values)
    }
}

/// Columns that are worked on together: as many as stay within the caches.
private func columnRanges(features: Int, rows: Int) -> [Range<Int>] {
    let width = max(256, (8 << 20) / (8 * rows))
    return stride(from: 0, to: features, by: width).map { $0..<min(features, $0 + width) }
}
