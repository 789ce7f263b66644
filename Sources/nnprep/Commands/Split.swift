import Datasets
import Flags
import Words
import Workflows

/// `nnprep split`: split one data file into train, val and test.
enum Split {
    struct Arguments: HasCommonOptions, HasInputOptions, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        var file = ""
        var folder = ""
        var plan = SplitPlan()
    }

    static let table = CommandTable<Arguments>(
        "split",
        summary: "split one data file into train, val and test",
        description: [
            "Deals the rows of INPUT at random to three files of the same format in the folder DIR: train, val and test, "
                + "with INPUT's extension. Every row goes to one of them just as it is, and they keep their order. The same "
                + "seed gives the same files.",
            "Of N rows of a file, val and test get exactly F * N, rounded. What comes through a pipe is read only once, so "
                + "its rows cannot be counted before: there the parts come close to that, within a few rows.",
        ],
        operands: Operands(
            "INPUT", maximum: 1, help: "the file to split; - is standard input", completion: .file,
            fallback: impliedInput
        ) { $0.file = try $1.path() },
        flags: [
            Flag(
                "output", short: "o", metavar: "DIR", group: "Split", help: "the folder to write to, made if missing",
                completion: .folder, required: true
            ) { (arguments, text) throws(FlagError) in arguments.folder = try text.path() },
            Flag(
                "val", metavar: "F", group: "Split", help: "the fraction for validation; with 0 there is no such file",
                default: "0.1"
            ) { (arguments, text) throws(FlagError) in arguments.plan.fractions.val = try fraction(text) },
            Flag(
                "test", metavar: "F", group: "Split", help: "the fraction for test; with 0 there is no such file",
                default: "0.1"
            ) { (arguments, text) throws(FlagError) in arguments.plan.fractions.test = try fraction(text) },
            Flag(
                "seed", metavar: "N", group: "Split", help: "another number deals the rows in another way", default: "0"
            ) { (arguments, text) throws(FlagError) in arguments.plan.seed = try text.integer(in: 0...UInt64.max) }
            .unless(onePart),
            Flag(
                switch: "stratify", group: "Split",
                help: "split the rows of each label in the same proportions; a table's label is --label-column, or its "
                    + "one column of text"
            ) { $0.plan.stratify = true }.unless(onePart),
            Flag(
                switch: "together", group: "Split",
                help:
                    "keep near-duplicates in one part, as check finds them: INPUT must be a file, and its rows fit in "
                    + "memory as points"
            ) { $0.plan.together = true }.unless(onePart),
            Flag(
                "threshold", metavar: "T", group: "Split",
                help: "with --together, the contrast below which rows are near-duplicates",
                default: "as check chooses it, 0.5 at the most"
            ) { (arguments, text) throws(FlagError) in
                arguments.plan.threshold = try text.number("a number from 0 to 1") { $0 >= 0 && $0 <= 1 }
            },
        ] + Flag.input().filter { $0.page.name != "missing" } + Flag.common,
        examples: [
            Example("nnprep split iris.csv -o iris --stratify", "iris/train.csv, iris/val.csv and iris/test.csv"),
            Example("nnprep split all.bin -o data --val 0.2 --test 0", "train and val only"),
            Example("nnprep split all.bin -o data --together", "no near-duplicates in two of the parts"),
        ])

    /// Why how rows are dealt has no effect, where all of them go to one part.
    @Sendable private static func onePart(_ arguments: Arguments) -> String? {
        arguments.plan.fractions.val == 0 && arguments.plan.fractions.test == 0
            ? "has no effect where all rows go to train" : nil
    }

    private static func fraction(_ text: String) throws(FlagError) -> Double {
        try text.number("a fraction from 0 to below 1") { $0 >= 0 && $0 < 1 }
    }

    static func run(_ arguments: Arguments, in run: Run) throws {
        guard arguments.plan.fractions.val + arguments.plan.fractions.test < 1 else {
            throw table.page.misuse("--val and --test leave nothing for train")
        }
        guard arguments.folder != "-" else { throw table.page.misuse("-o takes a folder, not standard output") }
        guard arguments.plan.threshold == nil || arguments.plan.together else {
            throw table.page.misuse("--threshold is of near-duplicates: pass --together too")
        }
        let groups = try split(
            arguments.file, into: arguments.folder, arguments.plan, reading: arguments.input, in: run)
        if let groups { try printOut(text(groups)) }
    }

    /// What was kept together, and how near the parts came to what was asked for.
    private static func text(_ groups: SplitGroups) -> String {
        var text = "\(groups.rows) rows: "
        let kind = groups.onlyEqual == nil ? "near-duplicates" : "equal rows"
        text += groups.groups == 0 ? "no \(kind)" : "\(groups.grouped) of them in \(groups.groups) groups of \(kind)"
        if groups.groups > 0 { text += ", the largest of \(groups.largest)" }
        if let reason = groups.onlyEqual {
            text += "; \(reason.cause("rows", count: groups.rows))\n"
        } else {
            text += ", by a contrast below \(short(groups.threshold))\n"
        }
        for part in groups.parts {
            let off = part.rows - part.asked
            text += "  \(part.name): \(part.rows) rows"
            text += off == 0 ? ", as asked\n" : ", \(abs(off)) \(off < 0 ? "fewer" : "more") than asked\n"
        }
        return text
    }
}
