public import Threads
public import Words

/// What went wrong in a product or a decomposition: the facts, which `description` puts into plain words.
public enum LinearAlgebraError: ExplainedError, Equatable, CustomStringConvertible {
    /// A size that BLAS's or LAPACK's 32-bit integers cannot hold, and the routine it was meant for.
    case tooLarge(size: Int, routine: String)
    /// The matrix to decompose has a NaN or an infinity, first at `row`, `column`.
    case notFinite(row: Int, column: Int)
    /// The decomposition is finite, but its largest variance exceeds the largest Double.
    case overflow
    /// The routine could not get its workspace.
    case outOfMemory(routine: String)
    /// The routine did not converge: LAPACK's `info`, above zero.
    case noConvergence(routine: String, info: Int)
    /// The routine found fewer eigenvectors than there are.
    case tooFewFound(Int, of: Int, routine: String)
    /// The routine refused its argument number `argument` (from 1). A fault of this program.
    case refusedArgument(routine: String, argument: Int)
    /// The rows could not be gone through once more; whoever hands them out knows why.
    case interrupted
    /// The system starts none of the threads that BLAS works with.
    case threadsRefused(ThreadRefused)
    /// Lanczos found no `count` eigenvectors that it can vouch for.
    case notCertified(count: Int, shortfall: Shortfall)

    /// Why a Lanczos result is not certified. Bounds and residuals are fractions of the largest eigenvalue.
    public enum Shortfall: Equatable, Sendable {
        /// The allowed block products were used up; the largest remaining residual.
        case products(allowed: Int, residual: Double)
        /// The measured residual is above the bound.
        case residual(Double, bound: Double)
        /// The vectors are not orthonormal to within the bound.
        case orthogonality(Double, bound: Double)
        /// An eigenvalue larger than the last one found was passed over.
        case missedEigenvalue
    }

    public var description: String {
        switch self {
        case .tooLarge(let size, let routine): "a size of \(size) is too large for \(routine)"
        case .notFinite(let row, let column):
            "the covariance holds a value that is not finite (features \(row) and \(column), counted from 0)"
        case .overflow: "the largest variance is above the largest number of double precision; divide the data first"
        case .outOfMemory(let routine): "not enough memory for \(routine)"
        case .noConvergence(let routine, let info): "LAPACK's \(routine) did not converge (info \(info))"
        case .tooFewFound(let found, let all, let routine):
            "LAPACK's \(routine) found only \(found) of \(all) components"
        case .refusedArgument(let routine, let argument):
            "\(routine) refused its argument \(argument): please report this as a bug of nnprep"
        case .threadsRefused(let refusal): refusal.message
        case .interrupted: "the rows could not be read again"
        case .notCertified(let count, let shortfall): "lanczos could not certify \(count) components: \(shortfall)"
        }
    }

    public var hint: String? {
        if case .threadsRefused(let refusal) = self { refusal.hint } else { nil }
    }
}

extension LinearAlgebraError.Shortfall: CustomStringConvertible {
    public var description: String {
        switch self {
        case .products(let allowed, let residual): "after \(allowed) block products the residual is still \(residual)"
        case .residual(let residual, let bound): "the residual \(residual) is above \(bound)"
        case .orthogonality(let error, let bound): "orthonormal only to \(error), not to \(bound)"
        case .missedEigenvalue: "a larger eigenvalue was missed"
        }
    }
}
