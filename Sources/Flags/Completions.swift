/// A shell that completions are written for.
package enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish
}

extension Program {
    /// The script that makes the shell complete this program's command lines.
    package func completions(for shell: Shell) -> String {
        switch shell {
        case .bash: bashCompletions
        case .zsh: zshCompletions
        case .fish: fishCompletions
        }
    }
}

extension FlagPage {
    var takesValue: Bool { metavar != nil }
}

/// Lines below each other, each but the first behind `indent` spaces: for a list inside a multi-line literal.
func block(_ lines: [String], indent: Int) -> String {
    lines.joined(separator: "\n" + "".padded(to: indent))
}
