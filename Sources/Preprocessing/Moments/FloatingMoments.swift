internal import LinearAlgebra

/// Moments of floating-point rows, in double precision.
///
/// Rows are staged in blocks. A block is centered by its own mean, so that its sums of squares lose nothing to a large
/// offset, and merged by the update of Chan, Golub and LeVeque ("Updating formulae and a pairwise algorithm for computing
/// sample variances", 1979): with δ the difference of the means,
///
///     scatter := scatterA + scatterB + δ δᵀ · nA nB / (nA + nB)
///
/// A mean is held as the unevaluated sum of two doubles: rounded to one, means near 1e8 would spoil δ. The length of the
/// blocks depends on D alone, so that results do not depend on how the rows arrive.
struct FloatingMoments: Sendable {
    let features: Int
    let hasProducts: Bool
    private(set) var count = 0
    /// The mean, and what is lost when it is rounded.
    private(set) var means: [Double]
    private(set) var lowMeans: [Double]
    /// Σ (x - μ)², D values; where products are kept, the upper triangle of Σ (x - μ)(x - μ)ᵀ, D x D.
    private(set) var scatter: [Double]
    private(set) var minima: [Double]
    private(set) var maxima: [Double]
    /// Rows on their way into the sums, and room for one more.
    private var stage: [Double] = []
    private var stagedRows = 0
    private let capacity: Int

    init(features: Int, products: Bool) {
        let zeros = [Double](repeating: 0, count: features)
        self.init(
            count: 0, means: zeros, lowMeans: zeros,
            scatter: Array(repeating: 0, count: products ? features * features : features), products: products,
            minima: Array(repeating: .infinity, count: features),
            maxima: Array(repeating: -.infinity, count: features))
    }

    /// The sums of rows that were added before, as the properties of these names hold them.
    init(
        count: Int, means: [Double], lowMeans: [Double], scatter: [Double], products: Bool, minima: [Double],
        maxima: [Double]
    ) {
        features = means.count
        hasProducts = products
        self.count = count
        self.means = means
        self.lowMeans = lowMeans
        self.scatter = scatter
        self.minima = minima
        self.maxima = maxima
        // Long enough for a product to run at speed; otherwise short enough for the cache.
        capacity =
            products ? min(max((32 << 20) / (8 * features), 64), 1024) : min(max((256 << 10) / (8 * features), 1), 1024)
    }

    /// Adds rows of `features` finite values each.
    mutating func add(_ values: [Double]) throws(LinearAlgebraError) {
        if stage.isEmpty { stage = Array(repeating: 0, count: (capacity + 1) * features) }
        var taken = 0
        while taken < values.count {
            let start = stagedRows * features
            let length = min(values.count - taken, capacity * features - start)
            stage.replaceSubrange(start..<start + length, with: values[taken..<taken + length])
            taken += length
            stagedRows += length / features
            if stagedRows == capacity { try flush() }
        }
    }

    /// Adds the staged rows to the sums.
    mutating func flush() throws(LinearAlgebraError) {
        guard stagedRows > 0 else { return }
        let rows = stagedRows
        widenRange(&minima, &maxima, byFirst: rows, rowsOf: stage)
        let (blockMeans, blockLowMeans) = center(first: rows, rowsOf: &stage, features: features)
        if count == 0 { (means, lowMeans) = (blockMeans, blockLowMeans) }
        let weight = Double(count) * Double(rows) / Double(count + rows)
        let delta = difference(blockMeans, blockLowMeans)
        if hasProducts {
            // The update's δ δᵀ is one more row of the product.
            let root = weight.squareRoot()
            for j in 0..<features { stage[rows * features + j] = root * delta[j] }
            try addGram(ofFirst: rows + 1, rowsOf: stage, features: features, into: &scatter)
        } else {
            addSquares(ofFirst: rows, rowsOf: stage, to: &scatter)
            for j in 0..<features { scatter[j] += delta[j] * delta[j] * weight }
        }
        moveMeans(by: delta, Double(rows) / Double(count + rows))
        count += rows
        stagedRows = 0
    }

    /// Other means minus these.
    private func difference(_ otherMeans: [Double], _ otherLowMeans: [Double]) -> [Double] {
        (0..<features).map { (otherMeans[$0] - means[$0]) + (otherLowMeans[$0] - lowMeans[$0]) }
    }

    private mutating func moveMeans(by delta: [Double], _ fraction: Double) {
        for j in 0..<features {
            // Knuth's two-sum: what the rounded sum lost goes to the low part.
            let step = delta[j] * fraction
            let sum = means[j] + step
            let back = sum - means[j]
            let lost = (means[j] - (sum - back)) + (step - back)
            means[j] = sum
            lowMeans[j] += lost
        }
    }

    mutating func merge(_ other: FloatingMoments) {
        guard other.count > 0 else { return }
        if count == 0 { (means, lowMeans) = (other.means, other.lowMeans) }
        let total = count + other.count
        let weight = Double(count) * Double(other.count) / Double(total)
        let delta = difference(other.means, other.lowMeans)
        if hasProducts {
            for i in 0..<features {
                let scaled = weight * delta[i]
                for k in i * features + i..<(i + 1) * features {
                    scatter[k] += other.scatter[k] + scaled * delta[k - i * features]
                }
            }
        } else {
            for j in 0..<features { scatter[j] += other.scatter[j] + weight * delta[j] * delta[j] }
        }
        for j in 0..<features {
            minima[j] = min(minima[j], other.minima[j])
            maxima[j] = max(maxima[j], other.maxima[j])
        }
        moveMeans(by: delta, Double(other.count) / Double(total))
        count = total
    }

    private func square(_ j: Int) -> Double {
        hasProducts ? scatter[j * features + j] : scatter[j]
    }

    /// The features have equal counts: their mean is the mean of their means, and each adds N (μ_j - μ)² to the scatter.
    func distribution(of features: StrideTo<Int>, ddof: Int) -> Distribution {
        var low = Double.infinity
        var high = -Double.infinity
        var offset = 0.0
        var width = 0
        // Means are taken from the first one, so that they lose nothing to a large offset that they share.
        let origin = features.first { _ in true }.map { means[$0] } ?? 0
        for j in features {
            low = min(low, minima[j])
            high = max(high, maxima[j])
            offset += (means[j] - origin) + lowMeans[j]
            width += 1
        }
        // The mean of equal values is that value, whatever rounding makes of the sum.
        guard low < high else { return Distribution(mean: low, variance: 0, min: low, max: high) }
        offset /= Double(width)
        var square = 0.0
        for j in features {
            let away = (means[j] - origin) + lowMeans[j] - offset
            square += self.square(j) + Double(count) * away * away
        }
        let n = Double(count) * Double(width)
        return Distribution(mean: origin + offset, variance: square / (n - Double(ddof)), min: low, max: high)
    }

    func covariance(ddof: Int) -> Matrix<Double> {
        var matrix = Matrix(rows: features, columns: features, elements: scatter)
        let divisor = Double(count - ddof)
        for i in 0..<features {
            let isConstant = minima[i] == maxima[i]
            for j in i..<features {
                let zero = isConstant || minima[j] == maxima[j]
                matrix.elements[i * features + j] = zero ? 0 : scatter[i * features + j] / divisor
            }
        }
        matrix.mirrorUpperTriangle()
        return matrix
    }
}

// The loops over a block. Functions of arrays, so that the compiler sees that what they read and write is apart.

private func widenRange(_ minima: inout [Double], _ maxima: inout [Double], byFirst rows: Int, rowsOf block: [Double]) {
    let features = minima.count
    var minima = minima.mutableSpan
    var maxima = maxima.mutableSpan
    for row in 0..<rows {
        for j in 0..<features {
            let value = block[row * features + j]
            minima[j] = min(minima[j], value)
            maxima[j] = max(maxima[j], value)
        }
    }
}

/// Subtracts from the rows their mean, and returns it as a sum of two.
private func center(first rows: Int, rowsOf block: inout [Double], features: Int) -> (high: [Double], low: [Double]) {
    var high = [Double](repeating: 0, count: features)
    var low = high
    var values = block.mutableSpan
    for row in 0..<rows {
        for j in 0..<features { high[j] += values[row * features + j] }
    }
    for j in 0..<features { high[j] /= Double(rows) }
    for row in 0..<rows {
        for j in 0..<features {
            values[row * features + j] -= high[j]
            low[j] += values[row * features + j]
        }
    }
    for j in 0..<features { low[j] /= Double(rows) }
    for row in 0..<rows {
        for j in 0..<features { values[row * features + j] -= low[j] }
    }
    return (high, low)
}

private func addSquares(ofFirst rows: Int, rowsOf block: [Double], to squares: inout [Double]) {
    let features = squares.count
    var squares = squares.mutableSpan
    for row in 0..<rows {
        for j in 0..<features { squares[j] += block[row * features + j] * block[row * features + j] }
    }
}

func addGram(
    ofFirst rows: Int, rowsOf block: [Double], features: Int, into products: inout [Double]
) throws(LinearAlgebraError) {
    let rowValues = block.span.extracting(first: rows * features)
    try addGram(of: MatrixView(rowValues, rows: rows, columns: features), into: &products)
}
