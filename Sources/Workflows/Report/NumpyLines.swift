internal import Datasets
internal import LinearAlgebra
package import Preprocessing
internal import Words

extension FittedTransform {
    /// The transform of rows `x` as lines of Python that read the statistics file and need numpy alone. They compute in
    /// double precision what `apply` does.
    /// - Parameter file: the path of the statistics.
    package func numpyLines(reading file: String) -> [String] {
        var lines = [
            "import json", "import numpy as np", "", "s = json.load(open(\(PythonExport.quoted(file))))",
            "t = s[\"transform\"]",
        ]
        if principal != nil { lines.append("p = s[\"pca\"]") }
        lines += ["", "x = np.asarray(x, float)"]
        if fill != nil, input.scalar != .uint8 {
            let scale = constant == 1 ? "" : " * \(constant.shortest)"
            lines.append("x = np.where(np.isnan(x), np.array(s[\"statistics\"][\"mean\"])\(scale), x)")
        }
        if recipe.divideBy != 1 { lines.append("x = x / \(recipe.divideBy.shortest)") }
        if recipe.perSample != .none { lines.append("x = x - x.mean(1, keepdims=True)") }
        if recipe.perSample == .standardize {
            lines.append("x = x / np.maximum(x.std(1, keepdims=True), 1 / np.sqrt(x.shape[1]))")
        }
        lines.append("y = (x - t[\"subtract\"]) / t[\"divide\"]")
        guard principal != nil else { return lines }
        lines.append("y = y @ np.transpose(p[\"components\"])")
        if recipe.whiten != .none {
            lines.append("y = y / np.sqrt(np.add(p[\"explained_variance\"], \(recipe.epsilon.shortest)))")
        }
        if recipe.whiten == .zca { lines.append("y = y @ p[\"components\"]") }
        return lines
    }

    /// How much larger the deviation of noise becomes, by component: independent noise of deviation 1 on every value of a
    /// row, before `divide_by`, has this deviation along it.
    ///
    ///     √(Σ_j (u_kj / divide_j)²) / √(S_k + epsilon)
    ///
    /// - Returns: nil where nothing is whitened.
    package var noiseGains: [Double]? {
        guard let principal, recipe.whiten != .none else { return nil }
        let width = input.features
        let divisors = divide.map { $0 * recipe.divideBy }
        return principal.explainedVariance.enumerated().map { k, variance in
            var square = 0.0
            for j in 0..<width {
                let share = principal.components.elements[k * width + j] / divisors[j]
                square += share * share
            }
            return (square / (variance + recipe.epsilon)).squareRoot()
        }
    }
}
