import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct JSONWriterTests {
    @Test func layout() {
        var json = JSONWriter()
        json.beginObject()
        json.member("format", .string("nnprep.stats"))
        json.member("version", .number(1))
        json.key("input")
        json.beginObject()
        json.member("shape", .numbers([3, 32, 32]))
        json.member("feature_names", .null)
        json.member("label_columns", .array([]))
        json.member("names", .array([.string("a"), .bool(true), .number(-0.5)]))
        json.endObject()
        json.member("empty", .object([]))
        json.key("nothing")
        json.beginObject()
        json.endObject()
        json.key("components")
        json.beginArray()
        let rows: [[Double]] = [[1, 2.5], [1e-7, -3], []]
        for row in rows { json.numbers(row.span) }
        json.endArray()
        json.member("sources", .array([.object([JSONMember("name", .string("a"))]), .numbers([1])]))
        json.key("none")
        json.beginArray()
        json.endArray()
        json.endObject()
        let text = """
            {
              "format": "nnprep.stats",
              "version": 1,
              "input": {
                "shape": [3, 32, 32],
                "feature_names": null,
                "label_columns": [],
                "names": ["a", true, -0.5]
              },
              "empty": {},
              "nothing": {},
              "components": [
                [1, 2.5],
                [1e-07, -3],
                []
              ],
              "sources": [
                {
                  "name": "a"
                },
                [1]
              ],
              "none": []
            }

            """
        #expect(String(decoding: json.finish(), as: UTF8.self) == text)
    }

    @Test(
        arguments: [
            (.null, "null\n"), (.bool(false), "false\n"), (.number(-0.0), "-0.0\n"), (.numbers([1, 2]), "[1, 2]\n"),
            (.array([]), "[]\n"), (.object([]), "{}\n"), (.string(""), "\"\"\n"),
            (.string("a\"b\\c/\n\r\t\u{8}\u{C}\0\u{1F}\u{7F}é😀"), #""a\"b\\c/\n\r\t\b\f\u0000\u001f\u007fé😀""# + "\n"),
            (.array([.array([]), .null]), "[[], null]\n"), (.array([.numbers([1])]), "[\n  [1]\n]\n"),
        ] as [(JSONValue, String)])
    func singleValues(value: JSONValue, text: String) throws {
        #expect(String(decoding: value.formatted(), as: UTF8.self) == text)
        #expect(try read(text) == value)
    }

    @Test func everyScalarOfAStringIsReadBack() throws {
        var string = ""
        for code in UInt32(0)..<0x3000 {
            if let scalar = Unicode.Scalar(code) { string.unicodeScalars.append(scalar) }
        }
        string += "\u{D7FF}\u{E000}\u{FFFD}\u{FFFF}\u{10000}\u{10FFFF}"
        let document = JSONValue.object([JSONMember(string, .string(string))])
        let bytes = document.formatted()
        #expect(try JSONValue(parsing: bytes.span) == document)
        let theirs = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: String]
        #expect(theirs == [string: string])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func numbersAreReadBackBitForBit(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let values = (0..<5_000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
        let bytes = JSONValue.numbers(values).formatted()
        guard case .numbers(let read) = try JSONValue(parsing: bytes.span) else {
            throw JSONError(.path(""), "not numbers")
        }
        #expect(read.map(\.bitPattern) == values.map(\.bitPattern), "seed \(seed)")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func foundationReadsRandomDocuments(seed: UInt64) throws {
        var random = SeededRandom(seed)
        for _ in 0..<300 {
            let value = JSONValue.object([JSONMember("value", randomValue(&random, depth: 4))])
            let bytes = value.formatted()
            #expect(try JSONValue(parsing: bytes.span) == value, "seed \(seed)")
            let theirs = try JSONSerialization.jsonObject(with: Data(bytes))
            #expect(matches(theirs, value), "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    // MARK: - Output

    @Test func drainedPiecesMakeTheDocument() throws {
        var pieces: [[UInt8]] = []
        func keep(_ bytes: Span<UInt8>) { pieces.append(bytes.indices.map { bytes[$0] }) }
        var json = JSONWriter()
        json.beginArray()
        let row: [Double] = [1, 2, 3]
        for _ in 0..<10 {
            json.numbers(row.span)
            json.drain(atLeast: 30, to: keep)
        }
        json.endArray()
        json.finish(to: keep)
        #expect(pieces.count == 4)
        #expect(pieces.dropLast().allSatisfy { $0.count >= 30 })
        #expect(pieces.flatMap { $0 } == JSONValue.array(Array(repeating: .numbers(row), count: 10)).formatted())
    }

    @Test func sinkErrorsKeepTheirType() throws {
        struct Full: Error, Equatable {}
        var json = JSONWriter()
        json.value(.null)
        #expect(throws: Full()) {
            try json.drain { _ throws(Full) in throw Full() }
        }
        // Nothing is lost.
        #expect(json.finish() == Array("null\n".utf8))
    }

    @Test func misuseStopsTheProgram() async {
        await #expect(processExitsWith: .failure) {
            var json = JSONWriter()
            json.value(.number(.nan))
        }
        await #expect(processExitsWith: .failure) {
            var json = JSONWriter()
            json.value(.numbers([1, .infinity]))
        }
        await #expect(processExitsWith: .failure) {
            var json = JSONWriter()
            json.beginObject()
            json.value(.null)
        }
        await #expect(processExitsWith: .failure) {
            var json = JSONWriter()
            json.beginArray()
            _ = json.finish()
        }
        await #expect(processExitsWith: .failure) {
            var json = JSONWriter()
            json.value(.null)
            json.value(.null)
        }
    }
}

private func randomValue(_ random: inout SeededRandom, depth: Int) -> JSONValue {
    switch random.next() % (depth > 0 ? 8 : 5) {
    case 0: return .null
    case 1: return .bool(random.next() & 1 == 0)
    case 2: return .number(randomNumber(&random))
    case 3: return .string(randomString(&random))
    case 4: return .numbers((0...random.next() % 4).map { _ in randomNumber(&random) })
    case 5, 6:
        let items = (0..<random.next() % 4).map { _ in randomValue(&random, depth: depth - 1) }
        let numbers = items.compactMap { item in if case .number(let number) = item { number } else { nil } }
        return !items.isEmpty && numbers.count == items.count ? .numbers(numbers) : .array(items)
    default:
        return .object(
            (0..<random.next() % 4).map {
                JSONMember("\($0)" + randomString(&random), randomValue(&random, depth: depth - 1))
            })
    }
}

private func randomNumber(_ random: inout SeededRandom) -> Double {
    let value = Double(bitPattern: random.next())
    return value.isFinite && random.next() & 1 == 0 ? value : Double(random.next() % 1000) / 8
}

private func randomString(_ random: inout SeededRandom) -> String {
    let scalars: [Unicode.Scalar] = ["a", "\"", "\\", "\n", "\0", "é", "€", "😀", "/", "\u{1F}", " "]
    var string = ""
    for _ in 0..<random.next() % 6 { string.unicodeScalars.append(scalars[Int(random.next() % 11)]) }
    return string
}

/// Whether Foundation read what was meant.
private func matches(_ theirs: Any, _ value: JSONValue) -> Bool {
    switch value {
    case .null: return theirs is NSNull
    case .bool(let bool): return theirs as? Bool == bool
    case .number(let number): return isClose(theirs, number)
    case .string(let string): return theirs as? String == string
    case .numbers(let numbers): return matches(theirs, .array(numbers.map(JSONValue.number)))
    case .array(let items):
        guard let array = theirs as? [Any], array.count == items.count else { return false }
        return zip(array, items).allSatisfy { matches($0, $1) }
    case .object(let members):
        guard let object = theirs as? [String: Any], object.count == members.count else { return false }
        return members.allSatisfy { member in object[member.key].map { matches($0, member.value) } ?? false }
    }
}

/// Foundation reads numbers by way of its decimal type, which costs them their last bits.
private func isClose(_ theirs: Any, _ number: Double) -> Bool {
    guard let theirs = (theirs as? NSNumber)?.doubleValue else { return false }
    return (theirs - number).magnitude <= 1e-14 * number.magnitude
}
