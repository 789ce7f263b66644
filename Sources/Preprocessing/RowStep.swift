public import Datasets
internal import Words

/// What is done to each row by itself before anything is fitted. Nothing is learnt for it.
public enum PerSample: String, Sendable, CaseIterable {
    case none
    /// Subtract the row's mean.
    case center
    /// Subtract the row's mean and divide by the larger of its standard deviation and 1/√D, as torchvision's and
    /// TensorFlow's per-image standardization does.
    case standardize
}

/// The per-sample step, on rows that were divided by a constant.
public struct RowStep: Sendable, Equatable {
    public let perSample: PerSample
    /// The constant; 1 where there is no per-sample step, for then it is folded into what follows.
    public let divideBy: Double

    public init(_ perSample: PerSample, divideBy: Double) {
        self.perSample = perSample
        self.divideBy = perSample == .none ? 1 : divideBy
    }

    /// Whether rows stay as they are.
    public var keepsBytes: Bool { perSample == .none }

    /// The rows after the step, as doubles.
    /// - Parameter block: rows of any scalar type.
    public func applied(to block: consuming RowBlock) -> RowBlock {
        guard perSample != .none else { return block }
        var values = block.values.asDoubles()
        let features = block.features
        for row in 0..<block.count { standardize(&values, row * features..<(row + 1) * features) }
        block.values = .doubles(values)
        return block
    }

    private func standardize(_ values: inout [Double], _ range: Range<Int>) {
        var row = values.mutableSpan
        let count = Double(range.count)
        var sum = 0.0
        for j in range {
            row[j] /= divideBy
            sum += row[j]
        }
        let mean = sum / count
        var square = 0.0
        for j in range {
            row[j] -= mean
            square += row[j] * row[j]
        }
        guard perSample == .standardize else { return }
        let divisor = max((square / count).squareRoot(), 1 / count.squareRoot())
        for j in range { row[j] /= divisor }
    }
}

extension RowBlock.Values {
    /// The values as doubles, which is exact for every scalar type.
    public consuming func asDoubles() -> [Double] {
        switch self {
        case .bytes(let values): values.map(Double.init)
        case .floats(let values): values.map(Double.init)
        case .doubles(let values): values
        }
    }
}

extension RowStep {
    /// The step as options of a command line.
    public var inWords: String {
        perSample == .none
            ? "none" : perSample.rawValue + (divideBy == 1 ? "" : " after --divide-by \(divideBy.shortest)")
    }
}
