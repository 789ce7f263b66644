import Datasets
import Pictures
import Preprocessing
import Words
import Workflows

/// Where the means of a split are off, in the shape of its images: one picture for each channel.
enum DriftPlot {
    static func drawing(_ arguments: Plot.Arguments, in run: Run) throws -> Drawing {
        let statistics = try readStatistics(arguments.statistics[0])
        let shifts = try meanShifts(of: arguments.data, from: statistics, reading: arguments.input, in: run)
        guard let panels = panels(shifts, statistics.transform.input, limit: 420) else {
            throw Refusal(
                "\(displayName(arguments.data[0])): its rows are not images",
                hint: "nnprep check tells of drift in any rows")
        }
        return .figure(
            panels.map { ($0.raster, $0.caption) },
            title: "Means of \(displayName(arguments.data[0])) against those of \(statistics.name)")
    }

    /// One raster for each channel, of the same scale; nil where rows are not images.
    /// - Parameters:
    ///   - shifts: by feature, in training deviations.
    ///   - limit: how wide and high a raster may be, where it can be magnified.
    static func panels(
        _ shifts: [Double], _ input: DatasetDescription, limit: Int
    ) -> [(raster: Raster, caption: String)]? {
        guard let shape = ImageShape(input) else { return nil }
        // All alike is no reason to divide by 0.
        let largest = shifts.reduce(0) { max($0, abs($1)) }
        let scale = largest.isFinite && largest > 0 ? largest : 1
        let names = shape.channels == 3 ? ["red", "green", "blue"] : ["shift"]
        return names.enumerated().map { channel, name in
            let values = input.channels.map { $0.features(of: channel).map { shifts[$0] } } ?? shifts
            let raster = Raster.signed(values, width: shape.width, height: shape.height, limit: scale)
            let range = "\(rounded(values.min() ?? 0, decimals: 2)) to \(rounded(values.max() ?? 0, decimals: 2))"
            return (.grid([raster], limit: limit), "\(name): \(range) deviations")
        }
    }
}
