import Datasets
import Flags
import Glibc
import Workflows

/// What every command understands.
struct CommonOptions: Sendable {
    /// How many threads work; nil for as many as there are processors for this process.
    var threads: Int?
    var quiet = false
    var progress = ProgressMode.auto
    /// Whether rows go to standard output: where that is a terminal, a bar between them would spoil both.
    var writesRows = false

    /// The run that these options ask for.
    var run: Run {
        let console = Console(quiet: quiet)
        let isSpoiling = writesRows && progress == .auto && isatty(STDOUT_FILENO) == 1
        let progress = ProgressLine(quiet || isSpoiling ? .never : progress)
        return Run(
            threads: threads, onWarning: console.warn, onNote: console.note, onDecision: { console.warn($0.sentence) },
            onProgress: progress.hear)
    }
}

protocol HasCommonOptions: SendableMetatype {
    var common: CommonOptions { get set }
}

extension Flag where Arguments: HasCommonOptions {
    static var common: [Flag] {
        [
            Flag(
                "threads", metavar: "N", group: "General", help: "work on N threads",
                default: "as many as there are processors to use"
            ) {
                (arguments, text) throws(FlagError) in
                arguments.common.threads = try text.positiveInteger(atMost: 1024)
            },
            Flag(
                "progress", oneOf: ProgressMode.self, group: "General",
                help: "show how far the work is; auto: on a terminal, when it takes more than a second", default: .auto
            ) { $0.common.progress = $1 }.unless {
                $0.common.quiet && $0.common.progress == .always ? "cannot be always with --quiet" : nil
            },
            Flag(switch: "quiet", group: "General", help: "print neither warnings nor progress") {
                $0.common.quiet = true
            },
        ]
    }
}
