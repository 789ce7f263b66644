internal import LinearAlgebra

/// Moments of rows in which values are missing, as if each had been the mean of all that are there.
///
/// A missing value then deviates by nothing, so that with z = x - c, where c is near the mean, and M 1 where a value is there
/// and 0 where not (z 0 as well),
///
///     scatter_jk = Σ (z_j - d_j) (z_k - d_k) M_j M_k = ZᵀZ - ZᵀM ∘ (1 dᵀ) - (ZᵀM)ᵀ ∘ (d 1ᵀ) + MᵀM ∘ (d dᵀ)
///
/// for d = mean - c, known at the end. The three products are one, of [Z M] with itself: four times the work and the memory
/// of complete rows, which take the usual way. It is summed as `FloatGram` does, so the number of threads changes nothing.
struct IncompleteMoments: Sendable {
    let features: Int
    let hasProducts: Bool
    private(set) var count = 0
    /// What is subtracted first: a value of the feature; nil where none was there yet.
    private var origins: [Double?]
    /// How many values are there, and Σ z.
    private(set) var present: [Double]
    private var sums: [Double]
    /// One of the two: [Z M]ᵀ[Z M], 2D x 2D, or without products Σ z², D values.
    private var products: FloatGram?
    private var squares: [Double] = []
    private var minima: [Double]
    private var maxima: [Double]

    init(features: Int, products: Bool) {
        self.features = features
        hasProducts = products
        origins = Array(repeating: nil, count: features)
        present = Array(repeating: 0, count: features)
        sums = Array(repeating: 0, count: features)
        if products {
            self.products = FloatGram(features: 2 * features)
        } else {
            squares = Array(repeating: 0, count: features)
        }
        minima = Array(repeating: .infinity, count: features)
        maxima = Array(repeating: -.infinity, count: features)
    }

    /// How many values of each feature are missing.
    var missing: [Int] { present.map { count - Int($0) } }

    /// Adds rows of finite values and of what is not a number, which is missing.
    /// - Parameter near: a value near each feature's mean, where one is known.
    mutating func add(_ values: [Double], near: (Int) -> Double?) {
        let rows = values.count / features
        let width = 2 * features
        // [Z M]
        var stage = [Double](repeating: 0, count: hasProducts ? rows * width : 0)
        for row in 0..<rows {
            for j in 0..<features {
                let value = values[row * features + j]
                guard !value.isNaN else { continue }
                if origins[j] == nil { origins[j] = near(j) ?? value }
                let z = value - origins[j]!
                if hasProducts {
                    stage[row * width + j] = z
                    stage[row * width + features + j] = 1
                } else {
                    squares[j] += z * z
                }
                present[j] += 1
                sums[j] += z
                minima[j] = min(minima[j], value)
                maxima[j] = max(maxima[j], value)
            }
        }
        count += rows
        if hasProducts { addProducts(stage, rows) }
    }

    /// - Parameter stage: rows of 2D values.
    private mutating func addProducts(_ stage: [Double], _ rows: Int) {
        let width = 2 * features
        var taken = 0
        while taken < rows {
            if products!.rows == 0 { products!.begin(centers: Array(repeating: 0, count: width)) }
            let some = min(rows - taken, products!.blockRows - products!.rows)
            products!.add(stage.span.extracting(taken * width..<(taken + some) * width), count: some)
            taken += some
            if products!.rows == products!.blockRows { multiply() }
        }
    }

    /// Adds the products of the rows that are packed.
    private mutating func multiply() {
        let zeros = [Double](repeating: 0, count: 2 * features)
        products!.multiply(minus: zeros, plus: zeros)
    }

    /// The moments of these rows and of complete ones, with the means in the place of what is missing.
    consuming func filled(with complete: FloatingMoments) -> FloatingMoments {
        if let products, products.rows > 0 { multiply() }
        let total = complete.count + count
        var means = complete.means
        var lowMeans = complete.lowMeans
        // Of the mean from the origin, and from that of the complete rows.
        var fromOrigin = [Double](repeating: 0, count: features)
        var fromComplete = fromOrigin
        for j in 0..<features where present[j] > 0 {
            let known = Double(complete.count)
            let origin = origins[j]!
            // The mean of the complete rows, from the origin.
            let away = known > 0 ? (means[j] - origin) + lowMeans[j] : 0
            fromOrigin[j] = (known * away + sums[j]) / (known + present[j])
            fromComplete[j] = known > 0 ? fromOrigin[j] - away : 0
            (means[j], lowMeans[j]) = exactSum(origin, fromOrigin[j])
        }
        var scatter = complete.scatter
        for i in 0..<features {
            for j in hasProducts ? i..<features : i..<i + 1 {
                let place = hasProducts ? i * features + j : i
                scatter[place] += Double(complete.count) * fromComplete[i] * fromComplete[j]
                let more = deviations(i, j, fromOrigin)
                scatter[place] += i == j ? max(0, more) : more
            }
        }
        return FloatingMoments(
            count: total, means: means, lowMeans: lowMeans, scatter: scatter, products: hasProducts,
            minima: zip(minima, complete.minima).map(min), maxima: zip(maxima, complete.maxima).map(max))
    }

    /// Σ (z_i - d_i) (z_j - d_j) over the rows that have both.
    private func deviations(_ i: Int, _ j: Int, _ d: [Double]) -> Double {
        guard let products else { return squares[i] - d[i] * (2 * sums[i] - present[i] * d[i]) }
        let square = products.sum(i, j)
        let (iOverJ, jOverI) = (products.sum(i, features + j), products.sum(j, features + i))
        let both = products.sum(features + i, features + j)
        return square - d[j] * iOverJ - d[i] * (jOverI - both * d[j])
    }
}

/// Knuth's two-sum: a sum, and what is lost when it is rounded.
private func exactSum(_ a: Double, _ b: Double) -> (sum: Double, lost: Double) {
    let sum = a + b
    let back = sum - a
    return (sum, (a - (sum - back)) + (b - back))
}
