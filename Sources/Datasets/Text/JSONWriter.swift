/// Writes a JSON document piece by piece: indented by two spaces, but an array of numbers, or of other single values, on
/// one line.
///
/// A large document need not be in memory at once: `drain` hands over what is written so far.
///
///     var json = JSONWriter()
///     json.beginObject()
///     json.member("version", .number(1))
///     json.key("components")
///     json.beginArray()
///     for row in rows {
///         json.numbers(row)
///         try json.drain(atLeast: 1 << 16, to: sink)
///     }
///     json.endArray()
///     json.endObject()
///     try json.finish(to: sink)
///
/// Calls that do not make a document, and numbers that are not finite, are mistakes of the program and stop it.
package struct JSONWriter: ~Copyable {
    private struct Level {
        let isObject: Bool
        var isEmpty = true
    }

    private var text: [UInt8] = []
    private var levels: [Level] = []
    private var hasKey = false
    private var isComplete = false

    package init() {}

    // MARK: - Structure

    package mutating func beginObject() { begin(Level(isObject: true), UInt8(ascii: "{")) }
    package mutating func endObject() { end(isObject: true, UInt8(ascii: "}")) }
    package mutating func beginArray() { begin(Level(isObject: false), UInt8(ascii: "[")) }
    package mutating func endArray() { end(isObject: false, UInt8(ascii: "]")) }

    /// The key of the value that is written next.
    package mutating func key(_ key: String) {
        precondition(levels.last?.isObject == true && !hasKey, "a key is for a member of an object")
        separate()
        appendQuoted(key)
        put(": ")
        hasKey = true
    }

    package mutating func value(_ value: JSONValue) {
        switch value {
        case .array(let items) where !items.isEmpty && !items.allSatisfy(\.isSingle):
            beginArray()
            for item in items { self.value(item) }
            endArray()
        case .object(let members) where !members.isEmpty:
            beginObject()
            for member in members { self.member(member.key, member.value) }
            endObject()
        default:
            prepareValue()
            append(value)
            finishValue()
        }
    }

    package mutating func member(_ key: String, _ value: JSONValue) {
        self.key(key)
        self.value(value)
    }

    /// An array of numbers.
    package mutating func numbers(_ values: Span<Double>) {
        prepareValue()
        append(values)
        finishValue()
    }

    /// An array of numbers whose text was made apart, by `text(of:)`: of a large document, by several threads.
    package mutating func numbers(text array: Span<UInt8>) {
        prepareValue()
        text.reserveCapacity(text.count + array.count)
        for index in array.indices { text.append(array[index]) }
        finishValue()
    }

    package static func text(of values: Span<Double>) -> [UInt8] {
        var writer = JSONWriter()
        // Seventeen digits, a sign, a point, and what is between two numbers.
        writer.text.reserveCapacity(22 * values.count)
        writer.append(values)
        return writer.text
    }

    // MARK: - Output

    /// Hands over what is written so far, if that is at least so many bytes, and forgets it. If `sink` fails, the bytes
    /// are kept.
    package mutating func drain<Failure: Error>(
        atLeast count: Int = 1, to sink: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        if text.count < max(count, 1) { return }
        try sink(text.span)
        text.removeAll(keepingCapacity: true)
    }

    /// Hands over the rest of the document, which ends with a line feed.
    package consuming func finish<Failure: Error>(to sink: (Span<UInt8>) throws(Failure) -> Void) throws(Failure) {
        precondition(isComplete, "the document has an end")
        try drain(to: sink)
    }

    /// The whole document, if none of it was drained.
    package consuming func finish() -> [UInt8] {
        precondition(isComplete, "the document has an end")
        return text
    }

    // MARK: - Layout

    private mutating func begin(_ level: Level, _ bracket: UInt8) {
        prepareValue()
        text.append(bracket)
        levels.append(level)
    }

    private mutating func end(isObject: Bool, _ bracket: UInt8) {
        precondition(levels.last?.isObject == isObject && !hasKey, "what ends has begun")
        let level = levels.removeLast()
        if !level.isEmpty { breakLine() }
        text.append(bracket)
        finishValue()
    }

    private mutating func prepareValue() {
        precondition(!isComplete, "a document is one value")
        if hasKey {
            hasKey = false
        } else if !levels.isEmpty {
            precondition(levels.last?.isObject == false, "a member of an object has a key")
            separate()
        }
    }

    private mutating func finishValue() {
        if !levels.isEmpty { return }
        isComplete = true
        text.append(UInt8(ascii: "\n"))
    }

    /// Puts the next member or item on a line of its own.
    private mutating func separate() {
        let last = levels.count - 1
        if !levels[last].isEmpty { text.append(UInt8(ascii: ",")) }
        levels[last].isEmpty = false
        breakLine()
    }

    private mutating func breakLine() {
        text.append(UInt8(ascii: "\n"))
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * levels.count))
    }

    // MARK: - Values on one line

    private mutating func append(_ value: JSONValue) {
        switch value {
        case .null: put("null")
        case .bool(let isTrue): put(isTrue ? "true" : "false")
        case .number(let number): DecimalText.append(number, to: &text)
        case .string(let string): appendQuoted(string)
        case .numbers(let values): append(values.span)
        case .array(let items):
            text.append(UInt8(ascii: "["))
            for index in items.indices {
                if index > 0 { put(", ") }
                append(items[index])
            }
            text.append(UInt8(ascii: "]"))
        case .object: put("{}")
        }
    }

    private mutating func append(_ values: Span<Double>) {
        text.append(UInt8(ascii: "["))
        for index in values.indices {
            if index > 0 {
                text.append(UInt8(ascii: ","))
                text.append(UInt8(ascii: " "))
            }
            DecimalText.append(values[index], to: &text)
        }
        text.append(UInt8(ascii: "]"))
    }

    private mutating func put(_ literal: StaticString) {
        unsafe text.append(
            contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    private mutating func appendQuoted(_ string: String) {
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): put("\\\"")
            case UInt8(ascii: "\\"): put("\\\\")
            case 0x08: put("\\b")
            case 0x09: put("\\t")
            case 0x0A: put("\\n")
            case 0x0C: put("\\f")
            case 0x0D: put("\\r")
            case ..<0x20, 0x7F:
                put("\\u00")
                for digit in [byte >> 4, byte & 0xF] {
                    text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
                }
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}

extension JSONValue {
    /// Fits on one line: everything but arrays and objects that hold something.
    fileprivate var isSingle: Bool {
        switch self {
        case .null, .bool, .number, .string: true
        case .numbers: false
        case .array(let items): items.isEmpty
        case .object(let members): members.isEmpty
        }
    }

    /// The text of a document that is this value.
    ///
    /// - Precondition: all numbers are finite.
    package func formatted() -> [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.finish()
    }

    /// The text of a single value, for a message.
    var line: String { String(decoding: formatted().dropLast(), as: UTF8.self) }
}

/// A string as a message shows it: in quotes, of bounded length, and with escapes for what would upset a terminal.
func quoted(_ string: String) -> String {
    let start = string.unicodeScalars.prefix(60)
    return JSONValue.string(start.endIndex < string.endIndex ? String(start) + "..." : string).line
}
