extension Program {
    /// For bash 3.2 and later, with nothing else installed.
    var bashCompletions: String {
        let values = pages.flatMap { page in
            page.flags.filter(\.takesValue).map { flag in
                let patterns = flag.words.map { bashQuoted("\(page.name) \($0)") }.joined(separator: " | ")
                return "\(patterns)) \(bashOffer(flag.choices, flag.completion)); return ;;"
            }
        }
        let options = pages.map { page in
            "\(page.name)) _\(name)_words \(bashQuoted(longOptions(page.flags))) ;;"
        }
        let operands = pages.compactMap { page in
            page.operands.map { "\(page.name)) \(bashOffer($0.choices, $0.completion)) ;;" }
        }
        return """
            # bash completion for \(name) \(version)

            # In all of these, $current is what is typed of the value, and $attached what stands before it in its word.

            # Offers those of the words in $1 that begin with what is typed.
            _\(name)_words() {
                local word
                for word in $1; do
                    [[ $word == "$current"* ]] && COMPREPLY+=("$attached$word")
                done
            }

            # Offers folders, and the files that have one of the extensions; all files if there are none.
            _\(name)_files() {
                local word extension
                local -a preferred others
                while IFS= read -r word; do
                    if [[ -d ${word/#\\~\\//$HOME/} ]]; then
                        COMPREPLY+=("$attached$word")
                        continue
                    fi
                    others+=("$attached$word")
                    for extension in "$@"; do
                        [[ $word == *."$extension" ]] && preferred+=("$attached$word")
                    done
                done < <(compgen -f -- "$current")
                if [[ ${#preferred[@]} -gt 0 ]]; then
                    COMPREPLY+=("${preferred[@]}")
                elif [[ ${#others[@]} -gt 0 ]]; then
                    COMPREPLY+=("${others[@]}")
                fi
                compopt -o filenames -o default 2>/dev/null
            }

            _\(name)_folders() {
                local word
                while IFS= read -r word; do
                    COMPREPLY+=("$attached$word")
                done < <(compgen -d -- "$current")
                compopt -o filenames 2>/dev/null
            }

            _\(name)() {
                local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} option='' attached='' equals='' i
                COMPREPLY=()
                if [[ $COMP_CWORD -le 1 ]]; then
                    if [[ $current == -* ]]; then
                        _\(name)_words \(bashQuoted(longOptions(flags)))
                    else
                        _\(name)_words \(bashQuoted(pages.map(\.name).joined(separator: " ")))
                    fi
                    return
                fi

                # The option whose value is typed. Bash makes '=' a word of its own, unless it is told not to.
                local before=${COMP_WORDS[COMP_CWORD - 1]}
                if [[ $current == '=' && $before == --* ]]; then
                    option=$before current='' equals=yes
                elif [[ $before == '=' && ${COMP_WORDS[COMP_CWORD - 2]} == --* ]]; then
                    option=${COMP_WORDS[COMP_CWORD - 2]} equals=yes
                elif [[ $current == --*=* ]]; then
                    option=${current%%=*} equals=yes
                    attached=$option= current=${current#*=}
                elif [[ $current == -[a-zA-Z]?* ]]; then
                    option=${current:0:2} attached=${current:0:2} current=${current:2} equals=yes
                elif [[ $before == -* ]]; then
                    option=$before
                fi
                for ((i = 2; i < COMP_CWORD; i++)); do
                    [[ ${COMP_WORDS[i]} == -- ]] && option=--
                done

                case "$command $option" in
                    \(block(values, indent: 8))
                esac
                [[ -n $equals ]] && return
                if [[ $current == -* && $option != -- ]]; then
                    case $command in
                        \(block(options, indent: 12))
                    esac
                    return
                fi
                case $command in
                    \(block(operands, indent: 8))
                esac
            }

            complete -F _\(name) \(name)

            """
    }

    /// The command that offers what a value can be.
    private func bashOffer(_ choices: [Choice], _ completion: Completion) -> String {
        switch completion {
        case .none where choices.isEmpty: ":"
        case .none: "_\(name)_words \(bashQuoted(choices.map(\.name).joined(separator: " ")))"
        case .file(let extensions): (["_\(name)_files"] + extensions.map(bashQuoted)).joined(separator: " ")
        case .folder: "_\(name)_folders"
        }
    }

    private func longOptions(_ flags: [FlagPage]) -> String {
        flags.map { "--\($0.name)" }.joined(separator: " ")
    }
}

private func bashQuoted(_ text: String) -> String {
    "'" + text.replacing(["'": "'\\''"]) + "'"
}
