internal import LinearAlgebra

/// Moments of rows of bytes, without any rounding.
///
/// Values are shifted by 128, which changes no variance. A shifted row's values are small integers, so their products
/// are exact in single precision, and so is a sum of products while it stays at or below 2^24. By Cauchy-Schwarz, every
/// partial sum of products of two features is bounded by the larger of their two sums of squares: rows are staged until
/// a sum of squares nears the bound, then multiplied at once. The block's sums are added to whole numbers held in
/// doubles, exact up to 2^53: more than 10^11 rows.
struct ExactMoments: Sendable {
    /// Sums of squares of shifted bytes up to here are exact in a Float.
    static let exactBound: UInt32 = 1 << 24
    /// The largest square of a shifted byte, (0 - 128)^2.
    static let largestSquare: UInt32 = 1 << 14
    static let shift = 128

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

    // Rows on their way into the sums.
    private let capacity: Int
    private var stagedRows = 0
    private var stagedSums: [Int32]
    private var stagedSquares: [UInt32]
    /// Shifted rows, and the upper triangle of their D x D products; empty where products are not kept.
    private var staged: [Float] = []
    private var stagedProducts: [Float] = []

    init(features: Int, products: Bool) {
        self.features = features
        sums = Array(repeating: 0, count: features)
        squares = products ? [] : Array(repeating: 0, count: features)
        self.products = products ? Array(repeating: 0, count: features * (features + 1) / 2) : []
        minima = Array(repeating: .max, count: features)
        maxima = Array(repeating: .min, count: features)
        // Without products, only the 32 bits of a staged sum of squares limit the stage.
        capacity = products ? max(16, min(8192, (64 << 20) / (4 * features))) : 1 << 16
        stagedSums = Array(repeating: 0, count: features)
        stagedSquares = Array(repeating: 0, count: features)
    }

    private var hasProducts: Bool { !products.isEmpty }

    /// Adds rows of `features` bytes each.
    mutating func add(_ values: [UInt8]) throws(LinearAlgebraError) {
        for row in 0..<values.count / features {
            let start = row * features
            widenRange(&minima, &maxima, by: values, from: start)
            let largest = addSums(&stagedSums, &stagedSquares, of: values, from: start)
            if hasProducts {
                if staged.count == stagedRows * features {
                    let more = max(min(staged.count, capacity * features - staged.count), features)
                    staged.append(contentsOf: repeatElement(0, count: more))
                }
                stageShifted(values, from: start, features: features, into: &staged, at: stagedRows * features)
            }
            count += 1
            stagedRows += 1
            if stagedRows == capacity || hasProducts && largest > Self.exactBound - Self.largestSquare {
                try flush()
            }
        }
    }

    /// Adds the staged rows to the sums.
    mutating func flush() throws(LinearAlgebraError) {
        guard stagedRows > 0 else { return }
        for j in 0..<features {
            sums[j] += Int64(stagedSums[j])
            if !hasProducts { squares[j] += Int64(stagedSquares[j]) }
            stagedSums[j] = 0
            stagedSquares[j] = 0
        }
        if hasProducts {
            if stagedProducts.isEmpty { stagedProducts = Array(repeating: 0, count: features * features) }
            try addGram(ofFirst: stagedRows, rowsOf: staged, features: features, into: &stagedProducts)
            addTriangle(of: stagedProducts, size: features, to: &products)
        }
        stagedRows = 0
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
            min: Double(range.min), max: Double(range.max))
    }

    /// Correctly rounded: (N Σxy - Σx Σy) / (N (N - ddof)).
    func covariance(ddof: Int) -> Matrix<Double> {
        let n = Int128(count)
        let divisor = n * (n - Int128(ddof))
        var matrix = Matrix<Double>(repeating: 0, rows: features, columns: features)
        // While N² 2^14 < 2^53, whole numbers in doubles give the same, faster.
        let fits = divisor <= (1 << 53) / Int128(Self.largestSquare)
        if fits {
            divideTriangle(
                of: products, sums: sums.map { Double($0) }, count: Double(count), by: Double(Int64(divisor)),
                into: &matrix.elements)
        } else {
            for i in 0..<features {
                let start = triangleStart(i, features) - i
                for j in i..<features {
                    matrix.elements[i * features + j] = exactQuotient(
                        n * Int128(Int64(products[start + j])) - Int128(sums[i]) * Int128(sums[j]), divisor)
                }
            }
        }
        matrix.mirrorUpperTriangle()
        return matrix
    }
}

/// Where row i of a packed upper triangle begins.
func triangleStart(_ i: Int, _ size: Int) -> Int {
    i * size - i * (i - 1) / 2
}

// The loops over a block. Functions of arrays, so that the compiler sees that what they read and write is apart.

private func widenRange(_ minima: inout [UInt8], _ maxima: inout [UInt8], by values: [UInt8], from start: Int) {
    var minima = minima.mutableSpan
    var maxima = maxima.mutableSpan
    for j in minima.indices {
        minima[j] = min(minima[j], values[start + j])
        maxima[j] = max(maxima[j], values[start + j])
    }
}

/// Adds one row, shifted, to the sums; returns the largest sum of squares.
private func addSums(
    _ sums: inout [Int32], _ squares: inout [UInt32], of values: [UInt8], from start: Int
) -> UInt32 {
    var sums = sums.mutableSpan
    var squares = squares.mutableSpan
    var largest: UInt32 = 0
    for j in sums.indices {
        let value = Int32(values[start + j]) - Int32(ExactMoments.shift)
        sums[j] &+= value
        squares[j] &+= UInt32(bitPattern: value &* value)
        largest = max(largest, squares[j])
    }
    return largest
}

private func stageShifted(
    _ values: [UInt8], from start: Int, features: Int, into staged: inout [Float], at end: Int
) {
    var staged = staged.mutableSpan
    for j in 0..<features { staged[end + j] = Float(Int32(values[start + j]) - Int32(ExactMoments.shift)) }
}

private func addGram(
    ofFirst rows: Int, rowsOf block: [Float], features: Int, into products: inout [Float]
) throws(LinearAlgebraError) {
    let rowValues = block.span.extracting(first: rows * features)
    try addGram(of: MatrixView(rowValues, rows: rows, columns: features), beta: 0, into: &products)
}

private func addTriangle(of block: [Float], size: Int, to total: inout [Double]) {
    var total = total.mutableSpan
    for i in 0..<size {
        let start = triangleStart(i, size) - i
        for j in i..<size { total[start + j] += Double(block[i * size + j]) }
    }
}

/// (N Σxy - Σx Σy) / divisor for the upper triangle. Every number but the quotient is whole and below 2^53.
private func divideTriangle(
    of products: [Double], sums: [Double], count: Double, by divisor: Double, into matrix: inout [Double]
) {
    let size = sums.count
    var matrix = matrix.mutableSpan
    for i in 0..<size {
        let start = triangleStart(i, size) - i
        let sum = sums[i]
        for j in i..<size { matrix[i * size + j] = (count * products[start + j] - sum * sums[j]) / divisor }
    }
}
