/// An error that explains itself: what is wrong and where, what can be done about it, and of what kind it is.
///
/// Parsers and kernels throw typed errors, which conform where they are defined; what calls several of them throws plainly.
/// The program prints the message and the hint, in one place.
public protocol ExplainedError: Error, Sendable {
    /// What is wrong, after the file and the place in it where there are such.
    var message: String { get }
    /// What the user can do about it, where there is something.
    var hint: String? { get }
    var kind: ErrorKind { get }
}

public enum ErrorKind: Sendable {
    /// A command line that cannot be obeyed.
    case usage
    /// The data, a file, or the numerics.
    case failure
    /// Nobody reads what is written any more: no error for who closed the pipe.
    case closedPipe
}

extension ExplainedError {
    public var hint: String? { nil }
    public var kind: ErrorKind { .failure }
}

extension ExplainedError where Self: CustomStringConvertible {
    public var message: String { description }
}

/// An operation that the options and the data together rule out.
public struct Refusal: ExplainedError, Equatable {
    public let message: String
    public let hint: String?
    public let kind: ErrorKind

    /// - Parameter kind: `usage` where other options would do.
    public init(_ message: String, hint: String? = nil, kind: ErrorKind = .failure) {
        self.message = message
        self.hint = hint
        self.kind = kind
    }
}
