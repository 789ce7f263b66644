internal import Datasets
internal import LinearAlgebra
internal import Threads

/// Moments of rows of bytes, without any rounding.
///
/// Values are shifted by 128, which changes no variance. Sums of squares and products are whole numbers held in doubles
/// or 64 bits: exact up to 2^53, which is more than 10^11 rows.
struct ExactMoments: Sendable {
    static let shift = 128
    /// The largest square of a shifted byte, (0 - 128)^2.
    static let largestSquare = 1 << 14

    let features: Int
    private(set) var count = 0
    /// Σ (x - 128), D values.
    private(set) var sums: [Int64]
    /// Σ (x - 128)², D values, where products are not kept.
    private(set) var squares: [Int64]
    /// Σ (x_i - 128)(x_j - 128) for i <= j, row after row of the upper triangle; empty where products are not kept.
    private(set) var products: [Double]
    private(set) var minima: [UInt8]
    private(set) var maxima: [UInt8]

    /// What multiplies, and the rows on their way there; nil where products are not kept.
    private var multiplier: ByteGram?
    private var staged: [UInt8] = []

    init(features: Int, products: Bool) {
        self.init(
            count: 0, sums: Array(repeating: 0, count: features),
            squares: products ? [] : Array(repeating: 0, count: features),
            products: products ? Array(repeating: 0, count: features * (features + 1) / 2) : [],
            minima: Array(repeating: .max, count: features), maxima: Array(repeating: .min, count: features))
    }

    /// The sums of rows that were added before, as the properties of these names hold them.
    init(count: Int, sums: [Int64], squares: [Int64], products: [Double], minima: [UInt8], maxima: [UInt8]) {
        features = sums.count
        self.count = count
        self.sums = sums
        self.squares = squares
        self.products = products
        self.minima = minima
        self.maxima = maxima
        multiplier = products.isEmpty ? nil : ByteGram(features: features)
    }

    var hasProducts: Bool { multiplier != nil }

    /// Adds rows of `features` bytes each.
    mutating func add(_ values: [UInt8]) {
        guard hasProducts else { return addSums(of: values) }
        var taken = 0
        while taken < values.count {
            let length = min(values.count - taken, ByteGram.blockRows * features - staged.count)
            staged += values[taken..<taken + length]
            taken += length
            if staged.count == ByteGram.blockRows * features { flush() }
        }
    }

    /// Adds the staged rows to the sums, and brings the products into their final form.
    mutating func finish() {
        flush()
        multiplier?.drain(into: &products)
    }

    private mutating func flush() {
        guard !staged.isEmpty else { return }
        multiplier!.add(staged, rows: staged.count / features, totals: &products)
        addSums(of: staged)
        staged.removeAll(keepingCapacity: true)
    }

    /// Adds to all but the products, each thread a range of features.
    private mutating func addSums(of values: [UInt8]) {
        let features = features
        let threads = hasProducts ? min(computingThreads, features) : 1
        let parts = concurrently(threads) { thread in
            ByteSums(of: values, features * thread / threads..<features * (thread + 1) / threads, features: features)
        }
        for part in parts {
            for (k, j) in part.range.enumerated() {
                sums[j] += part.sums[k]
                if !hasProducts { squares[j] += part.squares[k] }
                minima[j] = min(minima[j], part.minima[k])
                maxima[j] = max(maxima[j], part.maxima[k])
            }
        }
        count += values.count / features
    }

    mutating func merge(_ other: ExactMoments) {
        count += other.count
        for j in 0..<features {
            sums[j] += other.sums[j]
            minima[j] = min(minima[j], other.minima[j])
            maxima[j] = max(maxima[j], other.maxima[j])
        }
        for j in squares.indices { squares[j] += other.squares[j] }
        for k in products.indices { products[k] += other.products[k] }
    }

    /// Σ (x - 128)² of one feature.
    private func square(_ j: Int) -> Int64 {
        hasProducts ? Int64(products[triangleStart(j, features)]) : squares[j]
    }

    /// Correctly rounded: N Σx² - (Σx)² and its divisor are whole numbers, divided once.
    func distribution(of features: StrideTo<Int>, ddof: Int) -> Distribution {
        var values: Int128 = 0
        var sum: Int128 = 0
        var square: Int128 = 0
        var range = (min: UInt8.max, max: UInt8.min)
        for j in features {
            values += Int128(count)
            sum += Int128(sums[j])
            square += Int128(self.square(j))
            range = (min(range.min, minima[j]), max(range.max, maxima[j]))
        }
        return Distribution(
            mean: exactQuotient(sum + Int128(Self.shift) * values, values),
            variance: exactQuotient(values * square - sum * sum, values * (values - Int128(ddof))),
            min: Double(range.min), max: Double(range.max), of: .uint8)
    }

    /// Correctly rounded: (N Σxy - Σx Σy) / (N (N - ddof)).
    func covariance(ddof: Int) -> Matrix<Double> {
        var matrix = Matrix(repeating: 0.0, rows: features, columns: features)
        let n = Int128(count)
        divideTriangle(of: products, sums: sums, count: count, by: n * (n - Int128(ddof)), into: &matrix.elements)
        matrix.mirrorUpperTriangle()
        return matrix
    }

    /// Correctly rounded: Σ (x - μ)(x - μ)ᵀ = (N Σxy - Σx Σy) / N, the upper triangle of a D x D matrix; without products
    /// its diagonal.
    var scatter: [Double] {
        guard count > 0 else { return Array(repeating: 0, count: hasProducts ? features * features : features) }
        guard hasProducts else {
            return (0..<features).map { j in
                exactQuotient(
                    Int128(count) * Int128(squares[j]) - Int128(sums[j]) * Int128(sums[j]), Int128(count))
            }
        }
        var matrix = [Double](repeating: 0, count: features * features)
        divideTriangle(of: products, sums: sums, count: count, by: Int128(count), into: &matrix)
        return matrix
    }

    /// The mean of a feature, and what is lost when it is rounded.
    func mean(_ j: Int) -> (high: Double, low: Double) {
        guard count > 0 else { return (0, 0) }
        let (whole, rest) = (sums[j] + Int64(Self.shift) * Int64(count)).quotientAndRemainder(dividingBy: Int64(count))
        let (base, fraction) = (Double(whole), Double(rest) / Double(count))
        let high = base + fraction
        return (high, (base - high) + fraction)
    }
}

/// Sums, sums of squares and extremes of some of the features of a block of rows, shifted by 128.
private struct ByteSums: Sendable {
    let range: Range<Int>
    private(set) var sums: [Int64]
    private(set) var squares: [Int64]
    private(set) var minima: [UInt8]
    private(set) var maxima: [UInt8]

    init(of values: [UInt8], _ range: Range<Int>, features: Int) {
        self.range = range
        sums = Array(repeating: 0, count: range.count)
        squares = sums
        minima = Array(repeating: .max, count: range.count)
        maxima = Array(repeating: .min, count: range.count)
        var blockSums = [Int32](repeating: 0, count: range.count)
        var blockSquares = [UInt32](repeating: 0, count: range.count)
        let rows = values.count / features
        // As many rows at once as the 32 bits of a sum of squares allow.
        for first in stride(from: 0, to: rows, by: 1 << 16) {
            for row in first..<min(rows, first + 1 << 16) {
                addRow(values, row * features + range.lowerBound, &blockSums, &blockSquares, &minima, &maxima)
            }
            for k in 0..<range.count {
                sums[k] += Int64(blockSums[k])
                squares[k] += Int64(blockSquares[k])
                blockSums[k] = 0
                blockSquares[k] = 0
            }
        }
    }
}

// A function of arrays, so that the compiler sees that what it reads and writes is apart.
private func addRow(
    _ values: [UInt8], _ start: Int, _ sums: inout [Int32], _ squares: inout [UInt32], _ minima: inout [UInt8],
    _ maxima: inout [UInt8]
) {
    var sums = sums.mutableSpan
    var squares = squares.mutableSpan
    for k in sums.indices {
        let value = Int32(values[start + k]) - Int32(ExactMoments.shift)
        sums[k] &+= value
        squares[k] &+= UInt32(bitPattern: value &* value)
    }
    var low = minima.mutableSpan
    var high = maxima.mutableSpan
    for k in low.indices {
        low[k] = min(low[k], values[start + k])
        high[k] = max(high[k], values[start + k])
    }
}
