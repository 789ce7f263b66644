import Datasets
import Flags

/// `nnprep split`: split one data file into train, val and test.
enum Split {
    struct Arguments: HasCommonOptions, HasInputOptions, Sendable {
        var common = CommonOptions()
        var input = InputOptions()
        var file = ""
        var folder = ""
        var fractions = SplitFractions(val: 0.1, test: 0.1)
        var seed: UInt64 = 0
        var stratify = false
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
        operands: Operands("INPUT", maximum: 1, help: "the file to split; - is standard input", completion: .file) {
            $0.file = try $1.path()
        },
        flags: [
            Flag(
                "output", short: "o", metavar: "DIR", group: "Split", help: "the folder to write to, made if missing",
                completion: .folder, required: true
            ) { (arguments, text) throws(FlagError) in arguments.folder = try text.path() },
            Flag(
                "val", metavar: "F", group: "Split", help: "the fraction for validation; with 0 there is no such file",
                default: "0.1"
            ) { (arguments, text) throws(FlagError) in arguments.fractions.val = try fraction(text) },
            Flag(
                "test", metavar: "F", group: "Split", help: "the fraction for test; with 0 there is no such file",
                default: "0.1"
            ) { (arguments, text) throws(FlagError) in arguments.fractions.test = try fraction(text) },
            Flag(
                "seed", metavar: "N", group: "Split", help: "another number deals the rows in another way", default: "0"
            ) { (arguments, text) throws(FlagError) in arguments.seed = try text.integer(in: 0...UInt64.max) },
            Flag(
                switch: "stratify", group: "Split",
                help: "split the rows of each label in the same proportions; a table's label is --label-column, or its "
                    + "one column of text"
            ) { $0.stratify = true },
        ] + Flag.input.filter { $0.page.name != "missing" } + Flag.common,
        examples: [
            Example("nnprep split iris.csv -o iris --stratify", "iris/train.csv, iris/val.csv and iris/test.csv"),
            Example("nnprep split all.bin -o data --val 0.2 --test 0", "train and val only"),
        ])

    private static func fraction(_ text: String) throws(FlagError) -> Double {
        try text.number("a fraction from 0 to below 1") { $0 >= 0 && $0 < 1 }
    }

    static func run(_ arguments: Arguments, _ console: Console) throws(Failure) {
        let fractions = arguments.fractions
        guard fractions.val + fractions.test < 1 else {
            throw .usage(table.page.misuse("--val and --test leave nothing for train"))
        }
        guard arguments.folder != "-" else { throw .usage(table.page.misuse("-o takes a folder, not standard output")) }
        var options = arguments.input
        options.textIsLabel = arguments.stratify && options.labelColumns.isEmpty
        let inputs = try open(arguments.file, options)
        if arguments.stratify { try checkLabels(of: inputs.description, arguments) }

        let rows = try count(inputs, arguments, options)
        let files = try SplitFiles(arguments.folder, arguments.file, inputs, fractions)
        for leftover in files.leftovers {
            console.warn("\(leftover): is left from before, and its rows may now be in train")
        }
        var dealer = SplitDealer(fractions, seed: arguments.seed, rows: rows)
        var pipeline = Pipeline(arguments.common)
        let stratify = arguments.stratify
        try pipeline.forEachPart(inputs) { (part) throws(DatasetError) in
            try part.format.records(in: part.piece, labels: stratify)
        } _: { (records, _) throws(Failure) in
            let parts = records.ranges.indices.map { dealer.part(ofLabel: stratify ? records.labels[$0] : "") }
            try dataset { () throws(DatasetError) in try files.write(records, to: parts) }
        }
        if let rows, rows != dealer.dealt {
            let counts = [dealer.dealt, rows].map { $0.values.reduce(0, +) }
            throw .dataset(DatasetError(arguments.file, .changedWhileRead(rows: counts[0], expected: counts[1])))
        }
        try dataset { () throws(DatasetError) in try files.finish() }
        for name in files.empty { console.warn("\(name) has no rows: there are too few for its fraction") }
    }

    private static func open(_ path: String, _ options: InputOptions) throws(Failure) -> Inputs {
        try dataset { () throws(DatasetError) in try Inputs([path], options: options) }
    }

    /// Whether it is clear what the rows are to be stratified by.
    private static func checkLabels(of input: DatasetDescription, _ arguments: Arguments) throws(Failure) {
        let names = input.labelNames
        let file = displayName(arguments.file)
        if names.isEmpty {
            throw .refused(
                "\(file): --stratify needs labels, and the rows have none",
                hint: input.format.isText ? "name the column of labels with --label-column" : nil)
        }
        guard names.count == 1 || !input.format.isText || !arguments.input.labelColumns.isEmpty else {
            throw .refused(
                "\(file): has \(names.count) columns of text: \(names.prefix(8).joined(separator: ", "))",
                hint: "say which is the label with --label-column")
        }
    }

    /// How many rows there are of each label, or in all; nil where that would take the only reading there is.
    private static func count(
        _ inputs: Inputs, _ arguments: Arguments, _ options: InputOptions
    ) throws(Failure) -> [String: Int]? {
        if !arguments.stratify, let rows = inputs.rowCount { return ["": rows] }
        guard isRegularFile(arguments.file) else { return nil }
        let stratify = arguments.stratify
        var counts: [String: Int] = [:]
        var pipeline = Pipeline(arguments.common)
        try pipeline.forEachPart(try open(arguments.file, options)) { (part) throws(DatasetError) in
            try part.format.records(in: part.piece, labels: stratify)
        } _: { (records, _) throws(Failure) in
            if stratify {
                for label in records.labels { counts[label, default: 0] += 1 }
            } else {
                counts["", default: 0] += records.ranges.count
            }
            guard counts.count <= SplitDealer.mostLabels else {
                throw .refused(
                    "\(arguments.file): has more than \(SplitDealer.mostLabels) different labels",
                    hint: "name a column of classes with --label-column")
            }
        }
        return counts
    }
}
