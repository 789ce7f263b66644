internal import LinearAlgebra

/// Moments of rows in which values are missing, as if each had been the mean of all that are there.
///
/// A missing value then deviates by nothing, so that with z = x - c, where c is near the mean, and M 1 where a value is there
/// and 0 where not (z 0 as well),
///
///     scatter_jk = Σ (z_j - d_j) (z_k - d_k) M_j M_k = ZᵀZ - ZᵀM ∘ (1 dᵀ) - (ZᵀM)ᵀ ∘ (d 1ᵀ) + MᵀM ∘ (d dᵀ)
///
/// for d = mean - c, known at the end. The three products are one, of [Z M] with itself: four times the work and the memory
/// of complete rows, which take the usual way.
struct IncompleteMoments: Sendable {
    let features: Int
    let hasProducts: Bool
    private(set) var count = 0
    /// What is subtracted first: a value of the feature; nil where none was there yet.
    private var origins: [Double?]
    /// How many values are there, and Σ z.
    private(set) var present: [Double]
    private var sums: [Double]
    /// [Z M]ᵀ[Z M], the upper triangle, 2D x 2D; without products Σ z², D values.
    private var products: [Double]
    private var minima: [Double]
    private var maxima: [Double]

    init(features: Int, products: Bool) {
        self.features = features
        hasProducts = products
        origins = Array(repeating: nil, count: features)
        present = Array(repeating: 0, count: features)
        sums = Array(repeating: 0, count: features)
        self.products = Array(repeating: 0, count: products ? 4 * features * features : features)
        minima = Array(repeating: .infinity, count: features)
        maxima = Array(repeating: -.infinity, count: features)
    }

    /// How many values of each feature are missing.
    var missing: [Int] { present.map { count - Int($0) } }

    /// Adds rows of finite values and of what is not a number, which is missing.
    /// - Parameter near: a value near each feature's mean, where one is known.
    mutating func add(_ values: [Double], near: (Int) -> Double?) throws(LinearAlgebraError) {
        let rows = values.count / features
        let width = hasProducts ? 2 * features : features
        var stage = [Double](repeating: 0, count: rows * width)
        for row in 0..<rows {
            for j in 0..<features {
                let value = values[row * features + j]
                guard !value.isNaN else { continue }
                if origins[j] == nil { origins[j] = near(j) ?? value }
                let z = value - origins[j]!
                stage[row * width + j] = z
                if hasProducts { stage[row * width + features + j] = 1 } else { products[j] += z * z }
                present[j] += 1
                sums[j] += z
                minima[j] = min(minima[j], value)
                maxima[j] = max(maxima[j], value)
            }
        }
        count += rows
        if hasProducts, rows > 0 {
            try addGram(of: MatrixView(stage.span, rows: rows, columns: width), into: &products)
        }
    }

    /// The moments of these rows and of complete ones, with the means in the place of what is missing.
    func filled(with complete: FloatingMoments) -> FloatingMoments {
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
        guard hasProducts else { return products[i] - d[i] * (2 * sums[i] - present[i] * d[i]) }
        let width = 2 * features
        let square = products[i * width + j]
        let (iOverJ, jOverI) = (products[i * width + features + j], products[j * width + features + i])
        let both = products[(features + i) * width + features + j]
        return square - d[j] * iOverJ - d[i] * (jOverI - both * d[j])
    }
}

/// Knuth's two-sum: a sum, and what is lost when it is rounded.
private func exactSum(_ a: Double, _ b: Double) -> (sum: Double, lost: Double) {
    let sum = a + b
    let back = sum - a
    return (sum, (a - (sum - back)) + (b - back))
}
