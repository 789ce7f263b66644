import Datasets
import Flags
import Pictures
import Words
import Workflows

/// `nnprep report`: one HTML page of all that is known of data, statistics and splits.
enum ReportCommand {
    struct Arguments: HasCommonOptions, HasInputOptions, HasStatistics, OpensOutput, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        var statistics = ""
        var train: [String] = []
        var val: [String] = []
        var test: [String] = []
        var output = "report.html"
        var opens = false
    }

    static let table = CommandTable<Arguments>(
        "report",
        summary: "one HTML page of all that is known of data, statistics and splits",
        description: [
            "The page tells what was done, in words and as lines of numpy; what it was fitted on; the statistics of each "
                + "channel and feature, the worst first; what deserves a warning. With data, it shows values before and "
                + "after, and for images the notes' four panels.",
            "It is one file: charts and pictures are in it, nothing is fetched, and it needs no script to be read.",
        ],
        operands: nil,
        flags: [
            .statistics,
            files("train", "the training split, which the statistics were fitted on", \.train),
            files("val", "the validation split", \.val),
            files("test", "the test split", \.test),
            Flag(
                "output", short: "o", metavar: "FILE", group: "Output", help: "where to write; - is standard output",
                default: "report.html", completion: .file(extensions: ["html"])
            ) { (arguments, text) throws(FlagError) in arguments.output = try text.path() },
            .opens,
        ]
            + Flag.input(unless: {
                $0.train.isEmpty && $0.val.isEmpty && $0.test.isEmpty
                    ? "is for data: pass --train, --val or --test" : nil
            }) + Flag.common,
        examples: [
            Example("nnprep report --stats stats.json", "of the statistics alone; write report.html"),
            Example(
                "nnprep report --stats white.json --train train.bin --val val.bin --open",
                "with pictures of the data, before and after"),
        ])

    private static func files(
        _ name: String, _ help: String, _ path: any WritableKeyPath<Arguments, [String]> & Sendable
    ) -> Flag<Arguments> {
        Flag(
            name, metavar: "FILE", group: "Data", help: "\(help), in one file or several", completion: .file,
            several: true
        ) { (arguments, text) throws(FlagError) in arguments[keyPath: path].append(try text.path()) }
    }

    static func run(_ arguments: Arguments, in run: Run) throws {
        guard !arguments.opens || arguments.output != "-" else { throw table.page.misuse("--open needs -o FILE") }
        let splits = [(SplitRole.train, arguments.train), (.val, arguments.val), (.test, arguments.test)]
        let sink = try openOutput(arguments.output, reading: [arguments.statistics] + splits.flatMap(\.1))
        let facts = try gatherReport(arguments.statistics, splits, reading: arguments.input, in: run)
        try sink.write(ReportPage(facts).page.html)
        try sink.finish()
        if arguments.opens { openOnDesktop(arguments.output, in: run) }
    }
}
