internal import Datasets

extension FloatingMoments {
    /// Moments from a file.
    /// - Parameters: as the properties of these names hold them.
    /// - Throws: what no rows can have.
    init(
        checking count: Int, means: [Double], lowMeans: [Double], scatter: [Double], products: Bool, minima: [Double],
        maxima: [Double]
    ) throws(ImpossibleMoments) {
        let most = Moments.mostRows(features: means.count, scalar: .float64)
        guard (0...most).contains(count) else {
            throw ImpossibleMoments("count", "expected 0 to \(most) rows, found \(count)")
        }
        self.init(
            count: count, means: means, lowMeans: lowMeans, scatter: scatter, products: products, minima: minima,
            maxima: maxima)
        if let problem = impossibility { throw problem }
    }

    /// The first feature of which a sum left the range of doubles, and which sum.
    var overflow: (statistic: String, feature: Int)? {
        if let index = scatter.firstIndex(where: { !$0.isFinite }) { return ("variance", index % features) }
        return means.indices.first { !(means[$0] + lowMeans[$0]).isFinite }.map { ("mean", $0) }
    }

    /// The first of the sums that no finite rows can have.
    var impossibility: ImpossibleMoments? {
        if count == 0 {
            // The identity of merging, and nothing else.
            let isEmpty =
                minima.allSatisfy { $0 == .infinity } && maxima.allSatisfy { $0 == -.infinity }
                && (means + lowMeans + scatter).allSatisfy { $0 == 0 }
            return isEmpty ? nil : ImpossibleMoments("count", "is 0, and there are sums of rows")
        }
        for j in 0..<features {
            let low = minima[j]
            let high = maxima[j]
            guard low.isFinite, high.isFinite, low <= high else {
                return ImpossibleMoments("min", [j], "a range of \(low) to \(high)", count: count)
            }
            // Rounding, many times over.
            let slack = max(low.magnitude, high.magnitude) * 1e-6
            let mean = means[j] + lowMeans[j]
            guard mean.isFinite, low - slack <= mean, mean <= high + slack else {
                return ImpossibleMoments("mean", [j], "\(mean) of values from \(low) to \(high)", count: count)
            }
            let square = scatter[hasProducts ? j * features + j : j]
            let reach = high - low + slack
            guard square.isFinite, 0 <= square, square <= Double(count) * reach * reach else {
                return ImpossibleMoments(
                    hasProducts ? "scatter" : "squared_deviations", hasProducts ? [j, j] : [j],
                    "\(square) of values from \(low) to \(high)", count: count)
            }
        }
        guard hasProducts else { return nil }
        for i in 0..<features {
            for j in i..<features where !scatter[i * features + j].isFinite {
                return ImpossibleMoments("scatter", [i, j], "\(scatter[i * features + j])", count: count)
            }
        }
        return nil
    }
}
