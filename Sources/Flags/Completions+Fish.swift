extension Program {
    /// For fish 3 and later.
    var fishCompletions: String {
        var lines: [String] = []
        for page in pages {
            lines.append(complete("__\(name)_at_start", ["-a", page.name, "-d", quoted(page.summary)]))
        }
        for flag in flags { lines.append(complete("__\(name)_at_start", option(flag))) }
        for page in pages {
            lines.append("")
            let isHere = "__\(name)_after \(page.name)"
            for flag in page.flags { lines.append(complete(isHere, option(flag))) }
            if let operands = page.operands {
                let offer = offer(operands.choices, operands.completion)
                if !offer.isEmpty { lines.append(complete(isHere, offer)) }
            }
        }
        return """
            # fish completion for \(name) \(version)

            function __\(name)_at_start
                test (count (commandline -opc)) -eq 1
            end

            function __\(name)_after
                set -l words (commandline -opc)
                test (count $words) -ge 2 && test $words[2] = $argv[1]
            end

            # What is typed of a value, without the option it is attached to.
            function __\(name)_typed
                commandline -ct | string replace -r -- '^(--[a-z0-9-]+=|-[a-zA-Z])' ''
            end

            # Files and folders, those that have one of the extensions first. The tab: no description.
            function __\(name)_files
                set -l files (complete -C "__\(name)_no_such_command "(__\(name)_typed))
                set -l preferred
                for extension in $argv
                    set -a preferred (string match -- "*.$extension" $files)
                end
                printf '%s\\t\\n' $preferred (string match -- '*/' $files) $files
            end

            # Files are offered only where an option or a command takes them.
            complete -c \(name) -f
            \(lines.joined(separator: "\n"))

            """
    }

    private func complete(_ condition: String, _ words: [String]) -> String {
        "complete -c \(name) -n \(quoted(condition)) " + words.joined(separator: " ")
    }

    private func option(_ flag: FlagPage) -> [String] {
        var words = flag.short.map { ["-s", "\($0)"] } ?? []
        words += ["-l", flag.name]
        if flag.takesValue {
            let offer = offer(flag.choices, flag.completion)
            words += (offer == ["-F"] ? ["-r"] : ["-x"]) + offer
        }
        return words + ["-d", quoted(flag.help)]
    }

    private func offer(_ choices: [Choice], _ completion: Completion) -> [String] {
        switch completion {
        case .none where choices.isEmpty: []
        case .none:
            // The list is itself fish code, hence quoted twice.
            [
                "-k", "-a",
                quoted(
                    choices.map { choice in
                        choice.name + (choice.help.map { "\\t" + quoted($0) } ?? "")
                    }.joined(separator: " ")),
            ]
        case .file(extensions: []): ["-F"]
        case .file(let extensions):
            ["-k", "-a", quoted("(__\(name)_files \(extensions.joined(separator: " ")))")]
        case .folder: ["-a", quoted("(__fish_complete_directories (__\(name)_typed))")]
        }
    }

    private func quoted(_ text: String) -> String {
        "'" + text.replacing(["\\": "\\\\", "'": "\\'"]) + "'"
    }
}
