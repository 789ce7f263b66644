extension Program {
    /// The manual page `nnprep.1`, with every command and its options, in man(7) macros.
    package var manPage: String {
        var page = Manual()
        page.title(name: name, date: date, version: version)
        page.section("Name")
        page.line("\(name) \\- " + Manual.escaped(summary))
        page.section("Synopsis")
        page.synopsis(of: synopsis, bold: name)
        for command in pages {
            page.line(".br")
            page.synopsis(of: command.synopsis, bold: command.fullName)
        }
        page.line(".br")
        page.synopsis(of: "\(name) --version | --man", bold: name)
        page.section("Description")
        for (i, paragraph) in ([summary.asSentence] + description).enumerated() {
            page.paragraph(paragraph, isFirst: i == 0)
        }
        page.section("Commands")
        page.text("Every command has -h, --help.")
        for command in pages { page.command(command) }
        page.section("Options of the program")
        for flag in flags { page.option(flag) }
        if !examples.isEmpty {
            page.section("Examples")
            page.examples(examples, isFirst: true)
        }
        page.section("Exit status")
        page.item("0", "Success.")
        page.item("1", "The data, a file or the numerics are at fault.")
        page.item("2", "The command line is.")
        return page.source
    }
}

/// The source of a manual page as it is put together.
private struct Manual {
    private(set) var source = ""

    mutating func line(_ line: String) {
        source += line + "\n"
    }

    mutating func title(name: String, date: String, version: String) {
        line(".TH \(Self.quoted(name.uppercased())) 1 \"\(date)\" \(Self.quoted("\(name) \(version)"))")
    }

    mutating func section(_ heading: String) {
        line(".SH " + Self.quoted(heading.uppercased()))
    }

    mutating func synopsis(of synopsis: String, bold name: String) {
        line("\\fB\(Self.escaped(name))\\fR\(Self.escaped(String(synopsis.dropFirst(name.count))))")
    }

    mutating func paragraph(_ paragraph: String, isFirst: Bool = false) {
        if !isFirst { line(".PP") }
        text(paragraph)
    }

    /// Running text: filled by the formatter, and short lines in the source.
    mutating func text(_ text: String) {
        for part in text.wrapped(to: 64) { line(Self.escaped(part)) }
    }

    mutating func command(_ page: CommandPage) {
        line(".SS " + Self.quoted(page.fullName))
        synopsis(of: page.synopsis, bold: page.fullName)
        paragraph(page.summary.asSentence)
        for text in page.description { paragraph(text) }
        if let operands = page.operands {
            item(operands.synopsis, operands.help.asSentence)
            choices(operands.choices)
        }
        for group in page.groups {
            let flags = group.flags.filter { $0.name != "help" }
            guard !flags.isEmpty else { continue }
            line(".PP")
            line(".I " + Self.quoted(group.heading + ":"))
            for flag in flags { option(flag) }
        }
        examples(page.examples)
    }

    mutating func option(_ flag: FlagPage) {
        let names = flag.words.map { "\\fB\(Self.escaped($0))\\fR" }.joined(separator: ", ")
        line(".TP")
        line(names + (flag.metavar.map { " \\fI\(Self.escaped($0))\\fR" } ?? ""))
        text(flag.help.asSentence)
        if flag.isRequired { text("Required.") }
        if flag.isRepeatable { text("May be repeated.") }
        choices(flag.choices)
        if let value = flag.defaultValue { text("Default: \(value).") }
    }

    mutating func choices(_ choices: [Choice]) {
        guard !choices.isEmpty else { return }
        text(
            "Choices: "
                + choices.map { choice in
                    choice.help.map { "\(choice.name) (\($0))" } ?? choice.name
                }.joined(separator: ", ") + ".")
    }

    mutating func item(_ term: String, _ meaning: String) {
        line(".TP")
        line(".B " + Self.quoted(term))
        text(meaning)
    }

    mutating func examples(_ examples: [Example], isFirst: Bool = false) {
        for (i, example) in examples.enumerated() {
            paragraph(example.meaning.asSentence.dropLast() + ":", isFirst: isFirst && i == 0)
            line(".RS 4")
            line(".EX")
            line(Self.escaped(example.line))
            line(".EE")
            line(".RE")
        }
    }

    /// Text that the formatter shows as it is, wherever in a line it stands.
    static func escaped(_ text: String) -> String {
        var escaped = text.first == "." ? "\\&" : ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "'": escaped += "\\(aq"
            case "`": escaped += "\\(ga"
            case "^": escaped += "\\(ha"
            case "~": escaped += "\\(ti"
            case "\"": escaped += "\\(dq"
            case _ where scalar.isASCII: escaped.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                escaped += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
            }
        }
        return escaped
    }

    /// One argument of a macro.
    static func quoted(_ text: String) -> String {
        "\"\(escaped(text))\""
    }
}
