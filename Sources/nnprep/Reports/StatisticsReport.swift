import Datasets
import LinearAlgebra
import Pictures
import Preprocessing
import Words
import Workflows

/// What `inspect` says of statistics.
enum StatisticsReport {
    private static let mostClasses = 20

    static func report(_ transform: FittedTransform, _ name: String) -> Report {
        var report = Report(name: name)
        let input = transform.input
        let sources = transform.fittedOn.sources.map { "\($0.name) (\($0.samples))" }.joined(separator: ", ")
        report.lines = [
            ("kind", "statistics"),
            ("fitted on", "\(transform.fittedOn.samples) rows\(sources.isEmpty ? "" : ": " + sources)"),
            ("input", shape(input)),
        ]
        if let pictures = input.pictures { report.lines.append(("pictures", pictures.inWords)) }
        if let classes = input.classes {
            let some = classes.prefix(mostClasses).joined(separator: ", ")
            report.lines.append(
                ("classes", classes.count > mostClasses ? "\(classes.count): \(some), ..." : some))
        }
        report.lines += recipe(transform).enumerated().map { ($0 == 0 ? "recipe" : "", $1) }
        let constant = transform.statistics.constantFeatures
        report.lines.append(("constant features", constant.isEmpty ? "none" : "\(constant.count)"))
        if let missing = transform.statistics.missing {
            let count = checkedSum(of: missing) ?? .max
            let features = missing.count { $0 > 0 }
            report.lines.append(
                (
                    "missing values",
                    count == 0
                        ? "none; the training mean is filled in where there are some"
                        : "\(count) in \(features) \(features == 1 ? "feature" : "features"), filled in with the training mean"
                ))
        }
        let statistics = transform.statistics
        report.lines.append(
            ("all values", "mean \(known(statistics.globalMean)), std \(known(statistics.globalStd))"))
        report.json = [
            JSONMember("kind", .string("statistics")),
            JSONMember("samples", .number(Double(transform.fittedOn.samples))),
            JSONMember("sources", .array(transform.fittedOn.sources.map(\.json))),
            JSONMember("format", .string(input.format.rawValue)),
            JSONMember("features", .number(Double(input.features))),
            JSONMember("outputs", .number(Double(transform.outputs()))),
            JSONMember("recipe", .array(recipe(transform).map(JSONValue.string))),
            JSONMember("constant_features", .number(Double(constant.count))),
            JSONMember("global_mean", .finite(statistics.globalMean)),
            JSONMember("global_std", .finite(statistics.globalStd)),
        ]
        if let missing = transform.statistics.missing {
            report.json.append(JSONMember("missing", .number(missing.reduce(0) { $0 + Double($1) })))
        }
        if let principal = transform.principal { describe(principal, in: &report) }
        if let means = statistics.channelMean, let stds = statistics.channelStd {
            report.table = [["channel", "mean", "std"]]
            for (i, (mean, std)) in zip(means, stds).enumerated() {
                report.table.append(["\(i + 1)", known(mean), known(std)])
            }
            report.json.append(JSONMember("channel_mean", .array(means.map(JSONValue.finite))))
            report.json.append(JSONMember("channel_std", .array(stds.map(JSONValue.finite))))
        }
        return report
    }

    private static func describe(_ principal: PrincipalComponents, in report: inout Report) {
        var cumulated: [Double] = []
        for share in principal.explainedVarianceRatio { cumulated.append((cumulated.last ?? 0) + share) }
        let all = cumulated.last ?? 0
        report.lines.append(
            (
                "components",
                "\(principal.count)\(principal.rank.map { " of rank \($0)" } ?? ""), by \(principal.solver.rawValue)"
            ))
        report.lines.append(("explained", "\(short(all * 100)) % of the variance"))
        report.chart = spectrumBars(
            principal.explainedVariance, total: principal.totalVariance, width: min(helpWidth() - 4, 76),
            unicode: isUnicodeTerminal())
        var needed: [JSONMember] = []
        for percent in [90, 95, 99] {
            let count = cumulated.firstIndex { $0 >= Double(percent) / 100 }.map { $0 + 1 }
            report.lines.append(
                (
                    "for \(percent) %",
                    count.map { "\($0) \($0 == 1 ? "component" : "components")" } ?? "more than were fitted"
                ))
            needed.append(JSONMember("\(percent)", count.map { .number(Double($0)) } ?? .null))
        }
        report.json += [
            JSONMember("components", .number(Double(principal.count))),
            JSONMember("rank", principal.rank.map { .number(Double($0)) } ?? .null),
            JSONMember("solver", .string(principal.solver.rawValue)),
            JSONMember("explained", .finite(all)),
            JSONMember("components_for_percent", .object(needed)),
        ]
    }

    /// The recipe's steps in words, one each.
    static func recipe(_ transform: FittedTransform) -> [String] {
        let recipe = transform.recipe
        var steps: [String] = []
        if recipe.divideBy != 1 { steps.append("divide by \(short(recipe.divideBy))") }
        switch recipe.perSample {
        case .none: break
        case .center: steps.append("subtract each row's own mean")
        case .standardize: steps.append("standardize each row by itself")
        }
        switch (recipe.scale, recipe.center) {
        case (.minmax, _) where transform.principal == nil: break
        case (_, .none): break
        case (_, let granularity): steps.append("subtract the mean, \(per(granularity))")
        }
        switch recipe.scale {
        case .none: break
        case .std: steps.append("divide by the standard deviation, \(per(recipe.scalePer))")
        case .maxabs: steps.append("divide by the largest magnitude, \(per(recipe.scalePer))")
        case .minmax:
            steps.append(
                "map to \(short(recipe.range.low))...\(short(recipe.range.high)), \(per(recipe.scalePer))"
            )
        }
        if let principal = transform.principal {
            steps.append("project on \(principal.count) principal components")
            let share = recipe.relativeEpsilon.map { " (\(short($0 * 100)) % of the mean variance)" } ?? ""
            let epsilon = short(recipe.epsilon) + share
            switch recipe.whiten {
            case .none: break
            case .pca: steps.append("whiten, epsilon \(epsilon)")
            case .zca: steps.append("whiten and rotate back (ZCA), epsilon \(epsilon)")
            }
        }
        if recipe.ddof != 0 { steps.append("variances with divisor N - \(recipe.ddof)") }
        return steps.isEmpty ? ["leave the rows as they are"] : steps
    }

    private static func per(_ granularity: Recipe.Granularity) -> String {
        granularity == .global ? "one for all values" : "one per \(granularity.rawValue)"
    }

    /// `cifar10, 3 x 32 x 32 uint8`
    static func shape(_ input: DatasetDescription) -> String {
        "\(input.format.rawValue), \(input.shape.map(String.init).joined(separator: " x ")) \(input.scalar.rawValue)"
    }
}
