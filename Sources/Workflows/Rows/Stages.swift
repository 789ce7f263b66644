internal import Datasets
public import Preprocessing
internal import Words

/// A transform as far as a step of its recipe, and what rows are then.
public struct Stage: Sendable {
    /// "zero-centered"
    public let title: String
    public let transform: FittedTransform
}

extension FittedTransform {
    /// What rows go through one after the other, each stage with those before it, named after what it does: the per-sample
    /// step, the shift, the scale. Steps that change nothing are left out, components are not among them.
    public var stages: [Stage] {
        var plain = self
        plain.principal = nil
        plain.recipe.components = nil
        plain.recipe.whiten = .none
        let count = input.features
        var stages: [Stage] = []
        func add(_ title: String, shifts: Bool, scales: Bool) {
            var transform = plain
            if !shifts { transform.subtract = Array(repeating: 0, count: count) }
            if !scales { transform.divide = Array(repeating: 1, count: count) }
            // The first stage divides by the constant as well.
            let constant = stages.isEmpty && recipe.divideBy != 1 ? " (of x / \(short(recipe.divideBy)))" : ""
            stages.append(Stage(title: title + constant, transform: transform))
        }
        switch recipe.perSample {
        case .none: break
        case .center: add("each row less its mean", shifts: false, scales: false)
        case .standardize: add("each row standardized", shifts: false, scales: false)
        }
        let shifts = subtract.contains { $0 != 0 }
        if shifts { add(shiftTitle, shifts: true, scales: false) }
        if recipe.scale != .none { add(scaleTitle, shifts: true, scales: true) }
        return stages
    }

    /// Whether ranges are mapped, which defines a shift of its own; with components the mean is subtracted all the same.
    private var mapsRanges: Bool { recipe.scale == .minmax && principal == nil }

    private var shiftTitle: String {
        if mapsRanges {
            let (low, high) = (recipe.range.low, recipe.range.high)
            return low == 0 ? "less the minimum" : low == -high ? "less the middle of the range" : "shifted"
        }
        return switch recipe.center {
        case .none, .feature: "zero-centered"
        case .channel: "less the channel's mean"
        case .global: "less the mean of all values"
        }
    }

    private var scaleTitle: String {
        let shared =
            switch recipe.scalePer {
            case .none, .feature: ""
            case .channel: ", per channel"
            case .global: ", one for all"
            }
        switch recipe.scale {
        case .none: return ""
        case .std: return (recipe.center == .feature ? "normalized" : "over the deviation") + shared
        case .maxabs: return "over the largest magnitude" + shared
        case .minmax where mapsRanges:
            return "mapped to \(short(recipe.range.low))…\(short(recipe.range.high))" + shared
        case .minmax: return "over the range" + shared
        }
    }
}
