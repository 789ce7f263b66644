internal import Datasets
internal import LinearAlgebra
internal import Preprocessing
internal import Words

/// Where the principal components of a fit come from.
enum ComponentRoute: Equatable {
    /// The covariance of the features, D x D: nothing of a row is needed once it is added.
    case covariance
    /// The rows, which are kept in memory while they are few.
    case rows
    /// The rows, which are read anew for each product with a block of vectors.
    case passes
}

/// The sums of products, the covariance, and what its decomposition takes, in bytes. Nil where that is more than can be
/// addressed. Measured: 4 times the covariance for the first components, 5.2 times for all, more by `dgesdd`.
/// - Parameter recipe: nil where the sums are all that is wanted.
func covarianceBytes(features: Int, for recipe: Recipe?) -> Int? {
    var covariances = recipe == nil ? 3 : 6
    if case .count(let count)? = recipe?.components, recipe?.solver != .eigh,
        paysLanczos(dimension: features, count: count)
    {
        covariances = 4
    }
    if recipe?.solver == .svd { covariances = 10 }
    return checkedProduct(features, features, 8 * covariances)
}

/// Refuses sums of products that cannot fit in memory, before anything is allocated.
func checkMemory(forProductsOf features: Int, for recipe: Recipe?) throws {
    guard let shortage = Shortage(of: covarianceBytes(features: features, for: recipe)) else { return }
    throw Refusal(
        "products of \(features) features need \(shortage)",
        hint: "shrink the images or choose fewer columns")
}

/// Finds the route that fits into memory.
struct RoutePlanner {
    /// Up to here, the covariance is always affordable, and exact for bytes whatever the order of the rows.
    static let covarianceAlways = 4096

    let recipe: Recipe
    let features: Int
    /// Bytes of a value as it is kept.
    let valueBytes: Int
    /// Whether the rows can be read more than once.
    let canReadAgain: Bool
    /// Whether values may be missing, which only sums of products know how to fill.
    let fillsMissing: Bool
    /// In bytes.
    let available: Int

    init(_ recipe: Recipe, _ inputs: Inputs, available: Int? = availableMemory()) {
        self.recipe = recipe
        features = inputs.description.features
        valueBytes =
            switch inputs.description.scalar {
            case .uint8 where recipe.step.keepsBytes: 1
            case .float16 where recipe.step.keepsBytes, .float32 where recipe.step.keepsBytes: 4
            default: 8
            }
        canReadAgain = inputs.canReadAgain
        fillsMissing = inputs.options.missing == .mean
        self.available = available ?? .max
    }

    /// The route for so many rows; as long as only a part of them is known, call it again with more.
    func route(rows: Int) throws -> ComponentRoute {
        if fillsMissing {
            // Sums of the values and of which are there: four times as many, and the rows of a block.
            if fits(checkedSum(covarianceBytes, checkedProduct(features, features, 32))) { return .covariance }
            throw nothingFits(rows: rows)
        }
        switch recipe.solver {
        case .svd, .eigh:
            if fits(covarianceBytes) { return .covariance }
        case .dual:
            guard rows < features else {
                throw Refusal(
                    "--solver dual is for fewer rows than features, and there are \(rows) rows of \(features) features",
                    hint: "leave --solver out")
            }
            if fits(rowBytes(rows)) { return .rows }
        case .lanczos:
            if fits(covarianceBytes) { return .covariance }
            if canReadAgain, fits(passBytes) { return .passes }
        case .auto:
            let isWide = features > Self.covarianceAlways && rows <= features / 2
            if isWide, rows > dualRows, canReadAgain, fits(passBytes) { return .passes }
            if isWide, fits(rowBytes(rows)) { return .rows }
            if isWide, rows > Recipe.dualRows(bytes: false), canReadAgain, fits(passBytes) { return .passes }
            if fits(covarianceBytes) { return .covariance }
            if rows < features, fits(rowBytes(rows)) { return .rows }
            if canReadAgain, fits(passBytes) { return .passes }
        }
        throw nothingFits(rows: rows)
    }

    private func fits(_ bytes: Int?) -> Bool { bytes.map { $0 <= available } ?? false }

    private var covarianceBytes: Int? {
        Workflows.covarianceBytes(features: features, for: recipe)
    }

    private var dualRows: Int { Recipe.dualRows(bytes: valueBytes == 1 && recipe.scale == .none) }

    /// The rows, their products and the decomposition of these, and the components twice; or what Lanczos takes.
    private func rowBytes(_ rows: Int) -> Int? {
        if recipe.solver != .dual, rows > dualRows, case .count? = recipe.components {
            return checkedSum(checkedProduct(rows, features, valueBytes), passBytes)
        }
        let components = if case .count(let count)? = recipe.components { count } else { rows }
        // Of the products, as they are summed and as a matrix; more where that is decomposed as a whole.
        let perPair = paysLanczos(dimension: rows, count: components) ? 24 : 40
        return checkedSum(
            checkedProduct(rows, features, valueBytes), checkedProduct(rows, rows, perPair),
            checkedProduct(components, features, 24), 256 << 20)
    }

    /// Nil where the number of components is not given: then there are no passes.
    private var passBytes: Int? {
        guard case .count(let count)? = recipe.components, checkedProduct(8, features, 6 * count + 1000) != nil else {
            return nil
        }
        return checkedSum(streamedAxesBytes(features: features, count: count), 256 << 20)
    }

    private func nothingFits(rows: Int) -> Refusal {
        func words(_ bytes: Int?) -> String { bytes.map { "about \(gigabytes($0))" } ?? "more than can be addressed" }
        var needs = "a covariance of \(features) features takes \(words(covarianceBytes))"
        if rows > 0, rows < features { needs += ", \(rows) rows and their components \(words(rowBytes(rows)))" }
        if case .count? = recipe.components { needs += ", passes over the rows \(words(passBytes))" }
        let hint =
            if recipe.solver == .svd || recipe.solver == .eigh {
                "leave --solver out"
            } else if case .count? = recipe.components {
                canReadAgain
                    ? "ask for fewer components, or shrink the images"
                    : "save the rows to a file first: they have to be read more than once, and a pipe gives them once"
            } else {
                "ask for a number of components, such as --pca 50, or shrink the images"
            }
        return Refusal("PCA and whitening need memory: \(needs), and \(gigabytes(available)) are free", hint: hint)
    }
}
