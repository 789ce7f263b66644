import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct JSONReaderTests {
    // MARK: - Documents that are read

    @Test(
        arguments: [
            ("null", .null), ("true", .bool(true)), ("false", .bool(false)), (" \t\r\n null \n", .null),
            ("0", .number(0)), ("-0", .number(-0.0)), ("1.5e3", .number(1500)), ("\"\"", .string("")),
            ("\"a\"", .string("a")), ("[]", .array([])), ("[ \n]", .array([])), ("{}", .object([])),
            ("{ }", .object([])), ("[1]", .numbers([1])), ("[1,2,3]", .numbers([1, 2, 3])),
            ("[ 1 , -2.5 ,\n3e0 ]", .numbers([1, -2.5, 3])), ("[[]]", .array([.array([])])),
            ("[[1,2],[3]]", .array([.numbers([1, 2]), .numbers([3])])), ("[null]", .array([.null])),
            ("[1,null]", .array([.number(1), .null])), ("[1,[2],3]", .array([.number(1), .numbers([2]), .number(3)])),
            ("[\"a\",1,2]", .array([.string("a"), .number(1), .number(2)])),
            ("[1,\"a\",2]", .array([.number(1), .string("a"), .number(2)])),
            ("{\"\":0}", .object([JSONMember("", .number(0))])),
            (
                "{\"b\":1,\"a\":{\"b\":[]}}",
                .object([
                    JSONMember("b", .number(1)), JSONMember("a", .object([JSONMember("b", .array([]))])),
                ])
            ),
            ("{\"a\":1,\"A\":2}", .object([JSONMember("a", .number(1)), JSONMember("A", .number(2))])),
            ("\u{FEFF}[1]", .numbers([1])),
        ] as [(String, JSONValue)])
    func reads(text: String, value: JSONValue) throws {
        #expect(try read(text) == value)
    }

    @Test(
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""\uD83D\uDE00""#, "😀"), (#""\ud83d\ude00""#, "😀"), (#""a\u0000b""#, "a\0b"), ("\"é€😀\"", "é€😀"),
            (#""x\ny\tz""#, "x\ny\tz"), (#""\uFFFF\uD7FF\uE000""#, "\u{FFFF}\u{D7FF}\u{E000}"),
            (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""/""#, "/"), ("\"\u{7F}\"", "\u{7F}"), ("\"\u{2028}\"", "\u{2028}"),
            (#""\\u0041""#, #"\u0041"#), (#""\n""#, "\n"), (#""é\n€""#, "é\n€"),
        ])
    func readsStrings(text: String, value: String) throws {
        guard case .string(let string) = try read(text) else { throw JSONError(.path(text), "not a string") }
        #expect(Array(string.unicodeScalars) == Array(value.unicodeScalars))
    }

    @Test func keysAreBytes() throws {
        // Two spellings of é, which `String` takes as equal.
        let value = try read("{\"\u{E9}\": 1, \"e\u{301}\": 2}")
        guard case .object(let members) = value else { throw JSONError(.path(""), "not an object") }
        #expect(members.count == 2)
        #expect(try JSONView(value).require("e\u{301}").double() == 2)
        // The Kelvin sign is no K.
        #expect(try JSONView(read("{\"\u{212A}\": 1}")).optional("K") == nil)
    }

    // MARK: - Documents that are refused

    @Test(
        arguments: [
            ("", 0, "expected a value, found the end of the text"),
            ("  ", 2, "expected a value, found the end of the text"),
            ("nul", 0, "expected a value, found 'nul'"), ("nulls", 0, "expected a value, found 'nulls'"),
            ("True", 0, "expected a value, found 'True'"), ("NaN", 0, "expected a value, found 'NaN'"),
            ("Infinity", 0, "expected a value, found 'Infinity'"), ("-Infinity", 0, "'-Infinity' is not a JSON number"),
            ("+1", 0, "expected a value, found '+1'"), ("01", 0, "'01' is not a JSON number"),
            ("-01", 0, "'-01' is not a JSON number"), ("-", 0, "'-' is not a JSON number"),
            ("1.", 0, "'1.' is not a JSON number"), (".5", 0, "expected a value, found '.5'"),
            ("1e", 0, "'1e' is not a JSON number"), ("1e+", 0, "'1e+' is not a JSON number"),
            ("0x10", 0, "'0x10' is not a JSON number"), ("1.2.3", 0, "'1.2.3' is not a JSON number"),
            ("[1_000]", 1, "'1_000' is not a JSON number"), ("1e400", 0, "the number '1e400' is out of range"),
            ("[0, -1e999]", 4, "the number '-1e999' is out of range"),
            ("[1,]", 3, "expected a value, found ']'"), ("[,1]", 1, "expected a value, found ','"),
            ("[1 2]", 3, "expected ',' or ']', found '2'"), ("[1", 2, "expected ',' or ']', found the end of the text"),
            ("[", 1, "expected a value, found the end of the text"), ("]", 0, "expected a value, found ']'"),
            ("[1}", 2, "expected ',' or ']', found '}'"), ("[\"a\"}", 4, "expected ',' or ']', found '}'"),
            ("[\"a\",]", 5, "expected a value, found ']'"),
            ("{", 1, "expected a key in quotes or '}', found the end of the text"),
            ("{a:1}", 1, "expected a key in quotes or '}', found 'a'"),
            ("{1:1}", 1, "expected a key in quotes or '}', found '1'"),
            ("{'a':1}", 1, "expected a key in quotes or '}', found '''"),
            ("{\"a\"}", 4, "expected ':', found '}'"), ("{\"a\":}", 5, "expected a value, found '}'"),
            ("{\"a\":1,}", 7, "expected a key in quotes, found '}'"),
            ("{\"a\":1 \"b\":2}", 7, "expected ',' or '}', found '\"'"),
            ("{\"a\":1]", 6, "expected ',' or '}', found ']'"),
            ("{\"a\":1,\"b\":2,\"a\":3}", 13, "the key \"a\" appears twice"),
            (#"{"a":1,"\u0061":3}"#, 7, "the key \"a\" appears twice"),
            ("{\"\\n\":1,\"\\u000A\":3}", 8, #"the key "\n" appears twice"#),
            ("[1] 2", 4, "expected the end of the text, found '2'"),
            ("{} {}", 3, "expected the end of the text, found '{'"),
            ("null,", 4, "expected the end of the text, found ','"), ("/* */ 1", 0, "expected a value, found '/'"),
            ("[1] // x", 4, "expected the end of the text, found '/'"),
            ("[1\u{A0},2]", 2, "expected ',' or ']', found the byte 0xC2"),
            ("[1\u{C},2]", 2, "expected ',' or ']', found the byte 0x0C"),
            ("\0", 0, "expected a value, found the byte 0x00"),
            ("\"abc", 0, "the string that starts here has no end"),
            ("[\"abc\n\"]", 5, "a string may hold the byte 0x0A only as an escape"),
            ("\"\0\"", 1, "a string may hold the byte 0x00 only as an escape"),
            (#""\x41""#, 1, "a backslash before 'x41' is not an escape"),
            (#""\'""#, 1, "a backslash before ''' is not an escape"),
            (#""\u12""#, 1, "\\u needs four hexadecimal digits"),
            (#""\u12G4""#, 1, "\\u needs four hexadecimal digits"),
            (#""\u+123""#, 1, "\\u needs four hexadecimal digits"),
            (#""ab\uD800""#, 3, "half of a surrogate pair stands alone"),
            (#""\uDC00""#, 1, "half of a surrogate pair stands alone"),
            (#""\uD800\uD800""#, 1, "half of a surrogate pair stands alone"),
            (#""\uD800\n""#, 1, "half of a surrogate pair stands alone"),
            (#""\uDC00\uD800""#, 1, "half of a surrogate pair stands alone"),
            (#""\"#, 1, "an escape is cut off by the end of the text"),
            (#""\u"#, 1, "\\u needs four hexadecimal digits"), ("\"\\\"", 0, "the string that starts here has no end"),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0, "expected a value, found 'aaaaaaaaaaaaaaaaaaaaaaaa...'"),
            ("\u{FEFF}", 3, "expected a value, found the end of the text"),
            ("[\u{FEFF}1]", 1, "expected a value, found the byte 0xEF"),
        ])
    func refuses(text: String, offset: Int, problem: String) {
        let error = failure(Array(text.utf8))
        #expect(error?.problem == problem)
        guard case .text(let found, _, _) = error?.place else {
            Issue.record("no place for \(text)")
            return
        }
        #expect(found == offset)
    }

    @Test(
        arguments: [
            ([0x22, 0xFF, 0x22], 1), ([0x22, 0x61, 0xC3, 0x22], 2), ([0x22, 0xC0, 0x80, 0x22], 1),
            ([0x22, 0xED, 0xA0, 0x80, 0x22], 1), ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1),
            ([0x22, 0x61, 0x62, 0x80, 0x22], 3), ([0x22, 0xE2, 0x82, 0x22], 1),
            ([0x22, 0x5C, 0x6E, 0xC3, 0xA9, 0xFE, 0x22], 5),
        ] as [([UInt8], Int)])
    func refusesInvalidUTF8(bytes: [UInt8], offset: Int) {
        let error = failure(bytes)
        #expect(error?.problem == "a string that is not valid UTF-8")
        guard case .text(offset, 1, _) = error?.place else {
            Issue.record("wrong place: \(String(describing: error))")
            return
        }
    }

    @Test(
        arguments: [
            ("[1,\n 2,\n  x]", 10, 3, 3), ("x", 0, 1, 1), ("\r\nx", 2, 2, 1), ("{\"é\": x}", 7, 1, 7),
            ("\u{FEFF}x", 3, 1, 1), ("\u{FEFF}\nx", 4, 2, 1), ("[\n", 2, 2, 1),
        ])
    func lineAndColumn(text: String, offset: Int, line: Int, column: Int) {
        #expect(failure(Array(text.utf8))?.place == .text(offset: offset, line: line, column: column))
    }

    @Test func descriptions() {
        #expect(
            failure(Array("[1,\nx]".utf8))?.description == "line 2, column 1 (byte 4): expected a value, found 'x'")
        #expect(JSONError(.path("pca.rank"), "too large").description == "pca.rank: too large")
        #expect(JSONError(.path(""), "too large").description == "too large")
    }

    // MARK: - Size and depth

    @Test func nesting() throws {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + String(repeating: close, count: depth)
        }
        _ = try read(nested(64, "[", "]"))
        _ = try read(String(repeating: "{\"a\":", count: 64) + "1" + String(repeating: "}", count: 64))
        #expect(failure(Array(nested(65, "[", "]").utf8))?.problem == "more than 64 levels of nesting")
        #expect(failure(Array(nested(65, "[1,", "]").utf8))?.problem == "more than 64 levels of nesting")
        #expect(failure(Array(nested(65, "{\"a\":", "}").utf8))?.problem == "more than 64 levels of nesting")
        #expect(failure([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)) != nil)
    }

    @Test func manyKeys() throws {
        let keys = (0..<1_000).map { "\"key\($0)\": \($0)" }
        let value = try read("{" + keys.joined(separator: ",") + "}")
        #expect(try JSONView(value).require("key999").integer() == 999)
        for repeated in [0, 14, 15, 16, 17, 500, 999] {
            let text = "{" + keys.joined(separator: ",") + ", \"key\(repeated)\": 0}"
            #expect(failure(Array(text.utf8))?.problem == "the key \"key\(repeated)\" appears twice")
        }
        for count in 1...20 {
            let text = "{" + keys.prefix(count).joined(separator: ",") + ", \"key0\": 0}"
            #expect(failure(Array(text.utf8))?.problem == "the key \"key0\" appears twice")
        }
    }

    @Test func messagesShowOnlyTheStartOfALongKey() {
        let member = "\"" + String(repeating: "k", count: 1_000) + "\": 0"
        let problem = failure(Array("{\(member), \(member)}".utf8))?.problem
        #expect(problem == "the key \"" + String(repeating: "k", count: 60) + "...\" appears twice")
    }

    @Test func arraysTakeTheRoomOfTheirNumbers() throws {
        // A long row does not make the short ones after it long.
        let long = Array(repeating: "1", count: 1_000).joined(separator: ",")
        guard case .array(let rows) = try read("[[\(long)],[1,2,3],[1,\"a\"],[1,2,3]]") else {
            throw JSONError(.path(""), "not an array")
        }
        for row in rows {
            if case .numbers(let numbers) = row { #expect(numbers.capacity < numbers.count + 8) }
        }
    }

    @Test func truncationsAreRefused() throws {
        let text = Array(sample.utf8)
        _ = try JSONValue(parsing: text.span)
        for count in text.indices {
            #expect(failure(Array(text[..<count])) != nil, "the first \(count) bytes were read")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func changedBytesNeverCrash(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let original = Array(sample.utf8)
        for _ in 0..<2_000 {
            var text = original
            for _ in 0...random.next() % 3 {
                let index = Int(random.next() % UInt64(text.count))
                switch random.next() % 3 {
                case 0: text[index] = UInt8(truncatingIfNeeded: random.next())
                case 1: text.remove(at: index)
                default: text.insert(text[Int(random.next() % UInt64(text.count))], at: index)
                }
            }
            do throws(JSONError) {
                // What is read can be written and read again.
                let value = try JSONValue(parsing: text.span)
                let again = try JSONValue(parsing: value.formatted().span)
                #expect(again == value, "seed \(seed)")
            } catch {
                guard case .text(let offset, let line, let column) = error.place else {
                    Issue.record("no place; seed \(seed)")
                    continue
                }
                #expect((0...text.count).contains(offset) && line >= 1 && column >= 1, "seed \(seed)")
            }
        }
    }

    /// However a text is cut for the threads, what is read is the same, and so is what is said of it.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func threadsReadTheSame(seed: UInt64) throws {
        let tokens = [
            "[1,2]", "[-2.5e3, 7]", ",", ",", ",", "[", "]", "[[", "]]", "\"],[\"", "[\"],[\",1]", " ", "[]", "{\"a\":",
            "}", "[1,\"a\"]", "[1;2]", "[1e999]",
        ]
        var random = SeededRandom(seed)
        for _ in 0..<4_000 {
            let rows = (0...random.next() % 12).map { _ in "[\(random.next() % 1_000), \(random.next() % 7)]" }
            var text = "{\"m\":[" + rows.joined(separator: random.next() % 2 == 0 ? "," : " , ")
            text += (0...random.next() % 5).map { _ in tokens[Int(random.next() % UInt64(tokens.count))] }.joined()
            text += ["]}", "]]}", ",[3,4]]}"].randomElement(using: &random)!
            let bytes = Array(text.utf8)
            let size = 1 + Int(random.next() % 40)
            let (one, many) = (outcome(of: bytes), outcome(of: bytes, threads: 2, pieceSize: size))
            #expect(one == many, "\(text), in pieces of \(size) bytes, seed \(seed)")
        }
        // And most of them are read by the threads, as here.
        let matrix = (0..<500).map { "[\($0), 0.5]" }.joined(separator: ",\n")
        let bytes = Array("{\"a\":[[1],[2]],\"m\":[\(matrix)],\"z\":[[3]]}".utf8)
        for size in [1, 7, 100, 1_000, 10_000] {
            #expect(outcome(of: bytes, threads: 3, pieceSize: size) == outcome(of: bytes), "pieces of \(size) bytes")
        }
    }

    /// What Foundation refuses is refused, and what is read is read alike.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func agreesWithFoundation(seed: UInt64) throws {
        let tokens = [
            "[", "]", "{", "}", ",", ":", "\"a\"", "\"b\"", "1", "-2.5", "1e2", "true", "null", " ", "[1,2]",
            "{\"a\":1}",
            "[]", "\"\\n\"", "[[1],[2]]",
        ]
        var random = SeededRandom(seed)
        for _ in 0..<3_000 {
            let text = (0...random.next() % 7).map { _ in tokens[Int(random.next() % UInt64(tokens.count))] }.joined()
            let theirs = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            let ours = try? read(text)
            let isDuplicate = failure(Array(text.utf8))?.problem.contains("appears twice") == true
            #expect(isDuplicate || (theirs == nil) == (ours == nil), "\(text), seed \(seed)")
        }
    }
}

func read(_ text: String) throws(JSONError) -> JSONValue {
    let bytes = Array(text.utf8)
    return try JSONValue(parsing: bytes.span)
}

private func failure(_ bytes: [UInt8]) -> JSONError? {
    if case .failure(let error) = outcome(of: bytes) { error } else { nil }
}

private func outcome(of bytes: [UInt8], threads: Int = 1, pieceSize: Int = 1) -> Result<JSONValue, JSONError> {
    Result { () throws(JSONError) in try JSONValue(parsing: bytes.span, threads: threads, pieceSize: pieceSize) }
}

private let sample = #"""
    {"format": "nnprep.stats", "version": 1, "input": {"shape": [3, 32, 32], "feature_names": null,
     "label_columns": [], "names": ["a", "é", "\u00e9\ud83d\ude00\n"]}, "flags": [true, false],
     "numbers": [0, -0.0, 1.5e-7, 12345678.875, 1e+22], "rows": [[1, 2], [3, 4]], "empty": {}, "last": -1}
    """#
