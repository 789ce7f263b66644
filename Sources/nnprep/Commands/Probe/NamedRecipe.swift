import Flags
import Preprocessing
import Workflows

extension NamedRecipe {
    /// A recipe as `--compare` takes it: `pca:144`.
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
        self.init(name: text, recipe: parts[0] == "raw" ? nil : recipe)
    }
}
