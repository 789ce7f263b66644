internal import Datasets
internal import Glibc

/// Another way to read the rows of a split, in which they would be like the training rows.
package struct Reading: Sendable, Equatable {
    package enum Scale: Sendable, Equatable {
        case asIs
        /// What was divided must be multiplied: the split is the training data's values over a constant, or times it.
        case multiplied(Double)
        /// From -1...1 to 0...255.
        case fromSymmetric
        /// (x - mean) / deviation was done already.
        case standardized
    }

    package enum Order: Sendable, Equatable {
        case asIs
        /// The split's channel c stands where the training rows have channel order[c].
        case channels([Int])
        /// The split's values are pixel by pixel, those of the training rows channel by channel.
        case interleaved
        /// The other way round.
        case planar
    }

    package let scale: Scale
    package let order: Order
    /// How far the features' means and deviations are off as the rows are, and how far in this reading: root mean squares,
    /// in deviations.
    package let before: Double
    package let after: Double

    /// The reading that fits much better than that of the rows as they are; nil where there is none.
    package init?(_ profile: SplitProfile, _ reference: DriftReference, _ transform: FittedTransform) {
        let candidates = Candidates(profile, reference, transform)
        let before = candidates.distance(.asIs, .asIs)
        var best: (Scale, Order, Double)?
        // Of two changes at once, the data must say so: where one explains nearly as much, it is that one.
        for changes in 1...2 {
            let limit = changes == 1 ? .infinity : 0.5 * (best?.2 ?? .infinity)
            var nearest = limit
            for scale in Candidates.scales {
                for order in candidates.orders
                where (scale == .asIs ? 0 : 1) + (order == .asIs ? 0 : 1) == changes {
                    let distance = candidates.distance(scale, order)
                    if distance < nearest { (best, nearest) = ((scale, order, distance), distance) }
                }
            }
        }
        // Half as far is better than chance makes it; the rest may be that the split is small.
        guard let best, best.2 < 0.5 * before, best.2 < 0.5 else { return nil }
        (scale, order, self.before, after) = (best.0, best.1, before, best.2)
    }
}

/// The split's features under each reading.
private struct Candidates {
    static let scales: [Reading.Scale] = [
        .asIs, .multiplied(255), .multiplied(1.0 / 255), .fromSymmetric, .standardized,
    ]

    let orders: [Reading.Order]
    private let reference: DriftReference
    /// Mean and deviation of each feature of the split, as its rows are.
    private let means: [Double]
    private let deviations: [Double]
    /// What the training rows were standardized with.
    private let subtract: [Double]
    private let divide: [Double]

    init(_ profile: SplitProfile, _ reference: DriftReference, _ transform: FittedTransform) {
        self.reference = reference
        let n = Double(profile.count)
        let z = profile.features
        means = reference.means.indices.map { reference.means[$0] + reference.units[$0] * z.first[$0] / n }
        deviations = reference.units.indices.map { j in
            let mean = z.first[j] / n
            return reference.units[j] * max(0, z.second[j] / n - mean * mean).squareRoot()
        }
        let constant = transform.constant
        let standardizes = transform.recipe.scale != .none && transform.principal == nil
        subtract = standardizes ? transform.subtract.map { $0 * constant } : reference.means
        divide = standardizes ? transform.divide.map { $0 * constant } : reference.units

        var orders: [Reading.Order] = [.asIs]
        if let channels = reference.channels, channels.count > 1 {
            if channels.count <= 4 {
                orders += permutations(channels.count).dropFirst().map(Reading.Order.channels)
            }
            orders.append(channels.isInterleaved ? .planar : .interleaved)
        }
        self.orders = orders
    }

    /// The root mean square of what means and deviations are off, in deviations of the training rows.
    func distance(_ scale: Reading.Scale, _ order: Reading.Order) -> Double {
        var sum = 0.0
        var count = 0
        for j in means.indices where !reference.isConstant[j] {
            let place = place(of: j, order)
            let (mean, deviation) = read(place, as: j, scale)
            let off = (mean - reference.means[j]) / reference.units[j]
            let ratio = log(max(deviation / reference.units[j], 1e-3))
            sum += min(off * off, 100) + min(ratio * ratio, 100)
            count += 1
        }
        return count == 0 ? 0 : (sum / Double(count)).squareRoot()
    }

    /// Where the split has what the training rows have as feature j.
    private func place(of j: Int, _ order: Reading.Order) -> Int {
        guard let channels = reference.channels else { return j }
        let channel = channels.channel(of: j)
        let pixel = channels.isInterleaved ? j / channels.count : j % channels.pixels
        func feature(_ channel: Int, isInterleaved: Bool) -> Int {
            isInterleaved ? pixel * channels.count + channel : channel * channels.pixels + pixel
        }
        switch order {
        case .asIs: return j
        case .channels(let order):
            return feature(order.firstIndex(of: channel)!, isInterleaved: channels.isInterleaved)
        case .interleaved: return feature(channel, isInterleaved: true)
        case .planar: return feature(channel, isInterleaved: false)
        }
    }

    /// Mean and deviation of the split's feature `place`, where it stands for the training rows' feature j.
    private func read(_ place: Int, as j: Int, _ scale: Reading.Scale) -> (mean: Double, deviation: Double) {
        let (mean, deviation) = (means[place], deviations[place])
        switch scale {
        case .asIs: return (mean, deviation)
        case .multiplied(let factor): return (mean * factor, deviation * factor)
        case .fromSymmetric: return (mean * 127.5 + 127.5, deviation * 127.5)
        case .standardized: return (mean * divide[j] + subtract[j], deviation * divide[j])
        }
    }
}

/// All orders of 0..<count, the ascending one first.
private func permutations(_ count: Int) -> [[Int]] {
    guard count > 0 else { return [[]] }
    return permutations(count - 1).flatMap { order in
        (0..<count).reversed().map { place in
            var order = order
            order.insert(count - 1, at: place)
            return order
        }
    }
}
