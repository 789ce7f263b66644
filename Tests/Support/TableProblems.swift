package import Flags

extension CommandPage {
    /// What is wrong with the page: names, texts and the order of groups.
    package var problems: [String] {
        var problems: [String] = []
        func expect(_ holds: Bool, _ problem: String) {
            if !holds { problems.append("\(fullName): \(problem)") }
        }
        expect(name.isKebab, "the name is not lowercase words joined by '-'")
        expect(summary.isPhrase, "the summary is no phrase")
        expect(description.allSatisfy { $0.last == "." || $0.last == ":" }, "the description is not in whole sentences")
        expect(examples.allSatisfy { $0.line.count <= 78 }, "an example does not fit a line of help")
        expect(examples.allSatisfy(\.meaning.isPhrase), "an example's meaning is no phrase")
        expect(
            examples.allSatisfy { "\($0.line) ".contains("\(fullName) ") }, "an example does not call '\(fullName)'")
        for duplicate in (flags.map(\.name) + flags.compactMap { $0.short.map(String.init) }).duplicates {
            expect(false, "two options are called '\(duplicate)'")
        }
        for heading in groups.map(\.heading).duplicates {
            expect(false, "the options of '\(heading)' are not side by side")
        }
        for flag in flags {
            expect(flag.name.isKebab && flag.name.utf8.count > 1, "--\(flag.name) is not lowercase words joined by '-'")
            expect(flag.short.map { $0.isASCII && $0.isLetter } ?? true, "--\(flag.name): the short name is no letter")
            expect(flag.metavar.map { !$0.isEmpty && !$0.contains(" ") } ?? true, "--\(flag.name): no usable metavar")
            expect(flag.entry.count <= 80, "--\(flag.name): name and metavar do not fit a line of help")
            expect(!flag.group.isEmpty, "--\(flag.name) is in no group")
            expect(flag.help.isPhrase, "--\(flag.name): help is no phrase")
            expect(!(flag.isRequired && flag.defaultValue != nil), "--\(flag.name) is required, but has a default")
            // A default in words, such as "std, but none with --pca", is more than one.
            if let value = flag.defaultValue, !flag.choices.isEmpty, !value.contains(" ") {
                expect(
                    flag.choices.contains { $0.name == value }, "--\(flag.name): the default is not among the choices")
            }
            for problem in flag.choices.problems { expect(false, "--\(flag.name): \(problem)") }
        }
        if let operands {
            expect(!operands.metavar.isEmpty, "the operands have no metavar")
            expect(operands.help.isPhrase, "the operands' help is no phrase")
            expect(
                operands.minimum >= 0 && operands.minimum <= operands.maximum ?? .max, "more operands must than may be")
            for problem in operands.choices.problems { expect(false, "\(operands.metavar): \(problem)") }
        }
        return problems
    }
}

extension Program {
    /// What is wrong with the program's pages taken together, and with each.
    package var problems: [String] {
        pages.flatMap(\.problems)
            + pages.map(\.name).duplicates.map { "two commands are called '\($0)'" }
            + pages.filter { $0.program != name }.map { "'\($0.fullName)' is a command of another program" }
    }
}

extension [Choice] {
    fileprivate var problems: [String] {
        map(\.name).duplicates.map { "two choices are called '\($0)'" }
            + filter { !$0.name.isKebab }.map { "the choice '\($0.name)' is not lowercase words joined by '-'" }
            + filter { $0.help.map { !$0.isPhrase } ?? false }.map {
                "the help of the choice '\($0.name)' is no phrase"
            }
    }
}

extension Sequence<String> {
    fileprivate var duplicates: [String] {
        var seen: Set<String> = []
        return filter { !seen.insert($0).inserted }
    }
}

extension String {
    /// `label-column`: what needs no quoting in any shell.
    fileprivate var isKebab: Bool {
        let isLetterOrDigit = { (c: Character) in c.isASCII && (c.isLowercase || c.isNumber) }
        return !isEmpty
            && split(separator: "-", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part.allSatisfy(isLetterOrDigit)
            }
    }

    /// One line of text that neither begins like a sentence nor ends in a full stop, so that defaults can follow.
    fileprivate var isPhrase: Bool {
        !isEmpty && last != "." && !hasPrefix(" ") && last != " " && !contains(where: \.isNewline)
            && !beginsASentence
    }

    /// A capital before a small letter: "Print", but neither "PCA" nor "N".
    private var beginsASentence: Bool {
        first!.isUppercase && dropFirst().first?.isLowercase ?? false
    }
}
