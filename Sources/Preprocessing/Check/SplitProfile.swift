package import Datasets
internal import LinearAlgebra

/// What the rows of a split are like, seen from the training rows: power sums of z = (x - mean) / deviation, by feature, by
/// channel and by component. A monoid: blocks are added, and profiles of parts merged.
package struct SplitProfile: Sendable {
    /// n.
    package private(set) var count = 0
    /// Of z, by feature, and of the rows' means of w and w² over a channel, by channel.
    package private(set) var features: PowerSums
    private(set) var channels: PowerSums
    private(set) var channelSquares: PowerSums
    /// Of the whitened rows, by component; empty where there are none.
    private(set) var components: PowerSums
    /// How many values are below and above those of the training rows, by feature.
    private(set) var below: [Int]
    private(set) var above: [Int]

    /// Sums of values, of their squares and of their fourth powers, and the largest magnitude.
    package struct PowerSums: Sendable {
        package private(set) var first: [Double]
        package private(set) var second: [Double]
        private(set) var fourth: [Double]
        private(set) var largest: [Float]

        init(count: Int) {
            first = Array(repeating: 0, count: count)
            (second, fourth) = (first, first)
            largest = Array(repeating: 0, count: count)
        }

        /// Adds a row of values.
        fileprivate mutating func add(_ row: Span<Float>) {
            addPowers(of: row, &first, &second)
            addPowers(of: row, &fourth, &largest)
        }

        fileprivate mutating func merge(_ other: PowerSums) {
            for j in first.indices {
                first[j] += other.first[j]
                second[j] += other.second[j]
                fourth[j] += other.fourth[j]
                largest[j] = max(largest[j], other.largest[j])
            }
        }
    }

    /// Beyond this, values count as this: fourth powers stay in range.
    private static let largestValue: Float = 1e30

    /// - Parameter components: how many.
    package init(_ reference: DriftReference, components: Int) {
        features = PowerSums(count: reference.means.count)
        channels = PowerSums(count: reference.channels?.count ?? 0)
        channelSquares = channels
        self.components = PowerSums(count: components)
        below = Array(repeating: 0, count: reference.means.count)
        above = below
    }

    /// - Parameters:
    ///   - block: rows as they came, before the row step.
    ///   - whitened: the same rows, m x K; empty where components are not compared.
    package mutating func add(_ block: RowBlock, whitened: [Float], _ reference: DriftReference) {
        let rows = block.count
        let width = block.features
        let z = reference.standardized(block)
        var sums = [Float](repeating: 0, count: channels.first.count)
        var squares = sums
        for row in 0..<rows {
            let range = row * width..<(row + 1) * width
            features.add(z.span.extracting(range))
            countOutside(z.span.extracting(range), reference, &below, &above)
            guard let layout = reference.channels else { continue }
            for c in 0..<layout.count {
                let (sum, square) = reference.channelSums(z, range.lowerBound, layout.features(of: c))
                sums[c] = Self.clamped(Float(sum / Double(layout.pixels)))
                squares[c] = Self.clamped(Float(square / Double(layout.pixels)))
            }
            channels.add(sums.span)
            channelSquares.add(squares.span)
        }
        let components = components.first.count
        if components > 0 {
            let clamped = whitened.map(Self.clamped)
            for row in 0..<rows {
                self.components.add(clamped.span.extracting(row * components..<(row + 1) * components))
            }
        }
        count += rows
    }

    static func clamped(_ value: Float) -> Float { value.isNaN ? 0 : min(max(value, -largestValue), largestValue) }

    package mutating func merge(_ other: SplitProfile) {
        count += other.count
        features.merge(other.features)
        channels.merge(other.channels)
        channelSquares.merge(other.channelSquares)
        components.merge(other.components)
        for j in below.indices {
            below[j] += other.below[j]
            above[j] += other.above[j]
        }
    }
}

extension DriftReference {
    /// z of each value.
    fileprivate func standardized(_ block: RowBlock) -> [Float] {
        let z: [Float] =
            switch step.applied(to: block).values {
            case .bytes(let values): map.apply(values, count: block.count)
            case .floats(let values): map.apply(values, count: block.count)
            case .doubles(let values): map.apply(values, count: block.count)
            }
        return z.map(SplitProfile.clamped)
    }

    /// The sums of w and of w² of one row over a channel.
    fileprivate func channelSums(_ z: [Float], _ start: Int, _ features: StrideTo<Int>) -> (Double, Double) {
        let (z, factors, shifts) = (z.span, channelFactors.span, channelShifts.span)
        var (sum, square) = (0.0, 0.0)
        for j in features {
            let w = Double(z[start + j]) * Double(factors[j]) + Double(shifts[j])
            sum += w
            square += w * w
        }
        return (sum, square)
    }
}

// Functions of arrays, so that the compiler sees that what they read and write is apart.

private func addPowers(of row: Span<Float>, _ first: inout [Double], _ second: inout [Double]) {
    var first = first.mutableSpan
    var second = second.mutableSpan
    for j in row.indices {
        let value = Double(row[j])
        first[j] += value
        second[j] += value * value
    }
}

private func addPowers(of row: Span<Float>, _ fourth: inout [Double], _ largest: inout [Float]) {
    var fourth = fourth.mutableSpan
    var largest = largest.mutableSpan
    for j in row.indices {
        let square = Double(row[j]) * Double(row[j])
        fourth[j] += square * square
        largest[j] = max(largest[j], abs(row[j]))
    }
}

private func countOutside(
    _ z: Span<Float>, _ reference: DriftReference, _ below: inout [Int], _ above: inout [Int]
) {
    let lowest = reference.lowest.span
    let highest = reference.highest.span
    var below = below.mutableSpan
    var above = above.mutableSpan
    for j in z.indices {
        below[j] &+= z[j] < lowest[j] ? 1 : 0
        above[j] &+= z[j] > highest[j] ? 1 : 0
    }
}
