package import Words

/// What is wrong with a value, said by the option that refuses it. The parser adds the option's name and the value.
package enum FlagError: Error, Equatable {
    /// Why: "expected a whole number of at least 1".
    case invalid(String)
    case notAChoice(of: [String])

    package init(_ reason: String) {
        self = .invalid(reason)
    }
}

/// A command line that cannot be obeyed.
package struct UsageError: ExplainedError, Equatable, CustomStringConvertible {
    package enum Problem: Equatable, Sendable {
        case unknownCommand(String, suggestion: String?)
        case unknownOption(String, suggestion: String?)
        /// `next` is the word that follows, where it could have been meant as the value but for its '-'.
        case missingValue(option: String, next: String?)
        case unexpectedValue(String, option: String)
        case invalidValue(String, option: String, reason: String)
        case notAChoice(String, option: String, choices: [String], suggestion: String?)
        case repeatedOption(String)
        case missingOption(String)
        case misplacedOption(String, reason: String)
        case missingOperands(String, minimum: Int, given: Int)
        case unexpectedOperand(String, metavar: String, maximum: Int)
        /// Whatever a command finds by itself.
        case misuse(String)
    }

    /// `nnprep fit`, or `nnprep` where the command itself is in question.
    package let command: String
    package let problem: Problem

    package init(command: String, problem: Problem) {
        self.command = command
        self.problem = problem
    }

    package var kind: ErrorKind { .usage }

    package var hint: String? { "see '\(command) --help'" }

    package var description: String {
        switch problem {
        case .unknownCommand(let word, let suggestion):
            "unknown command '\(word.visible)'" + didYouMean(suggestion)
        case .unknownOption(let word, let suggestion):
            "unknown option '\(word.visible)'" + didYouMean(suggestion)
        case .missingValue(let option, nil):
            "missing value for '\(option)'"
        case .missingValue(let option, let next?):
            "missing value for '\(option)'; a value that begins with '-' is written "
                + "'\(option.prefix { $0 != " " })=\(next.visible)'"
        case .unexpectedValue(let value, let option):
            "'\(option)' takes no value, but was given '\(value.visible)'"
        case .invalidValue(let value, let option, let reason):
            "the value '\(value.visible)' is invalid for '\(option)': \(reason.visible)"
        case .notAChoice(_, let option, let choices, let suggestion?):
            "\(option) takes \(alternatives(choices))" + didYouMean(suggestion)
        case .notAChoice(let value, let option, let choices, nil):
            "\(option) takes \(alternatives(choices)), not '\(value.visible)'"
        case .repeatedOption(let option):
            "'\(option)' is given more than once"
        case .misplacedOption(let option, let reason):
            "'\(option)' \(reason)"
        case .missingOption(let option):
            "missing option '\(option)'"
        case .missingOperands(let metavar, let minimum, 0) where minimum == 1:
            "missing \(metavar)"
        case .missingOperands(let metavar, let minimum, let given):
            "expected at least \(minimum) of \(metavar), but \(given == 0 ? "none" : "only \(given)") given"
        case .unexpectedOperand(let word, _, 0):
            "unexpected '\(word.visible)'; '\(command)' takes options only"
        case .unexpectedOperand(let word, let metavar, let maximum):
            "unexpected '\(word.visible)'; '\(command)' takes \(maximum == 1 ? "one" : "at most \(maximum)") \(metavar)"
        case .misuse(let text):
            text.visible
        }
    }

    private func didYouMean(_ suggestion: String?) -> String {
        suggestion.map { "; did you mean '\($0)'?" } ?? ""
    }
}
