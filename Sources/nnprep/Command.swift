import Datasets
import Flags
import Words
import Workflows

/// What the program ends with.
enum ExitCode: Int32, Sendable {
    case success = 0
    /// The data, a file, or the numerics.
    case failure = 1
    /// A command line that cannot be obeyed.
    case usage = 2
    /// `check` found something.
    case found = 3
}

/// A command with its arguments' type hidden: what `main` chooses among.
struct Command: Sendable {
    let page: CommandPage
    /// Parses the words after the command's name, then runs, or prints the help that was asked for.
    let run: @Sendable ([String]) throws -> ExitCode

    /// A command that succeeds or throws.
    init<Arguments: HasCommonOptions & Sendable>(
        _ table: CommandTable<Arguments>, default arguments: Arguments,
        _ run: @escaping @Sendable (Arguments, Run) throws -> Void
    ) {
        self.init(table, default: arguments) { arguments, surroundings in
            try run(arguments, surroundings)
            return .success
        }
    }

    init<Arguments: HasCommonOptions & Sendable>(
        _ table: CommandTable<Arguments>, default arguments: Arguments,
        _ run: @escaping @Sendable (Arguments, Run) throws -> ExitCode
    ) {
        let page = table.page
        self.page = page
        self.run = { words in
            switch try table.parse(words, into: arguments) {
            case .help:
                try printOut(page.help(width: helpWidth(), style: helpStyle()))
                return .success
            case .run(let arguments):
                let surroundings = arguments.common.run
                do {
                    return try surroundings.withThreads { try run(arguments, surroundings) }
                } catch let error as DatasetError {
                    guard case .unusedOptions(let options, let found) = error.problem else { throw error }
                    throw page.misuse(unusedWords(options, found) { "--\($0.flag)" })
                }
            }
        }
    }

    static let all = [
        Command(Fit.table, default: .init(), Fit.run),
        Command(MomentsCommand.table, default: .init(), MomentsCommand.run),
        Command(Apply.table, default: .init(), Apply.run),
        Command(Inverse.table, default: .init(), Inverse.run),
        Command(Inspect.table, default: .init(), Inspect.run),
        Command(Convert.table, default: .init(), Convert.run),
        Command(Check.table, default: .init(), Check.run),
        Command(Plot.table, default: .init(), Plot.run),
        Command(ReportCommand.table, default: .init(), ReportCommand.run),
        Command(Export.table, default: .init(), Export.run),
        Command(Split.table, default: .init(), Split.run),
        Command(Init.table, default: .init(), Init.run),
        Command(Probe.table, default: .init(), Probe.run),
        Command(Completions.table, default: .init(), Completions.run),
    ]
}
