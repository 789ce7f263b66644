/// Sums of products of rows of bytes, over all pairs of features, without any rounding.
///
/// Values are shifted by 128, which changes no variance: Σ (x_i - 128)(x_j - 128) for i <= j. Two ways lead there, both
/// exact: the byte products of AVX-512 VNNI, four times as fast as single precision, and elsewhere BLAS.
package struct ByteProducts: Sendable {
    package enum Method: Sendable, CaseIterable {
        case integer, single

        /// The fastest that this processor has.
        package static var best: Method { IntegerByteProducts.isAvailable ? .integer : .single }

        package var isAvailable: Bool { self == .single || IntegerByteProducts.isAvailable }
    }

    /// How many rows are multiplied at once: enough for the products to run at speed, few enough for the caches.
    package static let blockRows = 1024

    package let features: Int
    // One of the two is there; optionals can be changed in place, an enum's payload cannot.
    private var integer: IntegerByteProducts?
    private var single: SingleByteProducts?

    /// - Precondition: the method is available.
    package init(features: Int, method: Method = .best) {
        precondition(method.isAvailable, "byte products that this processor does not have")
        self.features = features
        switch method {
        case .integer: integer = IntegerByteProducts(features: features)
        case .single: single = SingleByteProducts(features: features)
        }
    }

    /// Adds rows of `features` bytes each, at most `blockRows` of them. `totals` is as in `drain`: it may grow already.
    package mutating func add(
        _ block: [UInt8], rows: Int, totals: inout [Double]
    ) throws(LinearAlgebraError) {
        precondition(rows <= Self.blockRows && rows * features <= block.count)
        try single?.add(block, rows: rows, totals: &totals)
        integer?.add(block, rows: rows, totals: &totals)
    }

    /// Adds what is still held here to the totals: the upper triangle, row after row, D (D + 1) / 2 whole numbers.
    package mutating func drain(into totals: inout [Double]) {
        single?.drain(into: &totals)
        integer?.drain(into: &totals)
    }
}

/// Where row i of a packed upper triangle begins.
package func triangleStart(_ i: Int, _ size: Int) -> Int {
    i * size - i * (i - 1) / 2
}
