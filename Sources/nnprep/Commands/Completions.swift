import Flags
import Workflows

/// `nnprep completions`: the script that makes a shell complete command lines.
enum Completions {
    struct Arguments: HasCommonOptions, Sendable {
        var common = CommonOptions()
        var shell = Shell.bash
    }

    static let table = CommandTable<Arguments>(
        "completions",
        summary: "print the completions of bash, zsh or fish",
        description: ["Where they belong differs between systems; 'make install' puts them below its PREFIX."],
        operands: Operands("SHELL", maximum: 1, help: "the shell", choices: Choice.all(of: Shell.self)) {
            $0.shell = try $1.choice(of: Shell.self)
        },
        flags: Flag.common,
        examples: [
            Example("source <(nnprep completions bash)", "complete in this shell, from now on"),
            Example(
                "nnprep completions fish > ~/.config/fish/completions/nnprep.fish", "complete in every fish to come"),
        ])

    static func run(_ arguments: Arguments, in run: Run) throws {
        try printOut(Program.nnprep.completions(for: arguments.shell))
    }
}
