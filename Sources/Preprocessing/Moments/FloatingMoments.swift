internal import Datasets
internal import LinearAlgebra
internal import Threads

/// Moments of floating-point rows, in double precision.
///
/// Rows are summed a block at a time, as differences from a center c that is the mean of all rows before, or the first row
/// where there are none; blocks are merged by the update of Chan, Golub and LeVeque ("Updating formulae and a pairwise
/// algorithm for computing sample variances", 1979). With A rows before, n in the block, d = x - c, s = Σ d, and δ the
/// difference of both means:
///
///     scatter := scatter + Σ d dᵀ - s sᵀ / n + δ δᵀ · A n / (A + n)
///
/// A mean is held as the unevaluated sum of two doubles: rounded to one, means near 1e8 would spoil δ. Blocks of whole
/// numbers from 0 to 255 are summed exactly, as bytes, and merged at the end.
///
/// **Error.** The differences are rounded once, to ε = 2⁻⁵³ of themselves. Of a variance, the new scatter holds
/// Σ d² - s²/n plus at least half of n δ², as soon as there are no fewer rows before than in the block; so the subtraction
/// makes the errors of Σ d² at most three times as large, relative to the scatter. In the first block, and where fewer rows
/// came before, d² can be up to n + 1 times the scatter: (x - mean)² <= Σ (x - mean)² for the row that is the center. With
/// m the terms of one accumulator (512, or 128 with products) and B the blocks, a scatter S_ij is off by at most
///
///     (3 (m + 4) + 2 B (1 + n/m)) ε √(S_ii S_jj),    and (n + 1)(m + 4) ε √(S_ii S_jj) of the first block,
///
/// the worst case, where all errors have one sign: 3e-11 of the first block at most, and 3e-12 for a million rows of 3,072
/// features. A column of mean 1e8 and deviation 1 loses no more than one of mean 0, sorted or not.
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
    private var block: FloatingBlock
    /// The blocks that are bytes.
    private var exact: ExactMoments?

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
        block = FloatingBlock(features: features, products: products)
    }

    /// The same rows as exact moments have.
    init(_ exact: ExactMoments) {
        let means = (0..<exact.features).map(exact.mean)
        self.init(
            count: exact.count, means: means.map(\.high), lowMeans: means.map(\.low), scatter: exact.scatter,
            products: exact.hasProducts, minima: exact.minima.map { Double($0) },
            maxima: exact.maxima.map { Double($0) })
    }

    /// Adds rows of `features` finite values each.
    mutating func add(_ values: [Float]) { add(values.span) { Double($0) } }
    mutating func add(_ values: [Double]) { add(values.span) { $0 } }
    mutating func add(_ values: [UInt8]) { add(values.span) { Double($0) } }

    private mutating func add<Scalar: RowScalar & Comparable>(
        _ values: Span<Scalar>, _ asDouble: (Scalar) -> Double
    ) {
        var taken = 0
        while taken < values.count / features {
            block.add(values, &taken, mean: count > 0 ? means : nil, asDouble)
            if block.isFull { flush() }
        }
    }

    /// Brings what was added into its final form.
    mutating func finish() {
        if block.rows > 0 { flush() }
        block.gram?.drain(into: &scatter)
        if var exact {
            exact.finish()
            self.exact = nil
            let whole = FloatingMoments(exact)
            if count == 0 { self = whole } else { merge(whole) }
        }
    }

    /// Adds the block to the sums.
    private mutating func flush() {
        if block.areBytes {
            if exact == nil { exact = ExactMoments(features: features, products: hasProducts) }
            exact!.add(Array(block.takeBytes()))
            return
        }
        let rows = Double(block.rows)
        let before = Double(count)
        let sums = block.differences
        if count == 0 { means = block.centers }
        // The means were the block's centers, but for what is lost in rounding.
        let delta = (0..<features).map { sums[$0] / rows - lowMeans[$0] }
        let weight = before * rows / (before + rows)
        if hasProducts {
            let (ownRoot, root) = (rows.squareRoot(), weight.squareRoot())
            block.gram!.multiply(
                minus: (0..<features).map { sums[$0] / ownRoot }, plus: delta.map { $0 * root })
        } else {
            let squares = block.squares
            for j in 0..<features {
                scatter[j] += squares[j] - sums[j] * (sums[j] / rows) + delta[j] * delta[j] * weight
            }
        }
        widenRange(block.minima, block.maxima)
        moveMeans(by: delta, rows / (before + rows))
        count += block.rows
        block.clear()
    }

    private mutating func widenRange(_ otherMinima: [Double], _ otherMaxima: [Double]) {
        for j in 0..<features {
            minima[j] = min(minima[j], otherMinima[j])
            maxima[j] = max(maxima[j], otherMaxima[j])
        }
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
        widenRange(other.minima, other.maxima)
        moveMeans(by: delta, Double(other.count) / Double(total))
        count = total
    }

    private func square(_ j: Int) -> Double {
        hasProducts ? scatter[j * features + j] : scatter[j]
    }

    /// The features have equal counts: their mean is the mean of their means, and each adds N (μ_j - μ)² to the scatter.
    /// - Parameter stored: the type of the values.
    func distribution(of features: StrideTo<Int>, as stored: ScalarType, ddof: Int) -> Distribution {
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
        return Distribution(
            mean: origin + offset, variance: square / (n - Double(ddof)), min: low, max: high, of: stored)
    }

    /// Both triangles; zero where a feature is constant, whatever rounding has left. The threads take rows in turn.
    func covariance(as stored: ScalarType, ddof: Int) -> Matrix<Double> {
        var matrix = Matrix(rows: features, columns: features, elements: scatter)
        let divisor = Double(count - ddof)
        let isConstant = (0..<features).map { stored.areEqual(minima[$0], maxima[$0]) }
        let (next, size) = (Countdown(features), features)
        unsafe matrix.elements.withUnsafeMutableBufferPointer { elements in
            guard let elements = elements.baseAddress else { return }
            _ = concurrently(size < 512 ? 1 : min(computingThreads, size)) { _ in
                while let i = next.take() {
                    for j in i..<size {
                        unsafe elements[i * size + j] =
                            isConstant[i] || isConstant[j] ? 0 : elements[i * size + j] / divisor
                    }
                }
            }
        }
        matrix.mirrorUpperTriangle()
        return matrix
    }
}
