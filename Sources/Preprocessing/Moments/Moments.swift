public import Datasets
public import LinearAlgebra

/// All that a recipe needs to know of the rows: their count, sums, sums of products, minima and maxima.
///
/// A monoid: rows are added block by block, and moments of parts are merged, in any order. Rows of bytes are accumulated
/// exactly, all others in double precision about their means.
public struct Moments: Sendable {
    public let features: Int
    /// The row step that the rows went through.
    public let step: RowStep
    /// Whether sums of products of all pairs of features are kept, as covariances need them.
    public let hasProducts: Bool
    /// A power of two: sums are of the rows over it. 1 for bytes and in files.
    package let unit: Double
    /// The type that the rows are stored as.
    let stored: ScalarType
    // One of the two is there; optionals can be changed in place, an enum's payload cannot.
    private(set) var exact: ExactMoments?
    private(set) var floating: FloatingMoments?
    /// Rows in which values are missing, until `finish`.
    private var incomplete: IncompleteMoments?
    /// How many values of each feature were missing, and took the mean of the others; nil where none was.
    public private(set) var missing: [Int]?
    /// Whether values that are not numbers may be among those that are added: they are missing then.
    package var mayLackValues = false

    /// No rows yet.
    /// - Parameter unit: a power of two that values other than bytes are divided by; see `Recipe.summingUnit`.
    public init(of description: DatasetDescription, step: RowStep, products: Bool, unit: Double = 1) {
        features = description.features
        stored = description.scalar
        self.step = step
        hasProducts = products
        if description.scalar == .uint8 && step.keepsBytes {
            exact = ExactMoments(features: features, products: products)
            self.unit = 1
        } else {
            self.unit = unit
            floating = FloatingMoments(features: features, products: products)
        }
    }

    init(_ exact: ExactMoments) {
        features = exact.features
        step = RowStep(.none, divideBy: 1)
        hasProducts = exact.hasProducts
        unit = 1
        stored = .uint8
        self.exact = exact
    }

    /// - Parameter stored: the type of the rows.
    init(_ floating: FloatingMoments, of stored: ScalarType, step: RowStep) {
        features = floating.features
        self.step = step
        hasProducts = floating.hasProducts
        unit = 1
        self.stored = stored
        self.floating = floating
    }

    /// How many rows can be merged without leaving the range in which the sums are right.
    public static func mostRows(features: Int, scalar: WorkingScalar) -> Int {
        scalar == .uint8 ? ExactMoments.mostRows(features: features) : 1 << 53 - 1
    }

    /// Whether, with so many rows more, the sums leave the range in which they are right.
    public func hasTooManyRows(with more: Int = 0) -> Bool {
        count > Self.mostRows(features: features, scalar: scalar) - more
    }

    /// The first feature of which a sum left the range of doubles, and which sum: such moments say nothing.
    public var overflow: (statistic: String, feature: Int)? { floating?.overflow }

    public var count: Int { exact?.count ?? (floating!.count + (incomplete?.count ?? 0)) }

    /// What is accumulated: bytes, exactly, or doubles.
    public var scalar: WorkingScalar { exact == nil ? .float64 : .uint8 }

    /// Whether the order of adding and merging does not show in the result, not even in the last bit.
    public var ignoresOrder: Bool { exact != nil }

    /// Adds rows, after the row step.
    public mutating func add(_ block: borrowing RowBlock) throws(LinearAlgebraError) {
        precondition(block.features == features, "rows of \(block.features) features where \(features) are accumulated")
        if unit != 1 {
            return try addDoubles(block.values.asDoubles().map { $0 / unit })
        }
        if mayLackValues, floating != nil, block.lacksValues { return try addIncomplete(block.values.asDoubles()) }
        switch block.values {
        case .bytes(let values) where floating == nil: exact!.add(values)
        case .bytes(let values): floating!.add(values)
        case .floats(let values):
            precondition(floating != nil, "values that are not bytes, where bytes are accumulated")
            floating!.add(values)
        case .doubles(let values):
            precondition(floating != nil, "values that are not bytes, where bytes are accumulated")
            floating!.add(values)
        }
    }

    private mutating func addDoubles(_ values: [Double]) throws(LinearAlgebraError) {
        if mayLackValues, values.contains(where: \.isNaN) { return try addIncomplete(values) }
        floating!.add(values)
    }

    /// Adds rows of which some lack values.
    private mutating func addIncomplete(_ values: [Double]) throws(LinearAlgebraError) {
        var (whole, rest) = ([] as [Double], [] as [Double])
        for start in stride(from: 0, to: values.count, by: features) {
            let row = values[start..<start + features]
            if row.contains(where: \.isNaN) { rest += row } else { whole += row }
        }
        floating!.add(whole)
        if incomplete == nil { incomplete = IncompleteMoments(features: features, products: hasProducts) }
        let (count, means) = (floating!.count, floating!.means)
        incomplete!.add(rest) { count > 0 ? means[$0] : nil }
    }

    /// Brings what was added into its final form. Call it after the last row.
    public mutating func finish() throws(LinearAlgebraError) {
        exact?.finish()
        floating?.finish()
        guard let incomplete = incomplete.take() else { return }
        floating = incomplete.filled(with: floating!)
        missing = incomplete.missing
    }

    /// Adds the rows of `other`, which were accumulated apart.
    /// - Precondition: both are finished, and alike in features, row step, products and scalar type.
    public mutating func merge(_ other: Moments) {
        precondition(features == other.features && step == other.step && hasProducts == other.hasProducts)
        precondition(scalar == other.scalar && unit == other.unit, "moments of different scalar types or units")
        precondition(missing == nil && other.missing == nil, "moments of rows that were filled with other means")
        if let other = other.exact { exact!.merge(other) }
        if let other = other.floating { floating!.merge(other) }
    }

    /// Mean, variance and range of all values of some features around their one mean, in units of `unit`.
    /// - Precondition: there are more than `ddof` values.
    public func distribution(of features: StrideTo<Int>, ddof: Int) -> Distribution {
        exact?.distribution(of: features, ddof: ddof) ?? floating!.distribution(of: features, as: stored, ddof: ddof)
    }

    /// Mean, variance and range of the values of adjacent features.
    public func distribution(of features: Range<Int>, ddof: Int) -> Distribution {
        distribution(of: stride(from: features.lowerBound, to: features.upperBound, by: 1), ddof: ddof)
    }

    /// The features' covariance, `(XᵀX - N μ μᵀ) / (N - ddof)`: D x D, both triangles.
    /// In units of `unit` squared; 0 where a feature is constant.
    /// - Precondition: `hasProducts`, and there are more than `ddof` rows.
    public func covariance(ddof: Int) -> Matrix<Double> {
        exact?.covariance(ddof: ddof) ?? floating!.covariance(as: stored, ddof: ddof)
    }
}

extension RowBlock {
    fileprivate var lacksValues: Bool {
        switch values {
        case .bytes: false
        case .floats(let values): values.contains(where: \.isNaN)
        case .doubles(let values): values.contains(where: \.isNaN)
        }
    }
}
