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

    /// Whole numbers beyond 2^53 among the values as they were read; nil where there are none.
    public var largeIntegers: LargeIntegers?
    /// The text of the values as it stands in a table, where that was asked for.
    public var texts: ValueTexts?

    public init(count: Int, features: Int, values: Values, labels: Labels = .none) {
        self.count = count
        self.features = features
        self.values = values
        self.labels = labels
    }
}

/// The whole numbers of a block of which a double may not hold the last digits.
public struct LargeIntegers: Sendable {
    public struct Number: Sendable {
        /// Among the block's values.
        package let index: Int
        /// Numbers of more than 38 digits, from tables, are known modulo 2^128.
        package let value: Int128
    }

    /// In the order of the values.
    package internal(set) var numbers: [Number] = []
    /// A warning that names the first number that a double does not hold.
    public internal(set) var firstRounded: DatasetError?

    /// From here on doubles are further apart than whole numbers.
    static let limit = 0x1p53

    /// Mixes the numbers that doubles do not hold into hashes of the rows: those of equal doubles may be of different rows.
    package func mix(into hashes: inout [UInt64], features: Int) {
        for number in numbers where !number.isDouble {
            let row = number.index / features
            let bits = UInt128(truncatingIfNeeded: number.value)
            for word in [UInt64(number.index % features), UInt64(truncatingIfNeeded: bits), UInt64(bits >> 64)] {
                hashes[row] = mixedBits(hashes[row] ^ word)
            }
        }
    }
}

extension LargeIntegers.Number {
    /// Whether a double holds it.
    var isDouble: Bool { Int128(exactly: Double(value)) == value }
}

/// The text of values as it stands in a table, without quotes and spaces around it, with a point before the decimals.
public struct ValueTexts: Sendable {
    var bytes: [UInt8] = []
    /// Of each value, in the order of the values.
    var ranges: [Range<Int>] = []
}
