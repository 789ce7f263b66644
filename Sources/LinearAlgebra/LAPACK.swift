internal import CLAPACKE

// LAPACK's routines, in Double, as functions that throw what their `info` says.
//
// LAPACK reads matrices column by column. A symmetric matrix is the same either way, and the eigenvectors it returns in
// columns are rows to us: everything is passed as column-major, and LAPACKE transposes and copies nothing.
//
// Unsafe because C takes bare pointers: each array is as long as the sizes passed with it say.

/// The routines of which another can take over where one fails.
enum LAPACKRoutine: String, Sendable {
    case dgesdd, dgesvd, dsyevd, dsyevr
}

/// Eigenvalues, descending, and their orthonormal eigenvectors, one a row (K x D).
struct Eigenpairs {
    var values: [Double]
    var vectors: Matrix<Double>
}

extension Eigenpairs {
    /// From routines whose values ascend.
    fileprivate init(ascending values: [Double], _ vectors: consuming [Double]) {
        self.values = values.reversed()
        let dimension = vectors.count / values.count
        for row in 0..<values.count / 2 {
            let other = values.count - 1 - row
            for column in 0..<dimension { vectors.swapAt(row * dimension + column, other * dimension + column) }
        }
        self.vectors = Matrix(rows: values.count, columns: dimension, elements: vectors)
    }

    /// The first `count`, which have the largest values.
    func prefix(_ count: Int) -> Eigenpairs {
        if count == values.count { return self }
        let dimension = vectors.columns
        return Eigenpairs(
            values: Array(values[..<count]),
            vectors: Matrix(
                rows: count, columns: dimension, elements: Array(vectors.elements[..<(count * dimension)])))
    }
}

/// S and, as rows, the columns of U in the singular value decomposition U S Vᵀ of a symmetric `matrix` (D x D), by
/// divide and conquer (`dgesdd`) or QR iteration (`dgesvd`).
func singularVectors(
    of matrix: [Double], size: Int, routine: LAPACKRoutine
) throws(LinearAlgebraError) -> Eigenpairs {
    // dgesdd's workspace of 3 D² + 7 D is counted in 32 bits.
    if routine == .dgesdd { _ = try blasInteger(3 * size * size + 7 * size, for: routine.rawValue) }
    let d = try blasInteger(size, for: routine.rawValue)
    var work = matrix
    var values = [Double](repeating: 0, count: size)
    var u = [Double](repeating: 0, count: size * size)
    let info: Int32
    if routine == .dgesdd {
        var vt = [Double](repeating: 0, count: size * size)
        info = try exclusively {
            unsafe LAPACKE_dgesdd(LAPACK_COL_MAJOR, letter("S"), d, d, &work, d, &values, &u, d, &vt, d)
        }
    } else {
        // No Vᵀ: for a symmetric matrix it says nothing new.
        var superdiagonal = [Double](repeating: 0, count: size)
        info = try exclusively {
            unsafe LAPACKE_dgesvd(
                LAPACK_COL_MAJOR, letter("S"), letter("N"), d, d, &work, d, &values, &u, d, nil, 1, &superdiagonal)
        }
    }
    try check(info, routine.rawValue)
    return Eigenpairs(values: values, vectors: Matrix(rows: size, columns: size, elements: u))
}

/// All eigenpairs of a symmetric `matrix` (D x D), by divide and conquer (`dsyevd`) or by relatively robust representations
/// (`dsyevr`).
///
/// Never only some of them: where eigenvalues are nearly equal, `dsyevr` with a range of indices finds too few of them.
func eigenpairs(of matrix: [Double], size: Int, routine: LAPACKRoutine) throws(LinearAlgebraError) -> Eigenpairs {
    // dsyevd's workspace of 2 D² + 6 D + 1 is counted in 32 bits.
    if routine == .dsyevd { _ = try blasInteger(2 * size * size + 6 * size + 1, for: routine.rawValue) }
    let d = try blasInteger(size, for: routine.rawValue)
    var work = matrix
    var values = [Double](repeating: 0, count: size)
    guard routine == .dsyevr else {
        let info = try exclusively {
            unsafe LAPACKE_dsyevd(LAPACK_COL_MAJOR, letter("V"), letter("L"), d, &work, d, &values)
        }
        try check(info, routine.rawValue)
        return Eigenpairs(ascending: values, work)
    }
    var vectors = [Double](repeating: 0, count: size * size)
    var support = [Int32](repeating: 0, count: 2 * size)
    var found: Int32 = 0
    // A tolerance of 0 asks for the routine's own, which is of the order of rounding.
    let info = try exclusively {
        unsafe LAPACKE_dsyevr(
            LAPACK_COL_MAJOR, letter("V"), letter("A"), letter("L"), d, &work, d, 0, 0, 0, 0, 0, &found, &values,
            &vectors, d, &support)
    }
    try check(info, routine.rawValue)
    guard found == d else { throw .tooFewFound(Int(found), of: size, routine: routine.rawValue) }
    return Eigenpairs(ascending: values, vectors)
}

/// Whether a symmetric matrix, of which only the upper triangle (row <= column) is read, is positive definite: whether
/// it has a Cholesky factor (`dpotrf`).
func isPositiveDefinite(_ matrix: consuming [Double], size: Int) throws(LinearAlgebraError) -> Bool {
    let d = try blasInteger(size, for: "dpotrf")
    // The upper triangle of rows is the lower one of columns.
    let info = try exclusively { unsafe LAPACKE_dpotrf(LAPACK_COL_MAJOR, letter("L"), d, &matrix, d) }
    if info > 0 { return false }
    try check(info, "dpotrf")
    return true
}

/// Makes the rows of a b x D matrix (b <= D) orthonormal: QR with pivoting of its transpose (`dgeqp3`, `dorgqr`).
///
/// - Returns: what is left of each row, once those before it are projected away: the magnitudes of R's diagonal, which
///   descend. Row i of the result spans nothing of the input where entry i is of the order of rounding.
func orthonormalizePivotedRows(
    _ rows: inout [Double], count: Int, dimension: Int
) throws(LinearAlgebraError) -> [Double] {
    let b = try blasInteger(count, for: "dgeqp3")
    let d = try blasInteger(dimension, for: "dgeqp3")
    var pivots = [Int32](repeating: 0, count: count)
    var reflectors = [Double](repeating: 0, count: count)
    try check(exclusively { unsafe LAPACKE_dgeqp3(LAPACK_COL_MAJOR, d, b, &rows, d, &pivots, &reflectors) }, "dgeqp3")
    let remainders = (0..<count).map { rows[$0 * dimension + $0].magnitude }
    try check(exclusively { unsafe LAPACKE_dorgqr(LAPACK_COL_MAJOR, d, b, b, &rows, d, &reflectors) }, "dorgqr")
    return remainders
}

/// The same without pivoting (`dgeqrf`): each row gives up what it shares with those before it.
func orthonormalizeRows(_ rows: inout [Double], count: Int, dimension: Int) throws(LinearAlgebraError) {
    let b = try blasInteger(count, for: "dgeqrf")
    let d = try blasInteger(dimension, for: "dgeqrf")
    var reflectors = [Double](repeating: 0, count: count)
    try check(exclusively { unsafe LAPACKE_dgeqrf(LAPACK_COL_MAJOR, d, b, &rows, d, &reflectors) }, "dgeqrf")
    try check(exclusively { unsafe LAPACKE_dorgqr(LAPACK_COL_MAJOR, d, b, b, &rows, d, &reflectors) }, "dorgqr")
}

/// Throws what LAPACKE's result means. Below -1000: memory; below 0: a refused argument; above 0: the routine failed.
private func check(_ info: Int32, _ routine: String) throws(LinearAlgebraError) {
    switch info {
    case 0: return
    case LAPACK_WORK_MEMORY_ERROR, LAPACK_TRANSPOSE_MEMORY_ERROR: throw .outOfMemory(routine: routine)
    case ..<0: throw .refusedArgument(routine: routine, argument: -Int(info))
    default: throw .noConvergence(routine: routine, info: Int(info))
    }
}

private func letter(_ scalar: Unicode.Scalar) -> CChar {
    CChar(truncatingIfNeeded: scalar.value)
}
