/// How help is written.
package enum HelpStyle: Sendable {
    case plain
    /// Headings in bold, for a terminal.
    case bold

    func heading(_ text: String) -> String {
        switch self {
        case .plain: text
        case .bold: "\u{1B}[1m\(text)\u{1B}[0m"
        }
    }
}

extension CommandPage {
    /// What `--help` prints, in lines of at most `width` characters (from 60 to 100).
    package func help(width: Int = 80, style: HelpStyle = .plain) -> String {
        var text = HelpText(width: width, style: style)
        text.usage(synopsis)
        text.paragraph(summary.asSentence)
        for paragraph in description { text.paragraph(paragraph) }
        let column = text.column(for: flags.map(\.entry))
        if let operands {
            text.heading("Operands")
            text.entry(operands.synopsis.indented(by: 2), operands.help, column: column)
            text.choices(operands.choices, shown: operands.metavar, column: column)
        }
        for group in groups {
            text.heading(group.heading)
            for flag in group.flags {
                text.entry(flag.entry, flag.helpWithDefault, column: column)
                text.choices(flag.choices, shown: flag.metavar ?? "", column: column)
            }
        }
        text.examples(examples)
        return text.text
    }
}

extension Program {
    /// What `nnprep --help` prints, in lines of at most `width` characters (from 60 to 100).
    package func help(width: Int = 80, style: HelpStyle = .plain) -> String {
        var text = HelpText(width: width, style: style)
        text.usage(synopsis)
        text.paragraph(summary.asSentence)
        for paragraph in description { text.paragraph(paragraph) }
        let commands = pages.map { ($0.name.indented(by: 2), $0.summary) }
        let options = flags.map { ($0.entry, $0.help) }
        text.heading("Commands")
        let commandColumn = text.column(for: commands.map(\.0))
        for (entry, summary) in commands { text.entry(entry, summary, column: commandColumn) }
        text.heading("Options")
        let optionColumn = text.column(for: options.map(\.0))
        for (entry, help) in options { text.entry(entry, help, column: optionColumn) }
        text.examples(examples)
        text.paragraph("'\(name) COMMAND --help' describes a command and its options.")
        return text.text
    }

    var synopsis: String { "\(name) COMMAND [OPTIONS] [OPERANDS]" }
}

extension FlagPage {
    /// `  -o, --output FILE`, with the short name's place left empty where there is none.
    package var entry: String {
        let lead = short.map { "-\($0), " } ?? "    "
        return (lead + spelling).indented(by: 2)
    }

    fileprivate var helpWithDefault: String {
        var text = help
        if isRepeatable { text += " (may be repeated)" }
        if let defaultValue { text += " [default: \(defaultValue)]" }
        return text
    }
}

extension String {
    /// A phrase as lists show it, made a sentence: a capital letter if it begins with a plain word, and a full stop.
    var asSentence: String {
        let firstWord = prefix { $0 != " " }
        let isPlain = firstWord.allSatisfy { $0.isASCII && $0.isLowercase || $0 == "," }
        let start = isPlain ? prefix(1).uppercased() : String(prefix(1))
        return start + dropFirst() + (last.map { ".!?".contains($0) } ?? true ? "" : ".")
    }

    fileprivate func indented(by count: Int) -> String {
        String(repeating: " ", count: count) + self
    }
}

/// Help as it is put together: paragraphs and two columns.
private struct HelpText {
    private(set) var text = ""
    let width: Int
    let style: HelpStyle

    /// The longest entry that has its help beside it, and not below.
    private static let widestEntry = 28

    init(width: Int, style: HelpStyle) {
        self.width = min(max(width, 60), 100)
        self.style = style
    }

    mutating func usage(_ synopsis: String) {
        let lead = "Usage: "
        let lines = synopsis.wrapped(to: width - lead.count)
        for (i, line) in lines.enumerated() {
            text += (i == 0 ? style.heading("Usage:") + " " : "".padded(to: lead.count)) + line + "\n"
        }
    }

    mutating func paragraph(_ paragraph: String) {
        text += "\n"
        for line in paragraph.wrapped(to: width) { text += line + "\n" }
    }

    mutating func heading(_ heading: String) {
        text += "\n" + style.heading(heading + ":") + "\n"
    }

    /// Where the help of these entries begins.
    func column(for entries: [String]) -> Int {
        2 + (entries.map(\.count).filter { $0 <= Self.widestEntry }.max() ?? 8)
    }

    /// The entry, with its help beside it where it is short enough, else below it.
    mutating func entry(_ entry: String, _ help: String, column: Int) {
        var line = entry
        if entry.count + 2 > column {
            text += entry + "\n"
            line = ""
        }
        for part in help.wrapped(to: width - column) {
            text += line.padded(to: column) + part + "\n"
            line = ""
        }
        if !line.isEmpty { text += line + "\n" }
    }

    /// What the choices mean, one below the other; their names alone where nothing shows them yet.
    mutating func choices(_ choices: [Choice], shown metavar: String, column: Int) {
        guard choices.contains(where: { $0.help != nil }) else {
            let names = choices.map(\.name)
            let shown = metavar.split(separator: "|").map(String.init)
            if !Set(names).isSubset(of: shown) {
                entry("", "[choices: \(names.joined(separator: ", "))]", column: column)
            }
            return
        }
        let nameWidth = (choices.map(\.name.count).max() ?? 0) + 2
        for choice in choices {
            entry(choice.name.indented(by: column), choice.help ?? "", column: column + nameWidth)
        }
    }

    mutating func examples(_ examples: [Example]) {
        guard !examples.isEmpty else { return }
        heading("Examples")
        for (i, example) in examples.enumerated() {
            if i > 0 { text += "\n" }
            for line in example.meaning.wrapped(to: width - 2) { text += "  # " + line + "\n" }
            text += "  " + example.line + "\n"
        }
    }
}
