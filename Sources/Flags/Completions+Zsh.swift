extension Program {
    /// For a file `_nnprep` on zsh's `fpath`, or to be sourced.
    var zshCompletions: String {
        let commands = pages.map { quoted("\($0.name):\($0.summary)") }
        let cases = pages.flatMap { page in
            ["\(page.name))"] + arguments("_arguments -S", specifications(of: page)).map { "    " + $0 } + ["    ;;"]
        }
        let own = flags.flatMap { specifications(of: $0, action: "") } + ["'1:command:_\(name)_commands'"]
        return """
            #compdef \(name)
            # zsh completion for \(name) \(version)

            _\(name)_commands() {
                local -a commands=(
                    \(block(commands, indent: 8))
                )
                _describe -t commands command commands
            }

            \(choiceFunctions.joined(separator: "\n\n"))

            _\(name)() {
                if (( CURRENT == 2 )); then
                    \(block(arguments("_arguments", own), indent: 8))
                    return
                fi
                shift words
                (( CURRENT-- ))
                case $words[1] in
                    \(block(cases, indent: 8))
                esac
            }

            if [[ $funcstack[1] == _\(name) ]]; then
                _\(name) "$@"
            else
                compdef _\(name) \(name)
            fi

            """
    }

    /// One function per list of choices, so that what they mean needs no quoting inside a specification.
    private var choiceFunctions: [String] {
        pages.flatMap { page in
            let lists = page.flags.map { ($0.name, $0.choices) } + [("operands", page.operands?.choices ?? [])]
            return lists.filter { !$0.1.isEmpty }.map { list, choices in
                let words = choices.map { choice in
                    quoted(escaped(choice.name, ":") + (choice.help.map { ":" + $0 } ?? ""))
                }
                return """
                    \(choiceFunction(list, of: page))() {
                        local -a choices=(
                            \(block(words, indent: 8))
                        )
                        _describe -t values value choices
                    }
                    """
            }
        }
    }

    private func choiceFunction(_ list: String, of page: CommandPage) -> String {
        "_\(name)_\(page.name)_\(list)"
    }

    private func specifications(of page: CommandPage) -> [String] {
        var all = page.flags.flatMap { flag in
            specifications(
                of: flag,
                action: action(flag.completion, flag.choices.isEmpty ? nil : choiceFunction(flag.name, of: page)))
        }
        if let operands = page.operands {
            let function = operands.choices.isEmpty ? nil : choiceFunction("operands", of: page)
            let rest = ":\(escaped(operands.metavar, ":")):\(action(operands.completion, function))"
            if let maximum = operands.maximum {
                for i in 0..<maximum { all.append(quoted("\(i + 1)" + rest)) }
            } else {
                all.append(quoted("*" + rest))
            }
        }
        return all
    }

    /// An option as `_arguments` wants it, once for each way to write it.
    private func specifications(of flag: FlagPage, action: String) -> [String] {
        let others =
            switch flag.name {
            case _ where flag.isRepeatable: "*"
            case "help", "version", "man": "(- *)"
            default: "(\(flag.words.joined(separator: " ")))"
            }
        let help = "[\(escaped(flag.help, "[]:"))]"
        return flag.words.map { word in
            guard let metavar = flag.metavar else { return quoted(others + word + help) }
            // Attached with '=', attached as it is, or the next word.
            let mark = word.hasPrefix("--") ? "=" : "+"
            return quoted(others + word + mark + help + ":\(escaped(metavar, ":")):\(action)")
        }
    }

    private func action(_ completion: Completion, _ choiceFunction: String?) -> String {
        switch completion {
        case .none: choiceFunction ?? " "
        case .file(extensions: []): "_files"
        // Where no file has one of the extensions, this offers all.
        case .file(let extensions): "_files -g \"*.(\(extensions.joined(separator: "|")))(-.)\""
        case .folder: "_directories"
        }
    }

    /// A call over several lines.
    private func arguments(_ function: String, _ words: [String]) -> [String] {
        [function + " \\"] + words.dropLast().map { "    \($0) \\" } + words.suffix(1).map { "    \($0)" }
    }

    private func escaped(_ text: String, _ special: String) -> String {
        text.replacing(Dictionary(uniqueKeysWithValues: (special + "\\").map { ($0, "\\\($0)") }))
    }

    private func quoted(_ text: String) -> String {
        "'" + text.replacing(["'": "'\\''"]) + "'"
    }
}
