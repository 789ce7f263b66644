/// The program as a whole: its commands, and what is said of all of them together.
package struct Program: Sendable {
    package var name: String
    package var version: String
    /// The day of this version as the manual shows it, `2025-01-31`.
    package var date: String
    /// One line, without a full stop.
    package var summary: String
    /// Paragraphs of whole sentences.
    package var description: [String]
    package var pages: [CommandPage]
    package var examples: [Example]

    package init(
        name: String = "nnprep", version: String, date: String, summary: String, description: [String] = [],
        pages: [CommandPage], examples: [Example] = []
    ) {
        self.name = name
        self.version = version
        self.date = date
        self.summary = summary
        self.description = description
        self.pages = pages
        self.examples = examples
    }

    /// The options that stand where a command would.
    var flags: [FlagPage] {
        [
            FlagPage(name: "help", short: "h", group: "Options", help: "print this help"),
            FlagPage(name: "version", group: "Options", help: "print the version"),
            FlagPage(name: "man", group: "Options", help: "print the manual page"),
        ]
    }

    /// What the command line asks of the program.
    package enum Request: Equatable, Sendable {
        case help
        case version
        case manual
        /// A command that exists, and the words that follow its name.
        case command(String, [String])
    }

    /// Reads the program's own part of the command line, without the program's name.
    package func parse(_ words: [String]) throws(UsageError) -> Request {
        guard let first = words.first else { return .help }
        switch first {
        case "-h", "--help": return .help
        case "--version": return .version
        case "--man": return .manual
        case _ where pages.contains { $0.name == first }: return .command(first, Array(words.dropFirst()))
        case _ where first.hasPrefix("-") && first != "-":
            let near = nearest(to: String(first.drop { $0 == "-" }), among: flags.map(\.name))
            let problem = UsageError.Problem.unknownOption(first, suggestion: near.map { "--\($0)" })
            throw UsageError(command: name, problem: problem)
        default:
            throw UsageError(command: name, problem: .unknownCommand(first, suggestion: suggestion(for: first)))
        }
    }

    /// The command that `word` was probably meant to be.
    package func suggestion(for word: String) -> String? {
        nearest(to: word, among: pages.map(\.name))
    }
}
