import Datasets
import Flags
import LinearAlgebra
import Models
import Words
import Workflows

/// `nnprep init`: draw initial weights.
enum Init {
    struct Arguments: HasCommonOptions, HasInputOptions, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        /// The inputs, then the units of each layer.
        var widths: [Int] = []
        var initializer = Initializer()
        var seed: UInt64 = 1
        var output = "weights.safetensors"
        var data: String?
        var statistics: String?
    }

    static func run(_ arguments: Arguments, in run: Run) throws {
        guard arguments.statistics == nil || arguments.data != nil else {
            throw table.page.misuse("--stats needs --data, whose rows it transforms")
        }
        let batch = try arguments.data.map { path in
            try firstRows(
                rowsShown, of: path, reading: arguments.input,
                statistics: try arguments.statistics.map { try readStatistics($0) }, widths: arguments.widths, in: run)
        }
        let layers = try drawWeights(
            arguments.widths, by: arguments.initializer, seed: arguments.seed, forRows: batch == nil ? 0 : rowsShown)
        if arguments.initializer.scheme == .zeros {
            run.onWarning(
                "with all weights 0 the units of a layer stay the same for ever: there is no symmetry breaking")
        }
        try writeWeights(
            layers, to: arguments.output,
            metadata: [
                ("format", "pt"), ("created_by", programNameAndVersion),
                ("scheme", arguments.initializer.scheme.rawValue),
                ("distribution", arguments.initializer.distribution.rawValue), ("seed", "\(arguments.seed)"),
            ], reading: [arguments.data, arguments.statistics].compactMap(\.self))
        // Where the weights go to standard output, nothing else does.
        if arguments.output != "-" { try printOut(Report.aligned(try table(of: layers, batch))) }
    }

    private static let rowsShown = 1000

    /// A line for each layer: its weights, and what it makes of the batch.
    private static func table(of layers: [InitialLayer<Float>], _ batch: [Float]?) throws -> [[String]] {
        var rows = [["layer", "units x inputs", "std"]]
        for (i, layer) in layers.enumerated() {
            rows.append(["layer\(i + 1)", "\(layer.units) x \(layer.inputs)", short(layer.standardDeviation)])
        }
        guard let batch else { return rows }
        rows[0] += ["output mean", "output std", "zeros"]
        for (i, spread) in try outputSpreads(of: batch, through: layers).enumerated() {
            rows[i + 1] += [short(spread.mean), short(spread.standardDeviation), percent(spread.zeros)]
        }
        return rows
    }
}
