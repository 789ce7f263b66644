internal import CLAPACKE

/// A scalar that BLAS computes with: Float or Double.
///
/// The functions of this module may be called from any thread, but BLAS does one thing at a time (see `exclusively`):
/// it is threaded itself, and works with as many threads as the calling thread computes with.
package protocol BLASScalar: BinaryFloatingPoint & SIMDScalar & Codable & Sendable {
    /// `?gemm`, for `multiply`.
    static func gemm(
        _ call: ProductCall, alpha: Self, _ a: Span<Self>, _ b: Span<Self>, beta: Self,
        _ c: inout MutableSpan<Self>) throws(LinearAlgebraError)
    /// `?syrk`, for `addGram`.
    static func syrk(
        _ call: GramCall, alpha: Self, _ x: Span<Self>, beta: Self, _ c: inout MutableSpan<Self>
    ) throws(LinearAlgebraError)
}

/// destination := alpha · a · b + beta · destination.
///
/// - Parameters:
///   - a: m x k, for example a block of rows.
///   - b: k x n. Of both factors either the view or its `transposed` will do.
///   - destination: m x n, row-major. With a `beta` of 0 its old contents do not matter, even if they are NaN.
/// - Throws: `tooLarge` if m, n or k exceeds 32 bits; `threadsRefused`.
/// - Precondition: the shapes agree.
package func multiply<Scalar: BLASScalar>(
    _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, alpha: Scalar = 1, beta: Scalar = 0,
    into destination: inout MutableSpan<Scalar>
) throws(LinearAlgebraError) {
    precondition(a.columns == b.rows, "a product of \(a.rows) x \(a.columns) and \(b.rows) x \(b.columns)")
    precondition(destination.count == a.rows * b.columns, "\(destination.count) elements for the product")
    let call = try ProductCall(a, b)
    try Scalar.gemm(call, alpha: alpha, a.elements, b.elements, beta: beta, &destination)
}

/// As above, into an array that is reused between calls.
package func multiply<Scalar: BLASScalar>(
    _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, alpha: Scalar = 1, beta: Scalar = 0,
    into destination: inout [Scalar]
) throws(LinearAlgebraError) {
    var span = destination.mutableSpan
    try multiply(a, b, alpha: alpha, beta: beta, into: &span)
}

/// The upper triangle (row <= column) of products := alpha · xᵀ · x + beta · products.
///
/// With one row and a `beta` of 1 this is the rank-one update.
/// - Parameters:
///   - x: n x d, one sample a row.
///   - products: d x d, row-major. Below the diagonal it is neither read nor written; see `Matrix.mirrorUpperTriangle`.
///     With a `beta` of 0 the old contents do not matter.
/// - Throws: `tooLarge` if n or d exceeds 32 bits; `threadsRefused`.
/// - Precondition: the shapes agree.
package func addGram<Scalar: BLASScalar>(
    of x: MatrixView<Scalar>, alpha: Scalar = 1, beta: Scalar = 1, into products: inout [Scalar]
) throws(LinearAlgebraError) {
    precondition(products.count == x.columns * x.columns, "\(products.count) elements for the products")
    let call = try GramCall(x)
    var span = products.mutableSpan
    try Scalar.syrk(call, alpha: alpha, x.elements, beta: beta, &span)
}

/// The sizes of a product as BLAS takes them. Made only from views and a destination that agree.
package struct ProductCall {
    let m, n, k: Int32
    let leadingA, leadingB, leadingC: Int32
    let transposesA, transposesB: Bool

    fileprivate init<Scalar>(_ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>) throws(LinearAlgebraError) {
        m = try blasInteger(a.rows, for: "gemm")
        k = try blasInteger(a.columns, for: "gemm")
        n = try blasInteger(b.columns, for: "gemm")
        transposesA = a.isTransposed
        transposesB = b.isTransposed
        // The stored row length; BLAS insists on at least 1, even where there is nothing.
        leadingA = max(1, a.isTransposed ? m : k)
        leadingB = max(1, b.isTransposed ? k : n)
        leadingC = max(1, n)
    }
}

/// The sizes of a Gram matrix as BLAS takes them. Made only from a view and a destination that agree.
package struct GramCall {
    let n, d: Int32
    let leadingX, leadingC: Int32
    let transposesX: Bool

    fileprivate init<Scalar>(_ x: MatrixView<Scalar>) throws(LinearAlgebraError) {
        n = try blasInteger(x.rows, for: "syrk")
        d = try blasInteger(x.columns, for: "syrk")
        transposesX = !x.isTransposed
        leadingX = max(1, x.isTransposed ? n : d)
        leadingC = max(1, d)
    }
}

// The kernels. Unsafe because C takes bare pointers; the pointers stay inside the closures, and the calls carry the
// very sizes that `multiply` and `addGram` have held against the counts of these spans.

extension Float: BLASScalar {
    package static func gemm(
        _ call: ProductCall, alpha: Float, _ a: Span<Float>, _ b: Span<Float>, beta: Float,
        _ c: inout MutableSpan<Float>
    ) throws(LinearAlgebraError) {
        try unsafe a.withUnsafeBufferPointer { (a) throws(LinearAlgebraError) in
            try unsafe b.withUnsafeBufferPointer { (b) throws(LinearAlgebraError) in
                try unsafe c.withUnsafeMutableBufferPointer { (c) throws(LinearAlgebraError) in
                    try exclusively {
                        unsafe cblas_sgemm(
                            CblasRowMajor, transpose(call.transposesA), transpose(call.transposesB), call.m, call.n,
                            call.k, alpha, a.baseAddress, call.leadingA, b.baseAddress, call.leadingB, beta,
                            c.baseAddress,
                            call.leadingC)
                    }
                }
            }
        }
    }

    package static func syrk(
        _ call: GramCall, alpha: Float, _ x: Span<Float>, beta: Float, _ c: inout MutableSpan<Float>
    ) throws(LinearAlgebraError) {
        try unsafe x.withUnsafeBufferPointer { (x) throws(LinearAlgebraError) in
            try unsafe c.withUnsafeMutableBufferPointer { (c) throws(LinearAlgebraError) in
                try exclusively {
                    unsafe cblas_ssyrk(
                        CblasRowMajor, CblasUpper, transpose(call.transposesX), call.d, call.n, alpha, x.baseAddress,
                        call.leadingX, beta, c.baseAddress, call.leadingC)
                }
            }
        }
    }
}

extension Double: BLASScalar {
    package static func gemm(
        _ call: ProductCall, alpha: Double, _ a: Span<Double>, _ b: Span<Double>, beta: Double,
        _ c: inout MutableSpan<Double>
    ) throws(LinearAlgebraError) {
        try unsafe a.withUnsafeBufferPointer { (a) throws(LinearAlgebraError) in
            try unsafe b.withUnsafeBufferPointer { (b) throws(LinearAlgebraError) in
                try unsafe c.withUnsafeMutableBufferPointer { (c) throws(LinearAlgebraError) in
                    try exclusively {
                        unsafe cblas_dgemm(
                            CblasRowMajor, transpose(call.transposesA), transpose(call.transposesB), call.m, call.n,
                            call.k, alpha, a.baseAddress, call.leadingA, b.baseAddress, call.leadingB, beta,
                            c.baseAddress,
                            call.leadingC)
                    }
                }
            }
        }
    }

    package static func syrk(
        _ call: GramCall, alpha: Double, _ x: Span<Double>, beta: Double, _ c: inout MutableSpan<Double>
    ) throws(LinearAlgebraError) {
        try unsafe x.withUnsafeBufferPointer { (x) throws(LinearAlgebraError) in
            try unsafe c.withUnsafeMutableBufferPointer { (c) throws(LinearAlgebraError) in
                try exclusively {
                    unsafe cblas_dsyrk(
                        CblasRowMajor, CblasUpper, transpose(call.transposesX), call.d, call.n, alpha, x.baseAddress,
                        call.leadingX, beta, c.baseAddress, call.leadingC)
                }
            }
        }
    }
}

private func transpose(_ isTransposed: Bool) -> CBLAS_TRANSPOSE {
    isTransposed ? CblasTrans : CblasNoTrans
}
