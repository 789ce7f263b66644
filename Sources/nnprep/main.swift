import Datasets
import Flags
import Glibc

// Parse, run, and turn what went wrong into text and an exit code.

openStandardStreams()
// What a closed pipe and a limit on the size of files cause are errors of `write`.
_ = signal(SIGPIPE, SIG_IGN)
_ = signal(SIGXFSZ, SIG_IGN)
TemporaryFiles.removeWhenInterrupted()

do throws(Failure) {
    try checkKernels()
    let request: Program.Request
    do throws(UsageError) {
        request = try Program.nnprep.parse(Array(CommandLine.arguments.dropFirst()))
    } catch {
        throw .usage(error)
    }
    switch request {
    case .help: try printOut(Program.nnprep.help(width: helpWidth(), style: helpStyle()))
    case .manual: try printOut(Program.nnprep.manPage)
    case .version: try printOut(versionText())
    case .command(let name, let words): try Command.all.first { $0.page.name == name }!.run(words)
    }
} catch {
    TemporaryFiles.removeAll()
    // Who reads standard output has seen enough: as with `head`, no error.
    if case .dataset(let error) = error, error.isClosedPipe { exit(0) }
    Console().fail(error.message, hint: error.hint)
    exit(error.exitCode)
}
