/// A JSON document, or a part of one.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    /// An array that holds only numbers, and at least one: most of a statistics file, without a box for each number.
    case numbers([Double])
    case array([JSONValue])
    /// In the order of the file; no two keys are the same.
    case object([JSONMember])

    /// A number, or null for what JSON has no number for: infinity and NaN.
    package static func finite(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }

    /// What messages call a value of this kind.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .number: "a number"
        case .string: "a string"
        case .numbers, .array: "an array"
        case .object: "an object"
        }
    }
}

package struct JSONMember: Equatable, Sendable {
    package let key: String
    package let value: JSONValue

    package init(_ key: String, _ value: JSONValue) {
        self.key = key
        self.value = value
    }
}

/// What is wrong with a JSON text, or with what it says.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Place: Equatable, Sendable {
        /// Where in the text: the byte, from 0, and the line and the column (in characters), from 1.
        case text(offset: Int, line: Int, column: Int)
        /// Which value: `pca.components[3]`; empty for the whole document.
        case path(String)
    }

    public let place: Place
    /// In plain words, for example: expected ',' or ']', found 'x'
    public let problem: String

    public init(_ place: Place, _ problem: String) {
        self.place = place
        self.problem = problem
    }

    public var description: String {
        switch place {
        case .text(let offset, let line, let column): "line \(line), column \(column) (byte \(offset)): \(problem)"
        case .path(""): problem
        case .path(let path): "\(path): \(problem)"
        }
    }
}

/// Keys are equal if their bytes are: `String` would also take two spellings of an accented letter as the same.
func isSameKey(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
