import Testing

@testable import Flags

/// An option that takes several values, as the shell makes them of `*.bin`.
@Suite struct SeveralTests {
    private struct Arguments: Equatable {
        var train: [String] = []
        var splits: [String] = []
        var isQuiet = false
    }

    private static let table = CommandTable<Arguments>(
        "check", summary: "check splits",
        operands: Operands("SPLIT", help: "a split") { $0.splits.append($1) },
        flags: [
            Flag(
                "train", metavar: "FILE", group: "Input", help: "training data", completion: .file, several: true,
                set: { $0.train.append($1) }),
            Flag(switch: "quiet", group: "Input", help: "print errors only", set: { $0.isQuiet = true }),
        ])

    @Test(arguments: [
        // The last word is the operand, where there is no other.
        (["--train", "a", "b", "c"], ["a", "b"], ["c"]),
        (["--train", "a", "c"], ["a"], ["c"]),
        (["--train", "a", "b", "--quiet", "c"], ["a", "b"], ["c"]),
        (["--train", "a", "c", "--quiet"], ["a"], ["c"]),
        (["--quiet", "--train", "a", "-", "c"], ["a", "-"], ["c"]),
        // Otherwise all of them are values.
        (["c", "--train", "a", "b"], ["a", "b"], ["c"]),
        (["--train", "a", "b", "--", "c", "d"], ["a", "b"], ["c", "d"]),
        (["--train", "a", "b", "--quiet", "c", "d"], ["a", "b"], ["c", "d"]),
        (["--train", "a", "--train", "b", "c"], ["a", "b"], ["c"]),
        (["--train", "a", "b", "--train", "d", "e", "c"], ["a", "b", "d", "e"], ["c"]),
        // What is attached stands alone.
        (["--train=a", "c", "d"], ["a"], ["c", "d"]),
    ])
    func wordsThatFollowAreValuesToo(words: [String], train: [String], splits: [String]) throws {
        guard case .run(let found) = try Self.table.parse(words, into: Arguments()) else {
            Issue.record("help was not asked for")
            return
        }
        #expect(found.train == train && found.splits == splits)
    }

    @Test func oneWordIsNoOperand() {
        #expect(throws: UsageError.self) { try Self.table.parse(["--train", "a"], into: Arguments()) }
        #expect(throws: UsageError.self) { try Self.table.parse(["--train", "--quiet", "a"], into: Arguments()) }
    }

    @Test func helpShowsThatThereMayBeSeveral() {
        #expect(Self.table.page.flags[0].spelling == "--train FILE...")
        #expect(Self.table.page.help(width: 80, style: .plain).contains("--train FILE..."))
    }
}
