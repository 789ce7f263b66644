public import LinearAlgebra
public import Words

/// Why a recipe cannot be fitted to the rows that were seen.
public enum FitError: ExplainedError, Equatable {
    case noRows
    case noValues(feature: String)
    /// Missing values cannot take a mean that is no double.
    case noMean(feature: String)
    case needsEpsilon(components: Int, rank: Int)
    case tooFewRows(Int, ddof: Int)
    case noChannels(option: String, shape: [Int])
    case tooManyComponents(Int, rows: Int, features: Int)
    case noVariance
    /// Not constant, but the squares of what they are divided by leave the range of doubles.
    case variancesVanish(Remedy)
    case variancesOverflow(Remedy)
    case notFinite(statistic: String, feature: String, Remedy)
    /// Not constant, but the square of its deviation, or what is left of it after `divideBy`, leaves the range of doubles.
    case vanishes(feature: String, Remedy)
    /// What a feature would be divided by is no double, or one that has lost its precision.
    /// - range: whether it maps the feature to a range.
    case divisorLeavesRange(feature: String, range: Bool, Remedy)
    case noProducts
    /// Rows that are read again and again give the largest components only.
    case needsCount(features: Int)
    /// The dual works on rows, and there are only their moments.
    case dualNeedsRows
    case numerics(LinearAlgebraError)

    /// What brings values into a range in which they can be squared.
    public struct Remedy: Sendable, Equatable {
        /// A divisor that suits all features; nil where there is none.
        var divideBy: Double?
        /// Whether mapping to a range works, which needs no squares.
        var minmax: Bool
    }
}

extension FitError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noRows: "there are no rows to fit on"
        case .needsEpsilon(let components, let rank):
            "the rank is \(rank), and \(components) components are to be whitened: without an epsilon, some would be divided "
                + "by zero"
        case .noValues(let feature): "every value of '\(feature)' is missing"
        case .noMean(let feature):
            "the mean of '\(feature)', which missing values would take, is too large for a double"
        case .tooFewRows(let rows, let ddof):
            "--ddof \(ddof) needs more than \(ddof) rows, and there \(rows == 1 ? "is 1" : "are \(rows)")"
        case .noChannels(let option, let shape):
            "\(option) channel needs rows of channels x height x width; these are of shape "
                + shape.map(String.init).joined(separator: " x ")
        case .tooManyComponents(let count, let rows, let features):
            "\(count) components were asked for, but \(rows) rows of \(features) features have at most "
                + "\(max(0, min(rows - 1, features))) (the smaller of rows - 1 and features)"
        case .variancesVanish: "the variances are too small for a double, so there are no principal components"
        case .variancesOverflow: "the sum of the variances is too large for a double"
        case .noVariance: "every feature is constant, so there are no principal components"
        case .notFinite(let statistic, let feature, _):
            "the \(statistic) of feature \(feature) is too large for a double"
        case .vanishes(let feature, _):
            "the values of feature \(feature) are not all the same, but their variance is too small for a double"
        case .divisorLeavesRange(let feature, _, _):
            "what feature \(feature) would be divided by is beyond the range of doubles"
        case .noProducts: "these moments were made without products, which PCA and whitening need"
        case .needsCount(let features):
            "\(features) features are too many for all components, or for a share of the variance, at once"
        case .dualNeedsRows: "--solver dual works on the rows themselves, and moments have none"
        case .numerics(let error): "\(error)"
        }
    }

    public var hint: String? {
        switch self {
        case .noChannels: "use global or feature"
        case .tooManyComponents(_, let rows, let features):
            min(rows - 1, features) > 0 ? "use --pca \(min(rows - 1, features)) or --pca all" : nil
        case .notFinite(_, _, let remedy), .variancesVanish(let remedy), .variancesOverflow(let remedy),
            .vanishes(_, let remedy),
            .divisorLeavesRange(_, range: false, let remedy):
            remedy.words
        case .divisorLeavesRange(_, range: true, let remedy):
            "choose a --range nearer to 1, or \(remedy.words)"
        case .dualNeedsRows: "leave --solver out, or give the data"
        case .needsCount: "ask for a number of them, such as --pca 50"
        case .noProducts: "make them again without --no-products"
        case .numerics(let error): error.hint
        default: nil
        }
    }
}

extension FitError.Remedy {
    fileprivate var words: String {
        let division = divideBy.map { "fit the data itself with --divide-by \($0.shortest)" }
        let range = minmax ? "use --scale minmax, which needs no variance" : nil
        let words = [division, range].compactMap(\.self).joined(separator: ", or ")
        return words.isEmpty ? "bring the features to a common scale nearer to 1 first" : words
    }
}

/// What a user should know about a fit that succeeded.
public enum FitWarning: Sendable, Equatable {
    case constantFeatures(Int, of: Int)
    case whitensNoise(components: Int, rank: Int, epsilon: Double)
    case solverFellBack(String)
}

extension FitWarning: CustomStringConvertible {
    public var description: String {
        switch self {
        case .constantFeatures(let count, let features):
            "\(count) of \(features) features \(count == 1 ? "is" : "are") constant; "
                + "\(count == 1 ? "it is" : "they are") divided by 1"
        case .whitensNoise(let components, let rank, let epsilon):
            "\(components) components are whitened, but only \(rank) are above rounding: the others amplify noise up to "
                + "\((1 / epsilon.squareRoot()).rounded())-fold; use --pca \(rank) or less, or a larger --epsilon"
        case .solverFellBack(let words): words
        }
    }
}
