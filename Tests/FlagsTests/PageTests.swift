import Foundation
import TestSupport
import Testing

@testable import Flags

@Test func commandHelp() {
    #expect(
        Sample.table.page.help() == """
            Usage: nnprep fit [OPTIONS] INPUT...

            Learn statistics from the training split.

            Reads each INPUT once. The statistics are those of all of them together,
            whatever their order; a back\\slash and a 'quote' are kept.

            Operands:
              INPUT...                 data, or '-' for standard input

            Recipe:
                  --center none|global|channel|feature
                                       subtract a mean [default: feature]
                                       none     nothing
                                       global   one for all values
                                       channel  one per channel
                                       feature  one per feature
                  --pca K|F|all        keep K components, or the fewest that explain the
                                       fraction F of the variance
                  --epsilon NUMBER     add this to each variance before dividing; larger
                                       values smooth [default: 1e-5]
                  --range LO,HI        map to this range [default: -1,1]

            Input:
                  --label-column NAME  pass this column through (may be repeated)

            Output:
              -o, --output FILE        write the statistics to FILE [default: stats.json]
                  --folder DIR         write pictures: [a-z] "quoted", 50% `off`, $HOME: 'x'

            Common:
                  --threads N          use N threads [default: all cores]
                  --quiet              print errors only
              -h, --help               print this help

            Examples:
              # learn the mean and the deviation of each feature
              nnprep fit train.bin

              # keep 144 components, and write to standard output
              nnprep fit --pca 144 train.bin -o -

            """)
}

@Test func requiredOptionsAreInTheUsage() {
    #expect(Shown.table.page.synopsis == "nnprep show --stats FILE [OPTIONS] SHELL")
    #expect(Shown.table.page.help().contains("a shell\n                    [choices: bash, zsh, fish]\n"))
}

@Test func programHelp() {
    #expect(
        sampleProgram.help() == """
            Usage: nnprep COMMAND [OPTIONS] [OPERANDS]

            A sample.

            Learns from the training split only.

            Commands:
              fit   learn statistics from the training split
              show  show something

            Options:
              -h, --help     print this help
                  --version  print the version
                  --man      print the manual page

            Examples:
              # learn statistics
              nnprep fit train.bin

            'nnprep COMMAND --help' describes a command and its options.

            """)
}

@Test func headingsMayBeBold() {
    let bold = Sample.table.page.help(style: .bold)
    #expect(bold.contains("\u{1B}[1mRecipe:\u{1B}[0m\n"))
    let plain = bold.replacingOccurrences(of: "\u{1B}[1m", with: "").replacingOccurrences(of: "\u{1B}[0m", with: "")
    #expect(plain == Sample.table.page.help())
}

@Test(arguments: [0, 60, 67, 80, 93, 100, 1000])
func helpFits(_ width: Int) {
    let limit = min(max(width, 60), 100)
    for text in [sampleProgram.help(width: width)] + sampleProgram.pages.map({ $0.help(width: width) }) {
        for line in text.split(separator: "\n") {
            #expect(line.count <= limit, "\(line)")
            #expect(line.last != " ")
        }
    }
}

/// Options, choices and commands that are in the table are in everything rendered from it.
@Test func renderingsAgree() {
    let scripts = Shell.allCases.map { sampleProgram.completions(for: $0) }
    for page in sampleProgram.pages {
        for flag in page.flags {
            let long = "--\(flag.name)"
            #expect(page.help().contains(long))
            #expect(sampleProgram.manPage.contains(long.replacingOccurrences(of: "-", with: "\\-")))
            #expect(scripts[0].contains(long))
            #expect(scripts[1].contains(long))
            #expect(scripts[2].contains("-l \(flag.name) "))
            for choice in flag.choices {
                for text in [page.help(), sampleProgram.manPage] + scripts { #expect(text.contains(choice.name)) }
            }
        }
        // Bash shows names only.
        for text in [sampleProgram.help(), sampleProgram.manPage] + scripts.dropFirst() {
            #expect(text.contains(page.summary.dropFirst()))
        }
    }
}

@Test func manualEscapes() {
    let lines = sampleProgram.manPage.split(separator: "\n")
    let macros = ["TH", "SH", "SS", "PP", "TP", "B", "I", "br", "RS", "RE", "EX", "EE"]
    for line in lines {
        #expect(line.count <= 80 || line.hasPrefix("\\fB"))
        #expect(line.first != "'")
        #expect(line.first != "." || macros.contains(String(line.dropFirst().prefix { $0 != " " })), "\(line)")
    }
    let odd = Program(
        version: "1", date: "2025-01-31", summary: "s", description: [".B dots 'quotes' a\\b x² – ~^`"], pages: [])
    #expect(odd.manPage.contains("\n\\&.B dots \\(aqquotes\\(aq a\\eb x\\[u00B2] \\[u2013] \\(ti\\(ha\\(ga\n"))
}

/// What a tool says of a script or the manual page, where it is installed: nothing.
@Suite struct ToolTests {
    private func expectSilence(_ tool: String, _ arguments: String..., of text: String) throws {
        #expect(try run("/usr/bin/env", [tool] + arguments, script: text) == "")
    }

    @Test(.enabled("there is no bash") { succeeds("command -v bash") })
    func bashAccepts() throws { try expectSilence("bash", "-n", of: sampleProgram.completions(for: .bash)) }

    @Test(.enabled("there is no zsh") { succeeds("command -v zsh") })
    func zshAccepts() throws { try expectSilence("zsh", "-n", of: sampleProgram.completions(for: .zsh)) }

    @Test(.enabled("there is no fish") { succeeds("command -v fish") })
    func fishAccepts() throws { try expectSilence("fish", "-n", of: sampleProgram.completions(for: .fish)) }

    @Test(.enabled("there is no mandoc") { succeeds("command -v mandoc") })
    func mandocAccepts() throws { try expectSilence("mandoc", "-Tlint", "-Wwarning", of: sampleProgram.manPage) }

    @Test(.enabled("there is no groff") { succeeds("command -v groff") })
    func groffAccepts() throws { try expectSilence("groff", "-man", "-Tutf8", "-ww", "-z", of: sampleProgram.manPage) }
}

/// What bash offers for the last of the words.
@Test(arguments: [
    (["nnprep", ""], ["fit", "show"]),
    (["nnprep", "-"], ["--help", "--version", "--man"]),
    (["nnprep", "fit", "--o"], ["--output"]),
    (["nnprep", "fit", "--center", ""], ["none", "global", "channel", "feature"]),
    (["nnprep", "fit", "--center", "=", "c"], ["channel"]),
    (["nnprep", "fit", "--center", "="], ["none", "global", "channel", "feature"]),
    (["nnprep", "fit", "--center=g"], ["--center=global"]),
    (["nnprep", "fit", "-o", ""], ["sub", "s.json"]),
    (["nnprep", "fit", "-os"], ["-osub", "-os.json"]),
    (["nnprep", "fit", "--output=s.j"], ["--output=s.json"]),
    (["nnprep", "fit", "--folder", ""], ["sub"]),
    (["nnprep", "fit", "--quiet", "a"], ["a b.bin"]),
    (["nnprep", "fit", "no"], ["notes.txt"]),
    (["nnprep", "fit", "--", "--"], []),
    (["nnprep", "fit", "--epsilon", ""], []),
    (["nnprep", "show", "z"], ["zsh"]),
    (["nnprep", "bogus", ""], []),
])
func bashCompletes(_ words: [String], _ expected: [String]) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(
        at: folder.appending(path: "sub"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["a b.bin", "s.json", "notes.txt"] { try Data().write(to: folder.appending(path: name)) }
    let list = words.map { "'\($0)'" }.joined(separator: " ")
    let script =
        sampleProgram.completions(for: .bash) + """
            cd '\(folder.path)'; COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1); _nnprep
            ((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"
            """
    let offered = try run("/bin/bash", ["--norc"], script: script).split(separator: "\n").map(String.init)
    #expect(offered.sorted() == expected.sorted())
}

/// The same for fish, where it is installed.
@Test(
    .enabled("there is no fish") { succeeds("command -v fish") },
    arguments: [
        ("nnprep ", "fit\tlearn statistics from the training split\nshow\tshow something\n"),
        ("nnprep --v", "--version\tprint the version\n"),
        ("nnprep fit --ou", "--output\twrite the statistics to FILE\n"),
        ("nnprep fit --center ch", "channel\tone per channel\n"),
        ("nnprep fit --center=g", "--center=global\tone for all values\n"),
        ("nnprep fit --epsilon ", ""),
        ("nnprep show ", "bash\nzsh\nfish\n"),
    ])
func fishCompletes(_ line: String, _ expected: String) throws {
    let script = sampleProgram.completions(for: .fish) + "complete -C '\(line)'\n"
    #expect(try run("/usr/bin/env", ["fish", "--no-config"], script: script) == expected)
}

/// What a tool prints, errors included, when it is given a file of this text.
private func run(_ tool: String, _ arguments: [String], script: String) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data(script.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: tool)
    process.arguments = arguments + [file.path]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
}

@Test func sampleTablesAreSound() {
    #expect(Shown.table.page.problems == [])
    #expect(sampleProgram.problems == [])
}

/// A way to spoil a page, and a part of what is said about it.
struct Flaw: CustomTestStringConvertible, Sendable {
    var part: String
    var spoil: @Sendable (inout CommandPage) -> Void

    var testDescription: String { part }

    init(_ part: String, _ spoil: @escaping @Sendable (inout CommandPage) -> Void) {
        self.part = part
        self.spoil = spoil
    }
}

@Test(arguments: [
    Flaw("the summary") { $0.summary = "ends." },
    Flaw("the name") { $0.name = "Fit" },
    Flaw("two options") { $0.flags[1].name = "center" },
    Flaw("two options") { $0.flags[0].short = "o" },
    Flaw("no letter") { $0.flags[0].short = "1" },
    Flaw("is not lowercase") { $0.flags[0].name = "Center" },
    Flaw("no usable metavar") { $0.flags[0].metavar = "" },
    Flaw("is in no group") { $0.flags[0].group = "" },
    Flaw("not side by side") { $0.flags[0].group = "Common" },
    Flaw("help is no phrase") { $0.flags[0].help = "stops." },
    Flaw("help is no phrase") { $0.flags[0].help = "Begins" },
    Flaw("not among") { $0.flags[0].defaultValue = "std" },
    Flaw("two choices") { $0.flags[0].choices[0].name = "global" },
    Flaw("required") { $0.flags[0].isRequired = true },
    Flaw("whole sentences") { $0.description = ["no stop"] },
    Flaw("does not call") { $0.examples = [Example("ls", "list")] },
])
func unsoundTablesAreFound(_ flaw: Flaw) {
    var page = Sample.table.page
    flaw.spoil(&page)
    #expect(page.problems.contains { $0.contains(flaw.part) }, "\(page.problems)")
}
