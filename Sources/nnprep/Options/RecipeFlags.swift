import Flags
import LinearAlgebra
import Preprocessing

/// The options of a recipe as they were given; what was not given follows from the rest.
struct RecipeOptions: Sendable {
    var divideBy: Double?
    var perSample: PerSample?
    var center: Recipe.Granularity?
    var scale: Recipe.Scale?
    var scalePer: Recipe.Granularity?
    var range: Recipe.Range?
    var components: Recipe.ComponentCount?
    var whiten: Recipe.Whitening?
    var epsilon: Epsilon?
    var ddof: Int?
    var solver: Solver?

    /// The recipe, with what follows from what.
    /// - Parameter page: the command's, which says why options do not go together.
    func recipe(for page: CommandPage) throws(UsageError) -> Recipe {
        var recipe = Recipe()
        let whitens = (whiten ?? .none) != .none
        recipe.components = components ?? (whitens ? .all : nil)
        let hasComponents = recipe.components != nil
        recipe.scale = scale ?? (hasComponents ? .none : .std)

        if recipe.scale == .minmax, let center, !(hasComponents && center == .feature) {
            throw page.misuse(
                "--scale minmax defines its own shift, so --center \(center.rawValue) cannot be given with it")
        }
        if hasComponents, let center, center != .feature {
            throw page.misuse(
                "\(whitens ? "whitening needs" : "PCA needs") every feature centered by its own mean, "
                    + "so --center \(center.rawValue) cannot be given with it")
        }
        recipe.center = center ?? .feature
        if let scalePer {
            guard recipe.scale != .none else { throw page.misuse("--scale-per needs --scale std, minmax or maxabs") }
            guard scalePer != .none else { throw page.misuse("--scale-per takes global, channel or feature") }
        }
        recipe.scalePer = scalePer ?? (recipe.center == .none ? .feature : recipe.center)
        if let range {
            guard recipe.scale == .minmax else { throw page.misuse("--range needs --scale minmax") }
            recipe.range = range
        }
        if epsilon != nil, !whitens { throw page.misuse("--epsilon needs --whiten pca or --whiten zca") }
        if solver != nil, !hasComponents { throw page.misuse("--solver needs --pca or --whiten") }
        recipe.divideBy = divideBy ?? recipe.divideBy
        recipe.perSample = perSample ?? .none
        recipe.whiten = whiten ?? .none
        switch epsilon {
        case nil: break
        case .absolute(let epsilon): recipe.epsilon = epsilon
        case .relative(let share): recipe.relativeEpsilon = share
        }
        recipe.ddof = ddof ?? recipe.ddof
        recipe.solver = solver ?? .auto
        return recipe
    }
}

extension RecipeOptions {
    /// The options of a recipe, for a command that has none.
    static func misplaced(_ reason: String) -> [String: String] {
        let names = Flag<Fit.Arguments>.recipe.map(\.page.name)
        return Dictionary(uniqueKeysWithValues: names.map { ($0, "belongs to fit: \(reason)") })
    }
}

protocol HasRecipeOptions: SendableMetatype {
    var recipe: RecipeOptions { get set }
}

extension Flag where Arguments: HasRecipeOptions {
    static var recipe: [Flag] {
        let steps = "Centering and scaling"
        let axes = "Principal components"
        return [
            Flag(
                "divide-by", metavar: "X", group: steps, help: "divide every value by X before everything else",
                default: "1"
            ) { (arguments, text) throws(FlagError) in arguments.recipe.divideBy = try text.positiveNumber() },
            Flag(
                "per-sample", oneOf: PerSample.self, group: steps,
                help: "subtract each row's own mean; standardize also divides by the row's standard deviation",
                default: PerSample.none
            ) { $0.recipe.perSample = $1 },
            Flag(
                "center", oneOf: Recipe.Granularity.self, group: steps,
                help: "subtract one mean for all values, one per channel, or one per feature", default: .feature
            ) { $0.recipe.center = $1 },
            Flag(
                "scale", metavar: "none|std|minmax|maxabs", group: steps,
                help: "divide by the standard deviation, map the smallest and largest value to --range, or divide by "
                    + "the largest magnitude",
                default: "std, but none with --pca or --whiten", choices: Choice.all(of: Recipe.Scale.self)
            ) { (arguments, text) throws(FlagError) in
                arguments.recipe.scale = try text.choice(of: Recipe.Scale.self)
            },
            Flag(
                "scale-per", metavar: "global|channel|feature", group: steps, help: "which values share one divisor",
                default: "as --center", choices: ["global", "channel", "feature"]
            ) { (arguments, text) throws(FlagError) in
                guard let granularity = Recipe.Granularity(rawValue: text), granularity != .none else {
                    throw .notAChoice(of: ["global", "channel", "feature"])
                }
                arguments.recipe.scalePer = granularity
            },
            Flag(
                "range", metavar: "LO,HI", group: steps, help: "what --scale minmax maps to", default: "-1,1"
            ) { (arguments, text) throws(FlagError) in
                let (low, high) = try text.pair()
                arguments.recipe.range = .init(low: low, high: high)
            },
            Flag(
                "ddof", metavar: "0|1", group: steps,
                help: "variances and covariances have the divisor N - ddof", default: "0", choices: ["0", "1"]
            ) { (arguments, text) throws(FlagError) in arguments.recipe.ddof = try text.integer(in: 0...1) },
            Flag(
                "pca", metavar: "K|F|all", group: axes,
                help: "project on the first K principal components, on the fewest that explain the fraction F of the "
                    + "variance, or on all"
            ) { (arguments, text) throws(FlagError) in arguments.recipe.components = try componentCount(text) },
            Flag(
                "whiten", oneOf: Recipe.Whitening.self, group: axes,
                help: "divide each component by its standard deviation; zca rotates back to the input space; implies "
                    + "--pca all",
                default: Recipe.Whitening.none
            ) { $0.recipe.whiten = $1 },
            Flag(
                "epsilon", metavar: "X|P%", group: axes,
                help:
                    "add X, or P percent of the components' mean variance, to the variances before whitening divides by "
                    + "their root; larger values smooth",
                default: "1e-05"
            ) { (arguments, text) throws(FlagError) in arguments.recipe.epsilon = try epsilon(text) },
            Flag(
                "solver", oneOf: Solver.self, group: axes,
                help: "how components are found: svd as in the notes, eigh, lanczos for the first few, or dual for "
                    + "fewer rows than features",
                default: .auto
            ) { $0.recipe.solver = $1 },
        ]
    }
}

/// What is added to variances: a number, or a share of their mean.
enum Epsilon: Sendable, Equatable {
    case absolute(Double)
    case relative(Double)
}

/// `X|P%`
private func epsilon(_ text: String) throws(FlagError) -> Epsilon {
    guard text.hasSuffix("%") else { return .absolute(try text.nonNegativeNumber()) }
    return .relative(try String(text.dropLast()).positiveNumber() / 100)
}

/// `K|F|all`
func componentCount(_ text: String) throws(FlagError) -> Recipe.ComponentCount {
    if text == "all" { return .all }
    if let count = try? text.positiveInteger(atMost: Int(Int32.max)) { return .count(count) }
    if let share = try? text.positiveNumber(), share < 1 { return .fraction(share) }
    throw FlagError("expected a number of components, a fraction between 0 and 1, or all")
}
