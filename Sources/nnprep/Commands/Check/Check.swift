import Datasets
import Flags
import Words
import Workflows

/// `nnprep check`: is this split safe to judge by?
enum Check {
    struct Arguments: HasCommonOptions, HasInputs, Sendable {
        var common = CommonOptions()
        var options = CheckOptions()
        var inputs: [String] = []
        var json = false
        var leaks: String?
        var nearest: String?
        var picture: String?
    }

    static let table = CommandTable<Arguments>(
        "check",
        summary: "is this split safe to judge by? drift from the training rows, rows leaked from them",
        description: [
            "Drift: what a split has other than the training rows: values outside their range, means and variances by "
                + "feature, channel and component, a scale or an order of channels that looks like another way to read "
                + "them. A difference is a finding where it is more than chance explains, corrected for all that is looked "
                + "at, and large enough to matter.",
            "Leaks, with --train: rows of the split that are in the training data. Equal rows are found by their values. "
                + "Near-duplicates are found among whitened rows, images by the angle between them, table rows by their "
                + "distance. Contrast is how far a row's nearest training row is, as a share of how far its twentieth is: "
                + "(1 - s1) / (1 - s20). What is below --threshold is found.",
            "The exit code is 0 where nothing was found, and 3 where something was.",
        ],
        operands: Operands(
            "SPLIT", help: "the split, in one file or several; - is standard input", completion: .file,
            fallback: { $0.options.files([]).contains("-") ? nil : impliedInput() }
        ) { (arguments, text) throws(FlagError) in arguments.inputs.append(try text.path()) },
        flags: [
            Flag(
                "stats", metavar: "FILE", group: "Check",
                help: "what fit has written; without it, the training rows are summed up first",
                completion: .file(extensions: ["json"])
            ) { (arguments, text) throws(FlagError) in arguments.options.statistics = try text.path() },
            Flag(
                "train", metavar: "FILE", group: "Check",
                help: "the training data, to look for leaks in: all files that follow, but for the last one where no "
                    + "other SPLIT is given",
                completion: .file, several: true
            ) { (arguments, text) throws(FlagError) in arguments.options.train.append(try text.path()) }.unless {
                $0.options.only == .drift && $0.options.statistics != nil
                    ? "is not read with --stats and --only drift: the statistics tell of drift" : nil
            },
            Flag(
                "only", oneOf: CheckOptions.Part.self, group: "Check",
                help: "look for drift alone, or for leaks alone"
            ) { $0.options.only = $1 },
            Flag(
                "threshold", metavar: "T", group: "Check",
                help: "the contrast below which a row is a near-duplicate; 0 finds equal rows alone",
                default: "what hardly any row passes by chance, 0.5 at the most"
            ) { (arguments, text) throws(FlagError) in
                arguments.options.threshold = try text.number("a number from 0 to 1") { $0 >= 0 && $0 <= 1 }
            }.unless { arguments in
                let options = arguments.options
                if options.only == .drift { return "is of leaks, and --only drift looks for none" }
                if options.train.isEmpty { return "is of leaks, which are found among the training rows: pass --train" }
                // Whether near-duplicates are looked for at all is decided with the parts, and more is not.
                return arguments.nearest != nil && options.threshold != 0
                    ? "judges all parts together: pass it to the check that merges them" : nil
            },
            Flag(
                "leaks", metavar: "FILE", group: "Output",
                help: "write the pairs here: csv, tsv, or JSON lines, by extension",
                completion: .file(extensions: ["csv", "tsv", "jsonl", "ndjson"])
            ) { (arguments, text) throws(FlagError) in arguments.leaks = try text.path() },
            nearest,
            Flag(
                "clean", metavar: "FILE", group: "Output",
                help: "write the split without its leaks here: records as they stand", completion: .file
            ) { (arguments, text) throws(FlagError) in arguments.options.clean = try text.path() },
            Flag(
                "picture", metavar: "FILE", group: "Output",
                help: "draw the nearest pairs side by side, as png or svg by extension",
                completion: .file(extensions: ["png", "svg"])
            ) { (arguments, text) throws(FlagError) in arguments.picture = try text.path() },
            Flag(switch: "json", group: "Output", help: "print JSON instead of text") { $0.json = true },
        ] + Flag.input() + Flag.common,
        examples: [
            Example("nnprep check --stats stats.json val.bin", "drift only: needs nothing but the statistics"),
            Example(
                "nnprep check --train data_batch_*.bin test_batch.bin",
                "drift, and leaks of training rows into the split"),
            Example(
                "nnprep check test.bin --clean clean.bin --train train.bin", "the test split without its leaks"),
            Example(
                "nnprep check --stats all.json --nearest a.json test.bin --train a.bin",
                "a part of the training data, on a machine of its own"),
            Example("nnprep check --stats all.json test.bin --train a.json b.json", "all parts together"),
        ])

    static func run(_ arguments: Arguments, in run: Run) throws -> ExitCode {
        var options = arguments.options
        guard options.statistics != nil || !options.train.isEmpty else {
            throw table.page.misuse("pass --stats, --train, or both: what is the split to be held against?")
        }
        if let path = arguments.nearest { return try writePart(path, arguments, in: run) }
        let outputs = [arguments.leaks, arguments.picture, options.clean].compactMap { $0 }
        if options.train.isEmpty, options.only == .leaks || !outputs.isEmpty {
            throw table.page.misuse("leaks are found among the training rows: pass --train")
        }
        if options.only == .drift, !outputs.isEmpty {
            throw table.page.misuse("--leaks, --clean and --picture are of leaks, and --only drift looks for none")
        }
        let toStandardOutput = outputs.count { $0 == "-" } + (arguments.json ? 1 : 0)
        guard toStandardOutput < 2 else {
            throw table.page.misuse("--leaks -, --clean - and --json all write to standard output: choose one of them")
        }
        options.keepsValues = arguments.picture != nil
        let read = options.files(arguments.inputs)
        let leaks = try arguments.leaks.map { try LeakFile($0, reading: read) }
        let picture = try arguments.picture.map { try LeakPicture($0, reading: read) }

        let outcome = try check(arguments.inputs, options, in: run)
        if let found = outcome.leaks {
            if let leaks { try leaks.write(found) }
            if let picture { try picture.write(found, in: run) }
        }
        let report = CheckReport(outcome, of: arguments.inputs, options)
        if arguments.json || toStandardOutput == 0 { try printOut(arguments.json ? report.json.text : report.text) }
        return outcome.isSuspicious ? .found : .success
    }
}
