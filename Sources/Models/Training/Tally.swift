/// How well a model does on some rows.
package struct Score: Sendable, Equatable {
    /// The mean loss, without regularization.
    package let loss: Double
    package let quality: Quality

    package enum Quality: Sendable, Equatable {
        /// The share of right classes, or of right attributes.
        case accuracy(Double)
        /// 1 - Σ(y - f)² / Σ(y - mean(y))², nil if all y are the same; and the mean of |y - f|.
        case fit(r2: Double?, meanAbsoluteError: Double)
    }
}

/// Adds up a score over batches.
struct Tally {
    private var rows = 0
    private var loss = 0.0
    /// Classes or attributes that are right, and how many there were.
    private var right = 0
    private var decisions = 0
    private var squaredErrors = 0.0
    private var absoluteErrors = 0.0
    private var isFit = false
    private var sum = 0.0
    private var squares = 0.0

    /// - Parameter loss: the batch's mean.
    mutating func add(_ scores: [Float], _ targets: Targets<Float>, loss: Double) {
        rows += targets.count
        self.loss += loss * Double(targets.count)
        switch targets {
        case .classes(let targets):
            right += targets.right(scores)
            decisions += targets.classes.count
        case .attributes(let values, _, _):
            right += zip(scores, values).count { ($0 > 0) == ($1 > 0) }
            decisions += values.count
        case .numbers(let values, _, _):
            isFit = true
            for (f, y) in zip(scores, values) {
                let (f, y) = (Double(f), Double(y))
                squaredErrors += (f - y) * (f - y)
                absoluteErrors += abs(f - y)
                sum += y
                squares += y * y
            }
            decisions += values.count
        }
    }

    /// - Precondition: a row was added.
    var score: Score {
        let loss = loss / Double(rows)
        guard isFit else {
            return Score(loss: loss, quality: .accuracy(Double(right) / Double(decisions)))
        }
        let count = Double(decisions)
        let spread = squares - sum * sum / count
        return Score(
            loss: loss,
            quality: .fit(
                r2: spread > 1e-12 * squares ? 1 - squaredErrors / spread : nil,
                meanAbsoluteError: absoluteErrors / count))
    }
}
