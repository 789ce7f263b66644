import Flags

/// What every command understands.
struct CommonOptions: Sendable {
    /// How many threads work; nil for as many as there are processors for this process.
    var threads: Int?
    var quiet = false
    var progress = ProgressMode.auto

    var workers: Int { threads ?? Self.processors }

    private static let processors = availableProcessors()
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
            ) { $0.common.progress = $1 },
            Flag(switch: "quiet", group: "General", help: "print neither warnings nor progress") {
                $0.common.quiet = true
            },
        ]
    }
}
