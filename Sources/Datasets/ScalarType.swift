/// What one value of a data set is stored as, by numpy's name.
public enum ScalarType: String, Sendable, CaseIterable {
    case uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, float32, float64

    /// Bytes of one value.
    public var size: Int {
        switch self {
        case .uint8, .int8: 1
        case .uint16, .int16, .float16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    public var isFloating: Bool { [.float16, .float32, .float64].contains(self) }

    /// The first type that holds every value of both types; `float64` where none does.
    package func joined(with other: ScalarType) -> ScalarType {
        self == other ? self : Self.allCases.first { $0.holds(self) && $0.holds(other) } ?? .float64
    }

    private func holds(_ other: ScalarType) -> Bool {
        // The binary digits of a whole number or of a significand; those of a float have room in a longer float.
        other.isFloating ? isFloating && size >= other.size : other.digits <= digits && (isSigned || !other.isSigned)
    }

    private var isSigned: Bool { rawValue.first != "u" }

    private var digits: Int {
        switch self {
        case .float16: 11
        case .float32: 24
        case .float64: 53
        default: 8 * size - (isSigned ? 1 : 0)
        }
    }

    /// The type as numpy's files name it, without the order of its bytes: a letter, then the size.
    public var npyKind: String {
        switch self {
        case .uint8, .uint16, .uint32, .uint64: "u\(size)"
        case .int8, .int16, .int32, .int64: "i\(size)"
        case .float16, .float32, .float64: "f\(size)"
        }
    }

    /// What values of this type are while nnprep works on them.
    public var working: WorkingScalar {
        switch self {
        case .uint8: .uint8
        case .float16, .float32: .float32
        default: .float64
        }
    }
}

/// The scalar types of rows in memory: the ones that nnprep computes with and writes. Each holds all values of those
/// below it.
public enum WorkingScalar: String, Sendable, CaseIterable, Comparable {
    case uint8, float32, float64

    public static func < (a: Self, b: Self) -> Bool { a.stored.size < b.stored.size }

    public var stored: ScalarType {
        switch self {
        case .uint8: .uint8
        case .float32: .float32
        case .float64: .float64
        }
    }
}
