import Datasets
import Flags
import Glibc

// Parse, run, and turn what went wrong into text and an exit code.

let program = Program(
    name: programName, version: programVersion, date: programDate,
    summary: "learn preprocessing statistics from the training split, apply them to every other split",
    pages: Command.all.map(\.page),
    examples: [
        Example("nnprep fit train.bin", "learn mean and deviation of every feature; write stats.json"),
        Example("nnprep apply --stats stats.json val.bin > val.npy", "transform the validation split"),
    ])

openStandardStreams()
_ = signal(SIGPIPE, SIG_IGN)
TemporaryFiles.removeWhenInterrupted()

do throws(Failure) {
    let request: Program.Request
    do throws(UsageError) {
        request = try program.parse(Array(CommandLine.arguments.dropFirst()))
    } catch {
        throw .usage(error)
    }
    switch request {
    case .help: try printOut(program.help(width: helpWidth()))
    case .version: try printOut("\(program.name) \(program.version)\n")
    case .command(let name, let words): try Command.all.first { $0.page.name == name }!.run(words)
    }
} catch {
    TemporaryFiles.removeAll()
    // Who reads standard output has seen enough: as with `head`, no error.
    if case .dataset(let error) = error, error.isClosedPipe { exit(0) }
    Console().fail(error.message, hint: error.hint)
    exit(error.exitCode)
}
