internal import Glibc

/// How little a difference is to be expected by chance, as -ln of a bound on its probability.
enum Surprise {
    /// Findings come by chance in one of so many checks of a split that is alike, at the most.
    static let falseAlarms = 1000.0

    /// What a difference must reach, among so many that are looked at in one of three families: features, channels and
    /// components.
    static func needed(tests: Int) -> Double { log(3 * falseAlarms * Double(max(1, tests))) }

    /// Of a mean that is off by `difference`, either way (Bernstein's inequality): P <= 2 exp(-n d² / 2 (v + r d / 3)).
    /// - Parameters:
    ///   - rows: n, or 1 / (1/n + 1/N) where what it is off from is a mean itself.
    ///   - variance: v, of the values.
    ///   - reach: r, how far a value strays from the mean at the most.
    static func ofMean(_ difference: Double, rows: Double, variance: Double, reach: Double) -> Double {
        let d = abs(difference)
        guard d > 0 else { return 0 }
        // Halved early, so that nothing overflows.
        return max(0, rows / 2 * d / (variance / d + reach / 3) - log(2))
    }

    /// Of `outside` of n rows beyond the range of N training rows: the outermost of all N + n are those, with the probability
    /// (outside + 1) (n / (N + n))^outside at the most.
    static func ofRange(outside: Int, rows: Int, trainingRows: Int) -> Double {
        guard outside > 0 else { return 0 }
        return max(0, Double(outside) * log1p(Double(trainingRows) / Double(rows)) - log(Double(outside) + 1))
    }
}
