/// The words of a command line that are not options.
package struct Operands<Arguments>: Sendable {
    package let page: OperandsPage
    let add: Flag<Arguments>.SetValue
    /// What stands for the operands where there are none.
    let fallback: @Sendable (Arguments) -> String?

    /// - Parameters:
    ///   - maximum: Nil where there may be any number.
    ///   - help: What they are; no full stop at the end.
    ///   - fallback: What stands for them where there are none, if something does: standard input.
    package init(
        _ metavar: String, minimum: Int = 1, maximum: Int? = nil, help: String, choices: [Choice] = [],
        completion: Completion = .none, fallback: @escaping @Sendable (Arguments) -> String? = { _ in nil },
        add: @escaping Flag<Arguments>.SetValue
    ) {
        page = OperandsPage(
            metavar: metavar, minimum: minimum, maximum: maximum, help: help, choices: choices,
            completion: completion)
        self.add = add
        self.fallback = fallback
    }
}

/// What help, the manual and the completions say of the operands.
package struct OperandsPage: Sendable, Equatable {
    package var metavar: String
    package var minimum: Int
    package var maximum: Int?
    package var help: String
    package var choices: [Choice] = []
    package var completion: Completion = .none

    /// `INPUT...`, `[FILE]`: the operands as the usage line shows them.
    var synopsis: String {
        let several = maximum == 1 ? metavar : metavar + "..."
        return minimum == 0 ? "[\(several)]" : several
    }
}
