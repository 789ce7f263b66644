import Flags
import Preprocessing

/// A recipe by the short name that `--compare` takes.
struct NamedRecipe: Sendable {
    /// As it was written: `pca:144`.
    let name: String
    /// Nil for `raw`, which leaves the rows as they are.
    let recipe: Recipe?

    init(_ text: String) throws(FlagError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let count: Recipe.ComponentCount = parts.count == 2 ? try componentCount(parts[1]) : .all
        var recipe = Recipe()
        recipe.scale = .none
        switch parts[0] {
        case "center": break
        case "std": recipe.scale = .std
        case "minmax": recipe.scale = .minmax
        case "maxabs": recipe.scale = .maxabs
        case "pca": recipe.components = count
        case "whiten": (recipe.components, recipe.whiten) = (count, .pca)
        case "zca": (recipe.components, recipe.whiten) = (count, .zca)
        case "raw": break
        default:
            throw FlagError(
                "expected raw, center, std, minmax, maxabs, pca:K, whiten:K or zca:K, such as raw,std,pca:144")
        }
        guard parts.count == 1 || recipe.components != nil else {
            throw FlagError("expected \(parts[0]) alone: only pca, whiten and zca take a number of components")
        }
        name = text
        self.recipe = parts[0] == "raw" ? nil : recipe
    }
}
