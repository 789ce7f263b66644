import Datasets
import LinearAlgebra
import Pictures
import Preprocessing
import Words
import Workflows

extension ReportPage {
    /// More features than these are left out of the table.
    private static let mostFeatures = 200

    var statistics: Page.Section {
        let statistics = transform.statistics
        var blocks: [Page.Block] = [
            .facts([
                Page.Fact("mean of all values", known(statistics.globalMean)),
                Page.Fact("standard deviation", known(statistics.globalStd)),
                Page.Fact("constant features", "\(statistics.constantFeatures.count)"),
            ])
        ]
        if let means = statistics.channelMean, let stds = statistics.channelStd {
            blocks.append(
                .table(
                    .init(
                        caption: "Each channel of the training rows", head: ["channel", "mean", "std"],
                        rows: zip(means, stds).enumerated().map { ["\($0 + 1)", known($1.0), known($1.1)] })))
        }
        return Page.Section("Statistics of the training rows", blocks + [.table(features)])
    }

    /// The worst first: constant ones, then those that a split has most shifted, or, without a split to judge, those with the
    /// farthest outlier.
    private var features: Page.Table {
        let statistics = transform.statistics
        let constant = Set(statistics.constantFeatures)
        let judged = facts.splits.filter { $0.role != .train }
        let farthest = statistics.mean.indices.map { j in
            constant.contains(j) || statistics.std[j] <= 0 || !statistics.std[j].isFinite
                ? 0
                : max(statistics.max[j] - statistics.mean[j], statistics.mean[j] - statistics.min[j])
                    / statistics.std[j]
        }
        let score = statistics.mean.indices.map { j in
            constant.contains(j)
                ? .infinity : judged.isEmpty ? farthest[j] : judged.reduce(0) { max($0, abs($1.shifts[j])) }
        }
        let order = score.indices.sorted { (score[$1], $0) < (score[$0], $1) }
        let shown = order.prefix(Self.mostFeatures)
        let judge = judged.isEmpty ? "farthest value" : "mean most shifted in another split"
        let count = order.count > shown.count ? "The \(shown.count) worst of \(order.count) features" : "All features"
        return Page.Table(
            caption: "\(count), the worst first: constant ones, then by \(judge), in training deviations",
            head: ["feature", "mean", "std", "min", "max", "farthest"] + judged.map { "\($0.role.name) shift" },
            rows: shown.map { j in
                [transform.input.place(ofFeature: j)]
                    + [statistics.mean[j], statistics.std[j], statistics.min[j], statistics.max[j]].map(known)
                    + [rounded(farthest[j], decimals: 2)] + judged.map { rounded($0.shifts[j], decimals: 3) }
            }, isSortable: true)
    }
}
