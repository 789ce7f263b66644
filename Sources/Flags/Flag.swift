/// One option of a command: how it is spelt, what it takes, what it means, and what it does to the arguments.
package struct Flag<Arguments>: Sendable {
    /// Throws a `FlagError`. It is not declared as a typed throw only because closures in a table would then have to
    /// spell it out: Swift 6.3 does not infer it.
    package typealias SetValue = @Sendable (inout Arguments, String) throws -> Void
    package typealias SetSwitch = @Sendable (inout Arguments) -> Void

    enum Action: Sendable {
        case valued(SetValue)
        case switched(SetSwitch)
    }

    package let page: FlagPage
    let action: Action
    /// Why the option has no effect beside the other arguments; nil where it has one.
    private(set) var reasonAgainst: @Sendable (Arguments) -> String? = { _ in nil }

    /// The same option, which is an error where it is given and has no effect beside the other arguments.
    /// - Parameter reason: as in "'--seed' has no effect where nothing is random"; nil where it has an effect.
    package func unless(_ reason: @escaping @Sendable (Arguments) -> String?) -> Flag {
        var flag = self
        let before = reasonAgainst
        flag.reasonAgainst = { before($0) ?? reason($0) }
        return flag
    }

    /// An option that takes a value.
    ///
    /// - Parameters:
    ///   - name: The long name, without its dashes.
    ///   - metavar: The value as help shows it: `FILE`, `K|F|all`.
    ///   - group: The heading under which help lists it.
    ///   - help: What it does; no full stop at the end.
    ///   - default: The value that holds where the option is not given, as help shows it.
    ///   - choices: Values to offer. It is `set` that accepts or refuses.
    ///   - several: Whether the words that follow its value are values of it, too: `set` is called with each.
    ///   - required: Whether a command line without it is an error.
    package init(
        _ name: String, short: Character? = nil, metavar: String, group: String, help: String,
        default: String? = nil, choices: [Choice] = [], completion: Completion = .none,
        repeatable: Bool = false, several: Bool = false, required: Bool = false, set: @escaping SetValue
    ) {
        page = FlagPage(
            name: name, short: short, metavar: metavar, group: group, help: help, defaultValue: `default`,
            choices: choices, completion: completion, isRepeatable: repeatable || several, takesSeveral: several,
            isRequired: required)
        action = .valued(set)
    }

    /// An option that takes no value.
    package init(
        switch name: String, short: Character? = nil, group: String, help: String, set: @escaping SetSwitch
    ) {
        page = FlagPage(name: name, short: short, group: group, help: help)
        action = .switched(set)
    }

    /// An option that takes one case of an enumeration: the choices offered and the values accepted are the same.
    package init<Value: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, short: Character? = nil, oneOf type: Value.Type, metavar: String? = nil, group: String,
        help: String, choiceHelp: [String: String] = [:], default: Value? = nil, repeatable: Bool = false,
        required: Bool = false, set: @escaping @Sendable (inout Arguments, Value) -> Void
    ) {
        let choices = Choice.all(of: type, help: choiceHelp)
        self.init(
            name, short: short, metavar: metavar ?? choices.map(\.name).joined(separator: "|"), group: group,
            help: help, default: `default`?.rawValue, choices: choices, repeatable: repeatable, required: required,
            set: { set(&$0, try $1.choice(of: type)) })
    }
}

/// What help, the manual and the completions say of an option: all of `Flag` but what it does.
package struct FlagPage: Sendable, Equatable {
    package var name: String
    package var short: Character?
    /// Nil for a switch.
    package var metavar: String?
    package var group: String
    package var help: String
    package var defaultValue: String?
    package var choices: [Choice] = []
    package var completion: Completion = .none
    package var isRepeatable = false
    /// Whether words that follow the value are more of them: `--train a.bin b.bin`, as the shell makes it of `*.bin`.
    package var takesSeveral = false
    package var isRequired = false

    /// `--output FILE`: the option as messages name it.
    package var spelling: String {
        metavar.map { "--\(name) \($0)\(takesSeveral ? "..." : "")" } ?? "--\(name)"
    }

    /// `-o`, `--output`: every way to write it.
    var words: [String] {
        (short.map { ["-\($0)"] } ?? []) + ["--\(name)"]
    }
}

/// A value to offer for an option, with what it means.
package struct Choice: Sendable, Equatable, ExpressibleByStringLiteral {
    package var name: String
    package var help: String?

    package init(_ name: String, help: String? = nil) {
        self.name = name
        self.help = help
    }

    package init(stringLiteral name: String) {
        self.init(name)
    }

    /// Every case of an enumeration, in its order; `help` is by name.
    package static func all<Value: RawRepresentable<String> & CaseIterable>(
        of type: Value.Type, help: [String: String] = [:]
    ) -> [Choice] {
        type.allCases.map { Choice($0.rawValue, help: help[$0.rawValue]) }
    }
}

/// What a shell should offer for a value, besides the choices.
package enum Completion: Sendable, Equatable {
    case none
    /// A file; those with one of the extensions (without dots) are preferred. Empty for any file.
    case file(extensions: [String])
    case folder

    package static let file = Completion.file(extensions: [])
}
