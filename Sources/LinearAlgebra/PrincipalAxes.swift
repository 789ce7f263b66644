/// How the axes of a covariance are found.
public enum Solver: String, CaseIterable, Sendable {
    /// `svd` up to 1024 features, else the fastest that is certified.
    case auto
    /// The singular value decomposition (LAPACK's dgesdd): all axes.
    case svd
    /// A symmetric eigensolver (LAPACK's dsyevd): the same factorization for a covariance.
    case eigh
    /// Block Lanczos: the first few axes only, with certified residuals, or else `eigh`.
    case lanczos
    /// For fewer rows than features: the eigenvectors of the rows' N x N products. Needs the rows in memory.
    case dual
}

/// The axes along which data varies most, from a covariance C: C · vᵢ = λᵢ · vᵢ.
package struct PrincipalAxes: Sendable {
    /// λ, the variances along the axes: descending, never negative. K of them.
    package var variances: [Double]
    /// v, the axes: K x D, orthonormal rows. The entry of largest magnitude in each is positive (the first on a tie).
    package var axes: Matrix<Double>
    /// What found them: any but `auto`.
    package var solver: Solver
    /// How many of all D variances are above rounding; nil where only the largest were computed.
    package var rank: Int?
    /// What was tried before and failed, first to last; empty as a rule.
    package var fallbacks: [Fallback]

    /// One solver or routine that failed, and the one that took over.
    package struct Fallback: Equatable, Sendable, CustomStringConvertible {
        package var failure: LinearAlgebraError
        package var used: String

        package var description: String { "\(failure), so \(used) was used instead" }
    }
}

/// The first `count` principal axes of a covariance (nil: all of them).
///
/// The variances are within 1e-8 of the largest one of their true values, whichever solver finds them. The same input
/// gives the same bits for the same number of threads. Matrices of extreme scale, such as 1e-300 or 1e300, are scaled by a
/// power of two first.
///
/// - Parameters:
///   - covariance: D x D with D >= 1, both triangles filled, positive semidefinite up to rounding.
///   - count: 1...D.
///   - solver: any but `dual`.
/// - Throws: `notFinite`; `overflow`; `tooLarge`; `outOfMemory`; `noConvergence` where the routine to fall back on
///   failed too.
package func principalAxes(
    of covariance: Matrix<Double>, count: Int? = nil, solver: Solver = .auto
) throws(LinearAlgebraError) -> PrincipalAxes {
    let dimension = covariance.rows
    let count = count ?? dimension
    precondition(dimension >= 1 && covariance.columns == dimension, "a covariance is square")
    precondition(1...dimension ~= count, "\(count) axes of \(dimension)")

    let exponent = try scalingExponent(of: covariance)
    var scaled = covariance
    if exponent != 0 {
        let factor = Double(sign: .plus, exponent: exponent, significand: 1)
        for index in scaled.elements.indices { scaled.elements[index] *= factor }
    }

    var result = try decompose(scaled, count: count, solver: solver)
    for index in result.variances.indices {
        let variance = Double(sign: .plus, exponent: -exponent, significand: max(0, result.variances[index]))
        guard variance.isFinite else { throw .overflow }
        result.variances[index] = variance
    }
    makeLargestEntriesPositive(inRowsOf: &result.axes)
    return result
}

/// How many of a spectrum's values, which descend, are above rounding: S[i] > S[0] · D · 2⁻⁵².
///
/// - Parameter dimension: D, the size of the matrix that the spectrum belongs to.
package func numericalRank(ofDescending spectrum: [Double], dimension: Int) -> Int {
    guard let largest = spectrum.first else { return 0 }
    let threshold = largest * (Double(dimension) * .ulpOfOne)
    return spectrum.prefix { $0 > threshold }.count
}

/// Whether Lanczos is faster than finding all axes by LAPACK, as measured on CIFAR-10.
package func paysLanczos(dimension: Int, count: Int) -> Bool { dimension >= 2048 && count <= dimension / 6 }

/// Dispatches to the solver, for a finite matrix of moderate scale.
private func decompose(
    _ matrix: Matrix<Double>, count: Int, solver: Solver
) throws(LinearAlgebraError) -> PrincipalAxes {
    let dimension = matrix.rows
    switch solver {
    case .dual: preconditionFailure("a covariance has no rows")
    case .auto:
        let choice: Solver =
            if dimension <= 1024 { .svd } else if paysLanczos(dimension: dimension, count: count) { .lanczos } else {
                .eigh
            }
        return try decompose(matrix, count: count, solver: choice)
    case .svd:
        let (pairs, fallbacks) = try attempt(.dgesdd, else: .dgesvd) { routine throws(LinearAlgebraError) in
            try singularVectors(of: matrix.elements, size: dimension, routine: routine)
        }
        return PrincipalAxes(pairs.prefix(count), solver: .svd, rank: pairs.fullRank, fallbacks: fallbacks)
    case .eigh:
        let (pairs, fallbacks) = try attempt(.dsyevd, else: .dsyevr) { routine throws(LinearAlgebraError) in
            try eigenpairs(of: matrix.elements, size: dimension, routine: routine)
        }
        return PrincipalAxes(pairs.prefix(count), solver: .eigh, rank: pairs.fullRank, fallbacks: fallbacks)
    case .lanczos:
        do {
            let pairs = try certifiedEigenpairs(of: matrix, count: count)
            return PrincipalAxes(pairs, solver: .lanczos, fallbacks: [])
        } catch {
            switch error {
            case .notCertified, .noConvergence:
                var result = try decompose(matrix, count: count, solver: .eigh)
                result.fallbacks.insert(PrincipalAxes.Fallback(failure: error, used: Solver.eigh.rawValue), at: 0)
                return result
            default: throw error
            }
        }
    }
}

/// What `first` finds; where it does not converge, or its workspace is too large for it, what `second` finds.
func attempt<Result>(
    _ first: LAPACKRoutine, else second: LAPACKRoutine,
    _ run: (LAPACKRoutine) throws(LinearAlgebraError) -> Result
) throws(LinearAlgebraError) -> (Result, [PrincipalAxes.Fallback]) {
    do {
        return (try run(first), [])
    } catch {
        switch error {
        case .noConvergence, .tooFewFound, .tooLarge:
            return (try run(second), [PrincipalAxes.Fallback(failure: error, used: second.rawValue)])
        default: throw error
        }
    }
}

extension PrincipalAxes {
    init(_ pairs: Eigenpairs, solver: Solver, rank: Int? = nil, fallbacks: [Fallback]) {
        self.init(variances: pairs.values, axes: pairs.vectors, solver: solver, rank: rank, fallbacks: fallbacks)
    }
}

extension Eigenpairs {
    /// The numerical rank; nil where these are not all pairs.
    fileprivate var fullRank: Int? {
        values.count < vectors.columns ? nil : numericalRank(ofDescending: values, dimension: vectors.columns)
    }
}

/// The power of two that brings a matrix's entries to a scale at which squares and sums neither overflow nor vanish: 0
/// for all but extreme matrices.
private func scalingExponent(of matrix: Matrix<Double>) throws(LinearAlgebraError) -> Int {
    // As integers, the bits of magnitudes are ordered as the magnitudes are, with infinity and NaN at the top.
    var bits: UInt64 = 0
    for element in matrix.elements { bits = max(bits, element.magnitude.bitPattern) }
    let largest = Double(bitPattern: bits)
    guard largest.isFinite else {
        let index = matrix.elements.firstIndex { !$0.isFinite }!
        throw .notFinite(row: index / matrix.columns, column: index % matrix.columns)
    }
    if largest == 0 || 1e-100...1e100 ~= largest { return 0 }
    // Within the exponents of a normal number; the smallest entries of all, 2⁻¹⁰⁷⁴, are brought to 2⁻⁷⁴.
    return max(-1000, min(1000, -Int(largest.exponent)))
}

/// Negates each row whose entry of largest magnitude (the first one on a tie) is negative.
func makeLargestEntriesPositive(inRowsOf matrix: inout Matrix<Double>) {
    for row in 0..<matrix.rows {
        let entries = row * matrix.columns..<(row + 1) * matrix.columns
        var largest = 0.0
        for index in entries where matrix.elements[index].magnitude > largest.magnitude {
            largest = matrix.elements[index]
        }
        if largest < 0 {
            for index in entries { matrix.elements[index].negate() }
        }
    }
}
