// Block Lanczos with full reorthogonalization and thick restarts, for the K largest eigenpairs of a symmetric D x D
// matrix C of which only products with blocks of b vectors are asked for. See Golub and Van Loan, "Matrix
// Computations", section 10.3, for blocks, and Wu and Simon, "Thick-restart Lanczos method for large symmetric
// eigenvalue problems" (2000), for restarts.
//
// D dimension   K eigenpairs asked for   b vectors in a block   m vectors in the basis
// V m x D       the orthonormal basis, one vector a row: blocks Q, each made from the remainder of the one before
// H m x m       V C Vᵀ, the matrix as the basis sees it
// W b x D       Q C - (Q C Vᵀ) V, the remainder: what the newest block leads to outside the basis

/// A symmetric matrix that is known by its products.
protocol SymmetricOperator {
    /// D.
    var dimension: Int { get }

    /// products := vectors · C, both b x D.
    func multiply(_ vectors: MatrixView<Double>, into products: inout [Double]) throws(LinearAlgebraError)
}

/// How Lanczos goes about it, and what it vouches for. Residuals are fractions of the largest eigenvalue.
struct LanczosPlan {
    /// The bound on ‖C v - λ v‖ of every eigenpair, which is measured at the end.
    var residualBound = 1e-9
    /// The bound on the entries of |V Vᵀ - I|, which are measured at the end.
    var orthogonalityBound = 1e-10
    /// The estimated residual at which the search ends: far below the bound, because a vector is off by its residual over
    /// the gap to the next eigenvalue. The last digits cost two or three products more.
    var convergence = 1e-13
    /// What is left of a vector is rounding if it is below this.
    var rounding = 1e-12
    /// b.
    var blockSize: Int
    /// The largest m, at which the basis is cut down, and the m that it is cut down to. With 3072 features of CIFAR-10
    /// and K = 144 the basis is never cut down; times hardly change between half and twice as much room.
    var capacity: Int
    var kept: Int
    /// Whether to look for convergence before the basis is full, too.
    var looksAfterEachProduct = false
    /// How many products of a block there may be: 100, or as much work as the product of two D x D matrices. Pure
    /// noise, which has no gaps between eigenvalues, takes about two thirds of that.
    var allowedProducts: Int

    init(dimension: Int, count: Int) {
        blockSize = min(dimension, max(8, min(32, count / 4)))
        capacity = min(dimension, 2 * count + 9 * blockSize)
        kept = count + (capacity - count) / 3
        allowedProducts = max(100, dimension / blockSize)
    }
}

/// The `count` largest eigenpairs of a symmetric matrix; residuals and orthonormality are measured, and within the
/// bounds of the plan.
///
/// No residual tells whether a larger eigenvalue was missed, as can happen to one that is more than b-fold: see
/// `areLargest`.
///
/// - Precondition: `count` is in 1...D.
/// - Throws: `notCertified` where a bound is not met after the allowed number of products.
func lanczosEigenpairs(
    of matrix: some SymmetricOperator, count: Int, plan: LanczosPlan
) throws(LinearAlgebraError) -> Eigenpairs {
    var basis = try KrylovBasis(dimension: matrix.dimension, plan: plan)
    var residual = Double.infinity
    for _ in 0..<plan.allowedProducts {
        try basis.expand(with: matrix)
        guard basis.isFull || plan.looksAfterEachProduct && basis.holds(count) else { continue }
        let ritz = try basis.ritzPairs()
        residual = try basis.largestResidual(of: ritz.prefix(count)) / max(ritz.values[0], .leastNormalMagnitude)
        if residual <= plan.convergence {
            let pairs = Eigenpairs(
                values: Array(ritz.values[..<count]), vectors: try basis.vectors(of: ritz, count: count))
            try certify(pairs, of: matrix, plan)
            return pairs
        }
        if basis.isFull { try basis.restart(from: ritz, keeping: plan.kept) }
    }
    throw .notCertified(count: count, shortfall: .products(allowed: plan.allowedProducts, residual: residual))
}

/// V, H and W of the legend above.
struct KrylovBasis {
    private let dimension: Int
    private let plan: LanczosPlan
    /// V, m x D.
    private var basis: [Double] = []
    /// m.
    private var count = 0
    /// H by rows up to the diagonal: row i has i + 1 entries.
    private var projection: [[Double]] = []
    /// Q, the next block: orthonormal, and orthogonal to the basis.
    private var next: [Double] = []
    private var nextCount = 0
    /// W, of the newest block in the basis.
    private var remainder: [Double] = []
    /// The largest ‖C q‖ so far: a lower bound of the largest eigenvalue.
    private var scale = 0.0
    private var generator = SplitMix64(seed: 0x6E6E_7072_6570)

    init(dimension: Int, plan: LanczosPlan) throws(LinearAlgebraError) {
        self.dimension = dimension
        self.plan = plan
        basis.reserveCapacity(plan.capacity * dimension)
        try setNextBlock(from: [], rows: 0)
    }

    /// Whether there is no room, or no need, for another block.
    var isFull: Bool { nextCount == 0 || count + nextCount > plan.capacity }

    /// Whether there are as many vectors and more.
    func holds(_ wanted: Int) -> Bool { count > wanted }

    /// Takes the next block into the basis, and prepares the one after it.
    mutating func expand(with matrix: some SymmetricOperator) throws(LinearAlgebraError) {
        let newCount = nextCount
        basis += next
        count += newCount

        var products = next
        try matrix.multiply(MatrixView(next.span, rows: newCount, columns: dimension), into: &products)
        for row in 0..<newCount { scale = max(scale, norm(products[row * dimension..<(row + 1) * dimension])) }
        let coefficients = try projectOut(of: &products, rows: newCount)
        for row in 0..<newCount {
            let first = row * count
            projection.append(Array(coefficients[first...(first + count - newCount + row)]))
        }
        remainder = products
        try setNextBlock(from: products, rows: newCount)
    }

    /// Makes the next block of a remainder: orthonormal rows that are orthogonal to the basis. Rows that are no more
    /// than rounding, as when the basis has become invariant, are replaced by random ones: they find what the basis
    /// cannot lead to.
    private mutating func setNextBlock(from remainder: consuming [Double], rows: Int) throws(LinearAlgebraError) {
        nextCount = min(plan.blockSize, dimension - count)
        var rank = 0
        if rows > 0 {
            let magnitudes = try orthonormalizePivotedRows(&remainder, count: rows, dimension: dimension)
            rank = min(nextCount, magnitudes.prefix { $0 > plan.rounding * scale }.count)
        }
        var block = Array(remainder[..<(rank * dimension)])
        for _ in 0..<(nextCount - rank) * dimension { block.append(generator.nextSigned()) }
        // Once more, now that small rows have been made large and with them their rounding; "twice is enough" (Parlett,
        // "The symmetric eigenvalue problem", section 6.9) unless most of a row has gone.
        for _ in 0..<4 where nextCount > 0 {
            let coefficients = try projectOut(of: &block, rows: nextCount)
            try orthonormalizeRows(&block, count: nextCount, dimension: dimension)
            if coefficients.allSatisfy({ abs($0) < 0.1 }) { break }
        }
        next = block
    }

    /// block := block - (block · Vᵀ) · V.
    /// - Returns: block · Vᵀ, rows x m.
    private func projectOut(of block: inout [Double], rows: Int) throws(LinearAlgebraError) -> [Double] {
        var coefficients = [Double](repeating: 0, count: rows * count)
        let basis = MatrixView(basis.span, rows: count, columns: dimension)
        try multiply(
            MatrixView(block.span, rows: rows, columns: dimension), basis.transposed, into: &coefficients)
        try multiply(
            MatrixView(coefficients.span, rows: rows, columns: count), basis, alpha: -1, beta: 1, into: &block)
        return coefficients
    }

    /// The eigenpairs of H: m values, and m x m vectors S in terms of the basis.
    func ritzPairs() throws(LinearAlgebraError) -> Eigenpairs {
        var matrix = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            for column in 0...row {
                matrix[row * count + column] = projection[row][column]
                matrix[column * count + row] = projection[row][column]
            }
        }
        return try eigenpairs(of: matrix, size: count, routine: .dsyevd)
    }

    /// The largest ‖C v - λ v‖ of v = s V, by Lanczos's relation: C v - λ v = s' W, where s' are the last entries of s,
    /// those of the newest block.
    func largestResidual(of ritz: Eigenpairs) throws(LinearAlgebraError) -> Double {
        let newest = remainder.count / dimension
        let rows = ritz.values.count
        var ends: [Double] = []
        for row in 0..<rows { ends += ritz.vectors.elements[(row + 1) * count - newest..<(row + 1) * count] }
        var residuals = [Double](repeating: 0, count: rows * dimension)
        try multiply(
            MatrixView(ends.span, rows: rows, columns: newest),
            MatrixView(remainder.span, rows: newest, columns: dimension), into: &residuals)
        return (0..<rows).reduce(0) { max($0, norm(residuals[$1 * dimension..<($1 + 1) * dimension])) }
    }

    /// S V for the first `rows` of S: rows x D.
    func vectors(of ritz: Eigenpairs, count rows: Int) throws(LinearAlgebraError) -> Matrix<Double> {
        var vectors = Matrix<Double>(repeating: 0, rows: rows, columns: dimension)
        try multiply(
            MatrixView(ritz.vectors.elements.span.extracting(..<(rows * count)), rows: rows, columns: count),
            MatrixView(basis.span, rows: count, columns: dimension), into: &vectors.elements)
        return vectors
    }

    /// Cuts the basis down to its `kept` largest Ritz vectors. The next block stays, and with it all that was learned.
    mutating func restart(from ritz: Eigenpairs, keeping kept: Int) throws(LinearAlgebraError) {
        let rotated = try vectors(of: ritz, count: kept).elements
        basis.replaceSubrange(0..., with: rotated)
        count = kept
        projection = (0..<kept).map { row in
            Array(repeating: 0, count: row) + [ritz.values[row]]
        }
    }
}

/// Measures residuals and orthonormality.
/// - Throws: `notCertified` where one is above the plan's bound.
func certify(
    _ pairs: Eigenpairs, of matrix: some SymmetricOperator, _ plan: LanczosPlan
) throws(LinearAlgebraError) {
    let count = pairs.values.count
    let dimension = matrix.dimension
    var products = pairs.vectors.elements
    try matrix.multiply(pairs.vectors.view, into: &products)
    var residual = 0.0
    for row in 0..<count {
        var square = 0.0
        for index in row * dimension..<(row + 1) * dimension {
            let error = products[index] - pairs.values[row] * pairs.vectors.elements[index]
            square += error * error
        }
        residual = max(residual, square.squareRoot())
    }
    // Written so that a NaN fails.
    guard residual <= plan.residualBound * pairs.values[0] else {
        throw .notCertified(
            count: count, shortfall: .residual(residual / pairs.values[0], bound: plan.residualBound))
    }
    var gram = [Double](repeating: 0, count: count * count)
    try multiply(pairs.vectors.view, pairs.vectors.view.transposed, into: &gram)
    for index in 0..<count { gram[index * count + index] -= 1 }
    let error = gram.reduce(0) { max($0, abs($1)) }
    guard error <= plan.orthogonalityBound else {
        throw .notCertified(count: count, shortfall: .orthogonality(error, bound: plan.orthogonalityBound))
    }
}

/// The `count` largest eigenpairs of a positive semidefinite matrix by Lanczos, proven to be the largest.
/// - Throws: `notCertified`.
func certifiedEigenpairs(of matrix: Matrix<Double>, count: Int) throws(LinearAlgebraError) -> Eigenpairs {
    let plan = LanczosPlan(dimension: matrix.rows, count: count)
    let pairs = try lanczosEigenpairs(of: matrix, count: count, plan: plan)
    guard try areLargest(pairs, of: matrix, margin: plan.residualBound) else {
        throw .notCertified(count: count, shortfall: .missedEigenvalue)
    }
    return pairs
}

/// Whether these eigenpairs, of a positive semidefinite matrix C, are its largest: whether no other eigenvalue exceeds
/// their smallest, λ, by more than `margin` (a fraction of their largest, λ_max).
///
/// Once the given eigenvectors vᵢ are moved out of the way, all that is left must be below that level. This is so if
/// and only if (λ + margin λ_max) I - C + 2 λ_max Σ vᵢ vᵢᵀ is positive definite, which one Cholesky factorization
/// tells.
func areLargest(
    _ pairs: Eigenpairs, of matrix: Matrix<Double>, margin: Double
) throws(LinearAlgebraError) -> Bool {
    let (largest, smallest) = (pairs.values[0], pairs.values[pairs.values.count - 1])
    if largest == 0 { return matrix.elements.allSatisfy { $0 == 0 } }
    var shifted = matrix.elements
    try addGram(of: pairs.vectors.view, alpha: 2 * largest, beta: -1, into: &shifted)
    for index in 0..<matrix.rows { shifted[index * matrix.rows + index] += smallest + margin * largest }
    return try isPositiveDefinite(shifted, size: matrix.rows)
}

private func norm(_ vector: ArraySlice<Double>) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
}
