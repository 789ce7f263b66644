internal import LinearAlgebra

/// Rows on their way into floating moments: a block whose length depends on D alone, so that results do not depend on how
/// the rows arrive.
///
/// As long as all values are whole numbers from 0 to 255, as they are in images that were stored as floats, they are kept
/// as bytes, which are summed exactly and fast; else their differences from centers are summed.
struct FloatingBlock: Sendable {
    private let features: Int
    private let capacity: Int
    private(set) var rows = 0
    private(set) var areBytes = true
    private var bytes: [UInt8] = []
    /// D values.
    private(set) var centers: [Double] = []
    /// One of the two: with products or without.
    var gram: FloatGram?
    private var sums: CenteredSums?

    init(features: Int, products: Bool) {
        self.features = features
        // With so few rows, what their differences from a center that is one of them lose is far below 1e-10 of their
        // variance: see `FloatingMoments`.
        capacity = products ? FloatGram.blockRows(features: features) : 512
        if products { gram = FloatGram(features: features) } else { sums = CenteredSums(features: features) }
    }

    var isFull: Bool { rows == capacity }

    /// Takes as many of the rows as there is room for.
    /// - Parameters:
    ///   - values: rows of D finite values, from the `taken`th on; that is moved on.
    ///   - mean: of the rows before, if there were any: what differences are taken from.
    mutating func add<Scalar: RowScalar & Comparable>(
        _ values: Span<Scalar>, _ taken: inout Int, mean: [Double]?, _ asDouble: (Scalar) -> Double
    ) {
        if rows == 0 {
            areBytes = true
            centers = mean ?? (0..<features).map { asDouble(values[taken * features + $0]) }
        }
        let count = min(values.count / features - taken, capacity - rows)
        let part = values.extracting(taken * features..<(taken + count) * features)
        if areBytes {
            if bytes.isEmpty { bytes = Array(repeating: 0, count: capacity * features) }
            if !narrow(part, into: &bytes, from: rows * features) {
                areBytes = false
                begin()
                let before = bytes
                sum(before.span.extracting(first: rows * features), rows)
                sum(part, count)
            }
        } else {
            sum(part, count)
        }
        rows += count
        taken += count
    }

    private mutating func begin() {
        gram?.begin(centers: centers)
        sums?.begin(centers: centers)
    }

    private mutating func sum<Scalar: RowScalar>(_ values: Span<Scalar>, _ count: Int) {
        guard count > 0 else { return }
        gram?.add(values, count: count)
        sums?.add(values, count: count)
    }

    /// The rows as bytes, and no rows are left.
    mutating func takeBytes() -> ArraySlice<UInt8> {
        defer { rows = 0 }
        return bytes[..<(rows * features)]
    }

    /// No rows are left.
    mutating func clear() { rows = 0 }

    /// Σ (x - c), D values and more.
    var differences: [Double] { gram?.differences ?? sums!.differences }
    /// Σ (x - c)², D values; without products.
    var squares: [Double] { sums!.squares }
    /// D values and more.
    var minima: [Double] { gram?.minima ?? sums!.minima }
    var maxima: [Double] { gram?.maxima ?? sums!.maxima }
}
