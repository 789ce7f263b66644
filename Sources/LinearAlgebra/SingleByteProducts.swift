/// Products of bytes by BLAS, in single precision.
///
/// Shifted values are small integers, so their products are exact in single precision, and so is a sum of products while
/// it stays at or below 2^24. By Cauchy-Schwarz, every partial sum of products of two features is bounded by the larger
/// of their two sums of squares: the sums go on to the totals before one of those would exceed the bound.
struct SingleByteProducts: Sendable {
    /// Sums of squares of shifted bytes up to here are exact in a Float. A block of 1024 rows never exceeds it, for
    /// (0 - 128)² is 2^14.
    private static let exactBound: UInt32 = 1 << 24

    private let features: Int
    private var shifted: [Float] = []
    /// The upper triangle of D x D, and its diagonal in whole numbers. Nothing yet where `isEmpty`.
    private var products: [Float] = []
    private var squares: [UInt32]
    private var isEmpty = true

    init(features: Int) {
        self.features = features
        squares = Array(repeating: 0, count: features)
    }

    mutating func add(_ block: [UInt8], rows: Int, totals: inout [Double]) throws(LinearAlgebraError) {
        if shifted.count < rows * features { shifted = Array(repeating: 0, count: rows * features) }
        if products.isEmpty { products = Array(repeating: 0, count: features * features) }
        let added = shift(block, rows: rows)
        if zip(squares, added).contains(where: { $0 + $1 > Self.exactBound }) { drain(into: &totals) }
        for j in 0..<features { squares[j] += added[j] }
        let beta: Float = isEmpty ? 0 : 1
        try addGram(ofFirst: rows, rowsOf: shifted, features: features, beta: beta, into: &products)
        isEmpty = false
    }

    /// Stages the rows as shifted floats, each thread some of them.
    /// - Returns: the features' sums of squares.
    private mutating func shift(_ block: [UInt8], rows: Int) -> [UInt32] {
        let features = features
        let threads = min(blasThreads, rows)
        // Threads write rows of their own, all of them within the array: see `add`.
        return unsafe shifted.withUnsafeMutableBufferPointer { shifted in
            let shifted = shifted.baseAddress!
            return concurrently(threads) { thread in
                var squares = [UInt32](repeating: 0, count: features)
                for row in rows * thread / threads..<rows * (thread + 1) / threads {
                    unsafe shiftRow(block, from: row * features, into: shifted + row * features, &squares)
                }
                return squares
            }.reduce(into: [UInt32](repeating: 0, count: features)) { sum, squares in
                for j in 0..<features { sum[j] += squares[j] }
            }
        }
    }

    mutating func drain(into totals: inout [Double]) {
        guard !isEmpty else { return }
        let features = features
        let threads = min(blasThreads, features)
        let products = products
        // Threads add to rows of their own of the triangle, in turns, for the first ones are the longest.
        unsafe totals.withUnsafeMutableBufferPointer { totals in
            let totals = totals.baseAddress!
            _ = concurrently(threads) { thread in
                for i in stride(from: thread, to: features, by: threads) {
                    let row = unsafe totals + (triangleStart(i, features) - i)
                    for j in i..<features { unsafe row[j] += Double(products[i * features + j]) }
                }
            }
        }
        for j in 0..<features { squares[j] = 0 }
        isEmpty = true
    }
}

private func shiftRow(
    _ block: [UInt8], from start: Int, into shifted: UnsafeMutablePointer<Float>, _ squares: inout [UInt32]
) {
    var squares = squares.mutableSpan
    for j in squares.indices {
        let value = Int32(block[start + j]) - 128
        unsafe shifted[j] = Float(value)
        squares[j] &+= UInt32(bitPattern: value &* value)
    }
}

private func addGram(
    ofFirst rows: Int, rowsOf block: [Float], features: Int, beta: Float, into products: inout [Float]
) throws(LinearAlgebraError) {
    let values = block.span.extracting(first: rows * features)
    try addGram(of: MatrixView(values, rows: rows, columns: features), beta: beta, into: &products)
}
