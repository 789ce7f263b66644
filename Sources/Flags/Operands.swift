/// The words of a command line that are not options.
package struct Operands<Arguments>: Sendable {
    package let page: OperandsPage
    let add: Flag<Arguments>.SetValue

    /// - Parameters:
    ///   - maximum: Nil where there may be any number.
    ///   - help: What they are; no full stop at the end.
    package init(
        _ metavar: String, minimum: Int = 1, maximum: Int? = nil, help: String, choices: [Choice] = [],
        completion: Completion = .none,
        add: @escaping Flag<Arguments>.SetValue
    ) {
        page = OperandsPage(
            metavar: metavar, minimum: minimum, maximum: maximum, help: help, choices: choices,
            completion: completion)
        self.add = add
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
