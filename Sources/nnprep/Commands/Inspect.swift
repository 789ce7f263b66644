import Datasets
import Flags
import Workflows

/// `nnprep inspect`: describe a data, statistics or moments file.
enum Inspect {
    struct Arguments: HasCommonOptions, HasInputOptions, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        var json = false
        var file = ""
    }

    static let table = CommandTable<Arguments>(
        "inspect",
        summary: "describe a data, statistics or moments file",
        description: [
            "Of data: the format, the rows and features, how often each label occurs, and mean, deviation and range of "
                + "each channel or column. Of statistics: the recipe, the rows that it was fitted on, and what the "
                + "components explain. Of moments: what rows they are of, where those come from, and what fit can make of "
                + "them."
        ],
        operands: Operands(
            "FILE", maximum: 1, help: "the file; - is standard input", completion: .file, fallback: impliedInput
        ) { $0.file = try $1.path() },
        flags: [Flag(switch: "json", group: "Output", help: "print JSON instead of text") { $0.json = true }]
            + Flag.input(fillsMissing: false) + Flag.common,
        examples: [
            Example("nnprep inspect stats.json", "what a transform does and where it comes from"),
            Example("nnprep inspect train.bin --json", "the same of data, for a program"),
        ])

    static func run(_ arguments: Arguments, in run: Run) throws {
        let (found, name) = try examine(arguments.file, reading: arguments.input, in: run)
        let report =
            switch found {
            case .statistics(let transform): StatisticsReport.report(transform, name)
            case .moments(let moments, let hasProducts): MomentsReport.report(moments, hasProducts: hasProducts, name)
            case .data(let summary): DataReport.report(summary, name)
            }
        try printOut(report.rendered(asJSON: arguments.json))
    }
}
