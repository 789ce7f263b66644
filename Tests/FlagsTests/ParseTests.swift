import TestSupport
import Testing

@testable import Flags

/// What a command line of the sample should come to.
struct ParseCase: CustomTestStringConvertible, Sendable {
    var words: [String]
    var change: @Sendable (inout Sample) -> Void = { _ in }

    var testDescription: String { words.joined(separator: " ").visible }

    init(_ words: String..., change: @escaping @Sendable (inout Sample) -> Void) {
        self.words = words
        self.change = change
    }
}

@Test(arguments: [
    ParseCase("a") { $0.inputs = ["a"] },
    ParseCase("a", "-", "") { $0.inputs = ["a", "-", ""] },
    // Values: the next word, or attached.
    ParseCase("--pca", "144", "a") { ($0.pca, $0.inputs) = ("144", ["a"]) },
    ParseCase("--pca=144", "a") { ($0.pca, $0.inputs) = ("144", ["a"]) },
    ParseCase("--pca=", "a") { ($0.pca, $0.inputs) = ("", ["a"]) },
    ParseCase("--pca", "", "a") { ($0.pca, $0.inputs) = ("", ["a"]) },
    ParseCase("--pca=a=b", "a") { ($0.pca, $0.inputs) = ("a=b", ["a"]) },
    ParseCase("--pca=\u{301}=x", "a") { ($0.pca, $0.inputs) = ("\u{301}=x", ["a"]) },
    ParseCase("-o\u{301}", "a") { ($0.output, $0.inputs) = ("\u{301}", ["a"]) },
    ParseCase("-o", "x", "a") { ($0.output, $0.inputs) = ("x", ["a"]) },
    ParseCase("-ox", "a") { ($0.output, $0.inputs) = ("x", ["a"]) },
    ParseCase("-o=x", "a") { ($0.output, $0.inputs) = ("x", ["a"]) },
    ParseCase("-o==x", "a") { ($0.output, $0.inputs) = ("=x", ["a"]) },
    ParseCase("-o", "utput", "a") { ($0.output, $0.inputs) = ("utput", ["a"]) },
    // Values that begin with '-'.
    ParseCase("-o", "-", "a") { ($0.output, $0.inputs) = ("-", ["a"]) },
    ParseCase("-o-", "a") { ($0.output, $0.inputs) = ("-", ["a"]) },
    ParseCase("--output=--help", "a") { ($0.output, $0.inputs) = ("--help", ["a"]) },
    ParseCase("--output=-x", "a") { ($0.output, $0.inputs) = ("-x", ["a"]) },
    ParseCase("--range", "-1,1", "a") { ($0.range, $0.inputs) = ([-1, 1], ["a"]) },
    ParseCase("--range", "-.5,-1e-3", "a") { ($0.range, $0.inputs) = ([-0.5, -0.001], ["a"]) },
    ParseCase("--pca", "-0.5", "a") { ($0.pca, $0.inputs) = ("-0.5", ["a"]) },
    // Switches, repetition, order, the end of the options.
    ParseCase("--quiet", "a") { ($0.isQuiet, $0.inputs) = (true, ["a"]) },
    ParseCase("a", "--quiet", "b") { ($0.isQuiet, $0.inputs) = (true, ["a", "b"]) },
    ParseCase("--label-column", "x", "a", "--label-column=y") { ($0.labels, $0.inputs) = (["x", "y"], ["a"]) },
    ParseCase("--", "--quiet", "-h", "--", "-o") { $0.inputs = ["--quiet", "-h", "--", "-o"] },
    ParseCase("a", "--", "--help") { $0.inputs = ["a", "--help"] },
    ParseCase("--center", "none", "a") { ($0.center, $0.inputs) = (.none, ["a"]) },
    ParseCase("--epsilon", "1E-3", "é 日") { ($0.epsilon, $0.inputs) = (1e-3, ["é 日"]) },
])
func parses(_ example: ParseCase) throws {
    var expected = Sample()
    example.change(&expected)
    #expect(try Sample.table.parse(example.words, into: Sample()) == .run(expected))
}

@Test(arguments: [
    ["-h"], ["--help"], ["a", "-h"], ["--nonsense", "--help"], ["--pca", "-h"], ["-o", "--help", "--"],
    ["--quiet", "--quiet", "a", "--epsilon=x", "-h"],
])
func helpWins(_ words: [String]) throws {
    #expect(try Sample.table.parse(words, into: Sample()) == .help)
    #expect(try Shown.table.parse(words, into: Shown()) == .help)
}

@Test(
    arguments: [
        // Unknown options, and what they may have meant.
        (["--x", "a"], "unknown option '--x'"),
        (["--whiten=pca", "a"], "unknown option '--whiten'"),
        (["--epsilonn=1", "a"], "unknown option '--epsilonn'; did you mean '--epsilon'?"),
        (["--PCA", "a"], "unknown option '--PCA'; did you mean '--pca'?"),
        (["--cetner", "none"], "unknown option '--cetner'; did you mean '--center'?"),
        (["--label_column=x"], "unknown option '--label_column'; did you mean '--label-column'?"),
        (["--lab", "x"], "unknown option '--lab'; did you mean '--label-column'?"),
        (["--=x"], "unknown option '--'"),
        (["-x", "a"], "unknown option '-x'"),
        (["-1", "a"], "unknown option '-1'"),
        (["-pca", "2"], "unknown option '-pca'; did you mean '--pca'?"),
        (["-output", "x"], "unknown option '-output'; did you mean '--output'?"),
        (["-output=x"], "unknown option '-output'; did you mean '--output'?"),
        (["-quite"], "unknown option '-quite'; did you mean '--quiet'?"),
        (["-é"], "unknown option '-é'"),
        (["--a\u{1B}[31m\nb"], #"unknown option '--a\u{1B}[31m\nb'"#),
        (["--\u{FFFD}\u{202E}"], #"unknown option '--\u{FFFD}\u{202E}'"#),
        // Values that are missing or too many.
        (["--pca"], "missing value for '--pca K|F|all'"),
        (["a", "-o"], "missing value for '--output FILE'"),
        (["--pca", "--quiet", "a"], "missing value for '--pca K|F|all'"),
        (["--pca", "--center=none", "a"], "missing value for '--pca K|F|all'"),
        (["--pca", "--", "a"], "missing value for '--pca K|F|all'"),
        (
            ["-o", "-x.json", "a"],
            "missing value for '--output FILE'; a value that begins with '-' is written '--output=-x.json'"
        ),
        (["--quiet=yes"], "'--quiet' takes no value, but was given 'yes'"),
        (["--quiet="], "'--quiet' takes no value, but was given ''"),
        (["--help=me"], "'--help' takes no value, but was given 'me'"),
        (["-hme"], "'-h' takes no value, but was given 'me'"),
        // Values that are wrong.
        (
            ["--epsilon=x", "a"],
            "the value 'x' is invalid for '--epsilon NUMBER': expected a finite number of at least 0"
        ),
        (
            ["--epsilon=", "a"],
            "the value '' is invalid for '--epsilon NUMBER': expected a finite number of at least 0"
        ),
        (
            ["--epsilon", "-1", "a"],
            "the value '-1' is invalid for '--epsilon NUMBER': expected a finite number of at least 0"
        ),
        (["--threads=0"], "the value '0' is invalid for '--threads N': expected a whole number from 1 to 1024"),
        (["--output="], "the value '' is invalid for '--output FILE': expected a file name"),
        (["--center", "channle"], "--center takes none, global, channel or feature; did you mean 'channel'?"),
        (["--center", "std"], "--center takes none, global, channel or feature, not 'std'"),
        (["--center="], "--center takes none, global, channel or feature, not ''"),
        // Repetition and operands.
        (["--quiet", "--quiet", "a"], "'--quiet' is given more than once"),
        (["-ox", "--output", "y", "a"], "'--output' is given more than once"),
        ([], "missing INPUT"),
        (["--quiet"], "missing INPUT"),
    ] as [([String], String)])
func refuses(_ words: [String], _ message: String) {
    let error = #expect(throws: UsageError.self) { try Sample.table.parse(words, into: Sample()) }
    #expect(error?.description == message)
    #expect(error?.hint == "see 'nnprep fit --help'")
}

@Test(arguments: [
    ([], "missing option '--stats FILE'"),
    (["bash"], "missing option '--stats FILE'"),
    (["--stats=s"], "missing SHELL"),
    (["--stats=s", "bash", "b", "c"], "unexpected 'b'; 'nnprep show' takes one SHELL"),
    (["--stats=s", "tcsh"], "SHELL takes bash, zsh or fish, not 'tcsh'"),
    (["--stats=s", "fsh"], "SHELL takes bash, zsh or fish; did you mean 'fish'?"),
])
func refusesRequirements(_ words: [String], _ message: String) {
    let error = #expect(throws: UsageError.self) { try Shown.table.parse(words, into: Shown()) }
    #expect(error?.description == message)
    #expect(error?.hint == "see 'nnprep show --help'")
}

@Test func otherErrorsBecomeReasons() {
    struct TooOdd: Error, CustomStringConvertible { let description = "it is odd" }
    let table = CommandTable<Int>(
        "even", summary: "take even numbers", operands: nil,
        flags: [Flag("number", metavar: "N", group: "All", help: "a number", set: { _, _ in throw TooOdd() })])
    let error = #expect(throws: UsageError.self) { try table.parse(["--number=1"], into: 0) }
    #expect(error?.description == "the value '1' is invalid for '--number N': it is odd")
    let extra = #expect(throws: UsageError.self) { try table.parse(["x"], into: 0) }
    #expect(extra?.description == "unexpected 'x'; 'nnprep even' takes options only")
    #expect(table.page.misuse("a\u{7}b").description == #"a\u{7}b"#)
}

@Test func programRequests() throws {
    #expect(try sampleProgram.parse(["-h"]) == .help)
    #expect(try sampleProgram.parse(["--version", "x"]) == .version)
    #expect(try sampleProgram.parse(["--man"]) == .manual)
    #expect(try sampleProgram.parse([]) == .help)
    #expect(try sampleProgram.parse(["fit", "--help"]) == .command("fit", ["--help"]))
    #expect(sampleProgram.suggestion(for: "sohw") == "show")
}

@Test(arguments: [
    (["fti", "a"], "unknown command 'fti'; did you mean 'fit'?"),
    (["train.bin"], "unknown command 'train.bin'"),
    (["-"], "unknown command '-'"),
    ([""], "unknown command ''"),
    (["--verison"], "unknown option '--verison'; did you mean '--version'?"),
    (["-V"], "unknown option '-V'"),
])
func programRefuses(_ words: [String], _ message: String) {
    let error = #expect(throws: UsageError.self) { try sampleProgram.parse(words) }
    #expect(error?.description == message)
    #expect(error?.hint == "see 'nnprep --help'")
}

/// No words, however odd, may crash the parser or reach a terminal as control characters.
@Test func anyWordsAreAnswered() {
    let pieces = [
        "-", "--", "=", "o", "h", "pca", "center", "none", "\u{0}", "é", "-1", ",", "e", "quiet", " ", "👩‍🔬", ".",
    ]
    var generator = SeededRandom(2025)
    for _ in 0..<3000 {
        let words = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            (0..<Int.random(in: 0...4, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
                .joined()
        }
        do {
            _ = try Sample.table.parse(words, into: Sample())
        } catch {
            #expect(!error.description.contains("\u{0}"), "\(words)")
        }
    }
}

@Test("an option that has no effect beside the others is an error where it is given, in whatever order")
func optionsWithoutEffect() throws {
    let quiet = Flag<Sample>(switch: "quiet", group: "Common", help: "print errors only", set: { $0.isQuiet = true })
    let folder = Flag<Sample>(
        "folder", metavar: "DIR", group: "Common", help: "where to write", set: { $0.folder = $1 })
    let table = CommandTable<Sample>(
        "fit", summary: "learn", flags: [quiet, folder.unless { $0.isQuiet ? "is not for --quiet" : nil }])
    for words in [["--quiet", "--folder", "x"], ["--folder", "x", "--quiet"]] {
        let error = #expect(throws: UsageError.self) { try table.parse(words, into: Sample()) }
        #expect(error?.description == "'--folder' is not for --quiet")
    }
    for words in [["--quiet"], ["--folder", "x"], []] {
        #expect(throws: Never.self) { try table.parse(words, into: Sample()) }
    }
}
