import Testing

@testable import Datasets

@Suite struct JSONViewTests {
    private enum Whiten: String, CaseIterable { case none, pca, zca }

    private static let text = #"""
        {"format": "nnprep.stats", "version": 1, "big": 1e300, "half": 0.5, "huge": 9007199254740992, "flag": true,
         "nothing": null, "shape": [3, 32, 32], "none": [], "mixed": [1, "x", 2], "names": ["a", "b"],
         "recipe": {"whiten": "pca", "range": [-1, 1]}, "pca": {"components": [[1, 2], [3, 4], [5]]},
         "sources": [{"name": "a.bin", "samples": 5}, {"name": 7}]}
        """#

    private func root() throws -> JSONView { JSONView(try read(Self.text)) }

    @Test func values() throws {
        let root = try root()
        #expect(try root.require("format").string() == "nnprep.stats")
        #expect(try root.require("version").integer() == 1)
        #expect(try root.require("version").double() == 1)
        #expect(try root.require("half").double() == 0.5)
        #expect(try root.require("flag").bool())
        #expect(try root.optional("nothing") == nil)
        #expect(try root.optional("missing") == nil)
        #expect(try root.optional("half")?.double() == 0.5)
        #expect(try root.require("nothing").value == .null)
        #expect(try root.require("shape").numbers(count: 3) == [3, 32, 32])
        #expect(try root.require("shape").integers(in: 1...100) == [3, 32, 32])
        #expect(try root.require("none").numbers() == [])
        #expect(try root.require("none").numbers(count: 0) == [])
        #expect(try root.require("none").strings() == [])
        #expect(try root.require("names").strings(count: 2) == ["a", "b"])
        #expect(try root.require("recipe").require("whiten").choice(of: Whiten.self) == .pca)
        #expect(try root.require("pca").require("components").items(count: 3)[1].numbers(count: 2) == [3, 4])
        #expect(try root.require("sources").items()[0].require("samples").integer(in: 0...10) == 5)
        #expect(try root.require("mixed").items().map(\.path) == ["mixed[0]", "mixed[1]", "mixed[2]"])
    }

    @Test func errorsNameThePath() throws {
        let root = try root()
        expect("transform: this key is missing") { () throws(JSONError) in try root.require("transform") }
        expect("recipe.pca: this key is missing") { () throws(JSONError) in try root.require("recipe").require("pca") }
        expect("format: expected an object, found a string") { () throws(JSONError) in
            try root.require("format").require("x")
        }
        expect("format: expected a number, found a string") { () throws(JSONError) in
            try root.require("format").double()
        }
        expect("version: expected a string, found 1") { () throws(JSONError) in try root.require("version").string() }
        expect("version: expected true or false, found 1") { () throws(JSONError) in
            try root.require("version").bool()
        }
        expect("flag: expected a number, found true") { () throws(JSONError) in try root.require("flag").double() }
        expect("half: expected a whole number, found 0.5") { () throws(JSONError) in
            try root.require("half").integer()
        }
        expect("big: expected a whole number, found 1e+300") { () throws(JSONError) in
            try root.require("big").integer()
        }
        expect("version: expected a whole number from 2 to 5, found 1") { () throws(JSONError) in
            try root.require("version").integer(in: 2...5)
        }
        expect(
            "huge: expected a whole number from -9007199254740991 to 9007199254740991, found 9007199254740992"
        ) { () throws(JSONError) in
            try root.require("huge").integer()
        }
        expect("shape: expected 2 values, found 3") { () throws(JSONError) in
            try root.require("shape").numbers(count: 2)
        }
        expect("none: expected 1 value, found 0") { () throws(JSONError) in
            try root.require("none").numbers(count: 1)
        }
        expect("mixed[1]: expected a number, found a string") { () throws(JSONError) in
            try root.require("mixed").numbers()
        }
        expect("format: expected an array of numbers, found a string") { () throws(JSONError) in
            try root.require("format").numbers()
        }
        expect("nothing: expected an array, found null") { () throws(JSONError) in
            try root.require("nothing").items()
        }
        expect("shape[0]: expected a string, found 3") { () throws(JSONError) in try root.require("shape").strings() }
        expect("shape[0]: expected a whole number from 5 to 50, found 3") { () throws(JSONError) in
            try root.require("shape").integers(in: 5...50)
        }
        expect("format: expected one of \"none\", \"pca\", \"zca\", found \"nnprep.stats\"") {
            () throws(JSONError) in try root.require("format").choice(of: Whiten.self)
        }
        expect("pca.components[2]: expected 2 values, found 1") { () throws(JSONError) in
            for row in try root.require("pca").require("components").items() { _ = try row.numbers(count: 2) }
        }
        expect("sources[1].name: expected a string, found 7") { () throws(JSONError) in
            try root.require("sources").items()[1].require("name").string()
        }
        expect("sources[1].samples: this key is missing") { () throws(JSONError) in
            try root.require("sources").items()[1].require("samples")
        }
        expect("expected an array, found an object") { () throws(JSONError) in try root.items() }
        #expect(try root.require("version").error("too new").description == "version: too new")
    }

    private func expect<Value>(
        _ description: String, _ place: SourceLocation = #_sourceLocation, _ body: () throws(JSONError) -> Value
    ) {
        do throws(JSONError) {
            _ = try body()
            Issue.record("no error: \(description)", sourceLocation: place)
        } catch {
            #expect(error.description == description, sourceLocation: place)
        }
    }
}
