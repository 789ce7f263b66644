import Datasets
import Flags
import Preprocessing
import Workflows

extension Check {
    static let nearest = Flag<Arguments>(
        "nearest", metavar: "FILE", group: "Output",
        help: "no report, but a file of what these training rows are to the split, for the --train of a check "
            + "that merges it with others; needs --stats with components",
        completion: .file(extensions: ["json"])
    ) { (arguments, text) throws(FlagError) in arguments.nearest = try text.path() }

    /// Writes what some training rows are to the split, and judges nothing: whether a row is a near-duplicate is known only
    /// where all training rows are.
    static func writePart(_ path: String, _ arguments: Arguments, in run: Run) throws -> ExitCode {
        var options = arguments.options
        guard !options.train.isEmpty, options.only != .drift else {
            throw table.page.misuse("--nearest is of training rows, and none are looked at: pass --train")
        }
        guard arguments.leaks == nil, arguments.picture == nil, options.clean == nil, !arguments.json else {
            throw table.page.misuse(
                "--nearest is of a part of the training rows: --leaks, --clean, --picture and --json tell of all parts")
        }
        options.only = .leaks
        options.isPart = true
        let read = options.files(arguments.inputs)
        let sink = try openOutput(path, reading: read, option: "--nearest")
        if let nearest = try check(arguments.inputs, options, in: run).nearest {
            try NearestFile.write(nearest, by: programNameAndVersion, to: sink)
        }
        try sink.finish()
        return .success
    }
}

extension Check.Arguments: HasInputOptions {
    var input: InputOptions {
        get { options.reading }
        set { options.reading = newValue }
    }
}
