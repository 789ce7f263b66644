import Flags
import Foundation
import TestSupport
import Testing

@testable import nnprep

/// The tables of the real commands, and what is rendered from them.
@Suite struct TableTests {
    private let program = Program.nnprep

    @Test func tablesAreSound() {
        #expect(program.problems == [])
    }

    /// The parser takes what help offers, and goes on to what it does not know.
    @Test func everyChoiceIsTaken() {
        for command in Command.all {
            for flag in command.page.flags {
                for choice in flag.choices {
                    let words = ["--\(flag.name)", choice.name, "--no-such-option"]
                    #expect(refusal(of: command, words).contains("'--no-such-option'"), "\(command.page.name) \(words)")
                }
            }
        }
    }

    /// What the parser says of words that cannot be obeyed.
    private func refusal(of command: Command, _ words: [String]) -> String {
        do { _ = try command.run(words) } catch { return (error as? UsageError)?.description ?? "\(error)" }
        return ""
    }

    /// Every option is known to the parser under its name, and takes a value where help says so.
    @Test func parserKnowsWhatHelpShows() {
        for command in Command.all {
            for flag in command.page.flags where flag.name != "help" {
                // Neither line can be run: a value is missing, or one too many.
                let (words, complaint) =
                    flag.metavar == nil
                    ? (["--\(flag.name)=x"], "'--\(flag.name)' takes no value, but was given 'x'")
                    : (["--\(flag.name)"], "missing value for '\(flag.spelling)'")
                #expect(refusal(of: command, words) == complaint)
            }
        }
    }

    /// Help, the manual and the completions have the same options for each command, and no others.
    @Test(arguments: Command.all.map(\.page.name))
    func renderingsAgree(name: String) throws {
        let page = try #require(program.pages.first { $0.name == name })
        let options = Set(page.flags.map { "--\($0.name)" })

        #expect(Set(matches("^  (?:-., |    )(--[a-z0-9-]+)", in: page.help())) == options)

        let section = try #require(
            program.manPage.components(separatedBy: "\n.SS ").first { $0.hasPrefix("\"nnprep \(name)\"\n") }
        )
        .components(separatedBy: "\n.SH ")[0].replacingOccurrences(of: "\\-", with: "-")
        // What every command has is said once, above the commands.
        #expect(
            Set(matches("\\n\\.TP\\n(?:.*, )?\\\\fB(--[a-z0-9-]+)\\\\fR", in: section))
                == options.subtracting(["--help"]))

        let bash = try #require(
            program.completions(for: .bash).split(separator: "\n").first {
                $0.hasPrefix("            \(name)) _nnprep_words '--")
            })
        #expect(Set(matches("(--[a-z0-9-]+)", in: String(bash))) == options)

        let zsh = try #require(
            program.completions(for: .zsh).components(separatedBy: "\n        \(name))\n").last?
                .components(separatedBy: "\n            ;;")[0])
        #expect(Set(matches("\\n *'[^']*?(--[a-z0-9-]+)=?\\[", in: zsh)) == options)

        let fish = program.completions(for: .fish).split(separator: "\n")
            .filter { $0.contains("'__nnprep_after \(name)'") }
        #expect(Set(fish.compactMap { matches(" -l ([a-z0-9-]+)", in: String($0)).first.map { "--\($0)" } }) == options)
    }

    /// What the first group of the pattern matches, at every place.
    private func matches(_ pattern: String, in text: String) -> [String] {
        let expression = try! NSRegularExpression(pattern: pattern, options: .anchorsMatchLines)
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text))
            .compactMap { Range($0.range(at: 1), in: text).map { String(text[$0]) } }
    }

    /// Where the tools are installed, they have nothing to say.
    @Test(arguments: [
        ("completions bash", "bash -n"), ("completions zsh", "zsh -n"), ("completions fish", "fish -n"),
        ("--man", "mandoc -Tlint -Wwarning"),
    ])
    func toolsAccept(_ printing: String, _ tool: String) throws {
        let outcome = try Folder().shell(
            "command -v \(tool.split(separator: " ")[0]) >/dev/null || exit 0; nnprep \(printing) > text && \(tool) text"
        )
        #expect(outcome.status == 0 && outcome.text == "" && outcome.errors == "", "\(outcome)")
    }
}
