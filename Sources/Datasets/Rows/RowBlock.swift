/// Some rows of a data set, as they travel from reader to writer. One row is one sample.
public struct RowBlock: Sendable {
    /// Row-major values, `count` rows of `features` each.
    public enum Values: Sendable {
        case bytes([UInt8])
        case floats([Float])
        case doubles([Double])

        /// How many bytes the values take.
        public var byteCount: Int {
            switch self {
            case .bytes(let values): values.count
            case .floats(let values): 4 * values.count
            case .doubles(let values): 8 * values.count
            }
        }
    }

    /// `count` rows of labels, row-major; as many a row as the description names.
    public enum Labels: Sendable, Equatable {
        case none
        case bytes([UInt8])
        case text([String])
    }

    public var count: Int
    public var features: Int
    public var values: Values
    public var labels: Labels
    /// Rows that were left out because a value was missing.
    public var skipped = 0
    /// What is wrong with pictures that were left out.
    public var broken: [DatasetError] = []
    /// Pictures beside those of the samples, such as masks, which are not read.
    public var beside: [String] = []

    public init(count: Int, features: Int, values: Values, labels: Labels = .none) {
        self.count = count
        self.features = features
        self.values = values
        self.labels = labels
    }
}
