/// A value in a document together with the path that leads to it, so that an error can say which value is wrong.
///
///     let root = JSONView(try JSONValue(parsing: text))
///     let subtract = try root.require("transform").require("subtract").numbers(count: 3072)
///
/// Each accessor returns the value as one type, or throws a `JSONError` that names the path and what was found there.
package struct JSONView {
    package let value: JSONValue
    /// For example `pca.components[3]`; empty for the whole document.
    package let path: String

    package init(_ value: JSONValue, path: String = "") {
        self.value = value
        self.path = path
    }

    /// An error about this value.
    package func error(_ problem: String) -> JSONError { JSONError(.path(path), problem) }

    // MARK: - Members and items

    /// The member of an object, or nil if it is missing or null.
    package func optional(_ key: String) throws(JSONError) -> JSONView? {
        let member = try member(key)
        return member?.value == .null ? nil : member
    }

    /// The member of an object.
    package func require(_ key: String) throws(JSONError) -> JSONView {
        guard let member = try member(key) else { throw JSONError(.path(path(to: key)), "this key is missing") }
        return member
    }

    /// The items of an array, of which there must be `count` if that is given.
    package func items(count: Int? = nil) throws(JSONError) -> [JSONView] {
        let values: [JSONValue]
        switch value {
        case .array(let items): values = items
        case .numbers(let numbers): values = numbers.map(JSONValue.number)
        default: throw mismatch("an array")
        }
        try check(values.count, is: count)
        return values.enumerated().map { index, value in JSONView(value, path: "\(path)[\(index)]") }
    }

    // MARK: - Single values

    package func bool() throws(JSONError) -> Bool {
        guard case .bool(let value) = value else { throw mismatch("true or false") }
        return value
    }

    package func string() throws(JSONError) -> String {
        guard case .string(let value) = value else { throw mismatch("a string") }
        return value
    }

    /// One of the names of an enumeration.
    package func choice<Choice>(
        of type: Choice.Type = Choice.self
    ) throws(JSONError) -> Choice where Choice: RawRepresentable<String> & CaseIterable {
        let name = try string()
        if let choice = Choice.allCases.first(where: { isSameKey($0.rawValue, name) }) { return choice }
        let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        throw error("expected one of \(names), found \(quoted(name))")
    }

    package func double() throws(JSONError) -> Double {
        guard case .number(let value) = value else { throw mismatch("a number") }
        return value
    }

    /// A whole number in a range. From 2^53 on a whole number may have been rounded when it was read, and is refused.
    package func integer(in range: ClosedRange<Int> = Int.min...Int.max) throws(JSONError) -> Int {
        guard case .number(let number) = value, number.magnitude < 0x1p63, number == Double(Int(number)) else {
            throw mismatch("a whole number")
        }
        let integer = Int(number)
        let range = range.clamped(to: -Self.largestInteger...Self.largestInteger)
        if !range.contains(integer) {
            throw error("expected a whole number from \(range.lowerBound) to \(range.upperBound), found \(integer)")
        }
        return integer
    }

    private static var largestInteger: Int { (1 << 53) - 1 }

    // MARK: - Arrays of one type

    /// The numbers of an array, of which there must be `count` if that is given.
    package func numbers(count: Int? = nil) throws(JSONError) -> [Double] {
        switch value {
        case .numbers(let numbers):
            try check(numbers.count, is: count)
            return numbers
        case .array([]):
            try check(0, is: count)
            return []
        case .array:
            // Name the first that is not a number.
            for item in try items() { _ = try item.double() }
            throw mismatch("an array of numbers")
        default:
            throw mismatch("an array of numbers")
        }
    }

    package func integers(
        in range: ClosedRange<Int> = Int.min...Int.max, count: Int? = nil
    ) throws(JSONError) -> [Int] {
        var integers: [Int] = []
        for item in try items(count: count) { integers.append(try item.integer(in: range)) }
        return integers
    }

    package func strings(count: Int? = nil) throws(JSONError) -> [String] {
        var strings: [String] = []
        for item in try items(count: count) { strings.append(try item.string()) }
        return strings
    }

    // MARK: - Errors

    private func member(_ key: String) throws(JSONError) -> JSONView? {
        guard case .object(let members) = value else { throw mismatch("an object") }
        return members.first { isSameKey($0.key, key) }.map { JSONView($0.value, path: path(to: key)) }
    }

    private func path(to key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func check(_ found: Int, is expected: Int?) throws(JSONError) {
        guard let expected, found != expected else { return }
        throw error("expected \(expected) \(expected == 1 ? "value" : "values"), found \(found)")
    }

    private func mismatch(_ expected: String) -> JSONError {
        switch value {
        case .number, .bool:
            error("expected \(expected), found \(value.line)")
        default: error("expected \(expected), found \(value.kind)")
        }
    }
}
