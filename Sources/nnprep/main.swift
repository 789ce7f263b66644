import Datasets
import Flags
import Glibc
import Words

// Parse, run, and turn what went wrong into text and an exit code.

openStandardStreams()
// What a closed pipe and a limit on the size of files cause are errors of `write`.
_ = signal(SIGPIPE, SIG_IGN)
_ = signal(SIGXFSZ, SIG_IGN)
TemporaryFiles.removeWhenInterrupted()

do {
    try checkKernels()
    switch try Program.nnprep.parse(Array(CommandLine.arguments.dropFirst())) {
    case .help: try printOut(Program.nnprep.help(width: helpWidth(), style: helpStyle()))
    case .manual: try printOut(Program.nnprep.manPage)
    case .version: try printOut(versionText())
    case .command(let name, let words):
        let code = try Command.all.first { $0.page.name == name }!.run(words)
        if code != .success { exit(code.rawValue) }
    }
} catch {
    TemporaryFiles.removeAll()
    let explained = error as? any ExplainedError
    switch explained?.kind {
    // Who reads standard output has seen enough: as with `head`, no error.
    case .closedPipe?: exit(ExitCode.success.rawValue)
    case let kind:
        Console().fail(explained?.message ?? "\(error)", hint: explained?.hint)
        exit((kind == .usage ? ExitCode.usage : .failure).rawValue)
    }
}
