internal import Kernels

/// A map of each value by its feature's two numbers, in double precision, rounded once: x ↦ y.
package struct FeatureMap: Sendable {
    package enum Form: Sendable {
        /// (x - a) / b
        case subtractDivide
        /// (x - a) · b
        case subtractMultiply
        /// x · a + b
        case multiplyAdd

        fileprivate var kernel: kernel_map {
            switch self {
            case .subtractDivide: kernel_subtract_divide
            case .subtractMultiply: kernel_subtract_multiply
            case .multiplyAdd: kernel_multiply_add
            }
        }
    }

    package let form: Form
    /// D values each.
    let a: [Double]
    let b: [Double]
    private let kernels: KernelSet

    package init(_ form: Form, _ a: [Double], _ b: [Double], kernels: KernelSet = .current) {
        precondition(a.count == b.count)
        self.form = form
        self.a = a
        self.b = b
        self.kernels = kernels
    }

    /// The rows, mapped. What leaves the range of the result's type is infinite in it, or not a number.
    /// - Parameters:
    ///   - rows: count x D.
    ///   - stride: how many values apart the rows of the result are, at least D; what is between them is undefined.
    package func apply<In: RowScalar, Out: RowScalar & BinaryFloatingPoint>(
        _ rows: [In], count: Int, stride: Int? = nil, to type: Out.Type = Out.self
    ) -> [Out] {
        let stride = stride ?? a.count
        precondition(rows.count >= count * a.count && stride >= a.count)
        // The kernel reads count x D values and the map's, and writes rows of D values, `stride` apart.
        return unsafe [Out](unsafeUninitializedCapacity: count * stride) { result, initialized in
            guard count > 0 else { return }
            unsafe rows.withUnsafeBufferPointer { rows in
                unsafe kernel_apply_map(
                    kernels.table, form.kernel, In.kind.kernel, Out.kind.kernel, rows.baseAddress, count, a.count, a, b,
                    result.baseAddress, stride)
            }
            initialized = count * stride
        }
    }
}
