/// Everything there is to know about a command line: the one table from which parsing, `--help`, the manual page and
/// the completions are made.
package struct CommandTable<Arguments>: Sendable {
    package let flags: [Flag<Arguments>]
    package let operands: Operands<Arguments>?
    /// Options that a user may look for here, by name, and why they are elsewhere.
    let misplaced: [String: String]
    /// The table without what it does.
    package let page: CommandPage

    /// - Parameters:
    ///   - summary: One line, without a full stop.
    ///   - description: Paragraphs of whole sentences.
    ///   - flags: The options, those of a group side by side. `-h, --help` is added to the last group.
    ///   - misplaced: Options that a user may look for here, by name, and why they are elsewhere.
    package init(
        _ name: String, program: String = "nnprep", summary: String, description: [String] = [],
        operands: Operands<Arguments>? = nil, flags: [Flag<Arguments>], misplaced: [String: String] = [:],
        examples: [Example] = []
    ) {
        self.flags = flags
        self.misplaced = misplaced
        self.operands = operands
        let pages = flags.map(\.page)
        let help = FlagPage(
            name: "help", short: "h", group: pages.last?.group ?? "Options", help: "print this help")
        page = CommandPage(
            program: program, name: name, summary: summary, description: description, operands: operands?.page,
            flags: pages + [help], examples: examples)
    }

    package var name: String { page.name }
}

/// What a command line asks for.
package enum Parsed<Arguments> {
    case run(Arguments)
    case help
}

extension Parsed: Sendable where Arguments: Sendable {}
extension Parsed: Equatable where Arguments: Equatable {}

/// Everything that help, the manual and the completions say of a command.
package struct CommandPage: Sendable, Equatable {
    package var program: String
    package var name: String
    package var summary: String
    package var description: [String] = []
    package var operands: OperandsPage?
    /// With `--help`, which every command has.
    package var flags: [FlagPage]
    package var examples: [Example] = []

    /// `nnprep fit`.
    package var fullName: String { "\(program) \(name)" }

    /// `nnprep apply --stats FILE [OPTIONS] INPUT...`
    package var synopsis: String {
        let required = flags.filter(\.isRequired).map(\.spelling)
        let parts = [fullName] + required + ["[OPTIONS]"] + (operands.map { [$0.synopsis] } ?? [])
        return parts.joined(separator: " ")
    }

    /// The options by heading, in the table's order.
    package var groups: [(heading: String, flags: [FlagPage])] {
        var groups: [(heading: String, flags: [FlagPage])] = []
        for flag in flags {
            if let last = groups.indices.last, groups[last].heading == flag.group {
                groups[last].flags.append(flag)
            } else {
                groups.append((flag.group, [flag]))
            }
        }
        return groups
    }

    /// An error of use that only shows once all is parsed, such as two options that exclude each other.
    package func misuse(_ text: String) -> UsageError {
        UsageError(command: fullName, problem: .misuse(text))
    }
}

/// A command line worth showing, and what it does.
package struct Example: Sendable, Equatable {
    package var line: String
    /// No full stop at the end.
    package var meaning: String

    package init(_ line: String, _ meaning: String) {
        self.line = line
        self.meaning = meaning
    }
}
