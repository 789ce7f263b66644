package import Datasets

extension FittedTransform.Source {
    package var json: JSONValue {
        .object([JSONMember("name", .string(name)), JSONMember("samples", .number(Double(samples)))])
    }

    init(_ json: JSONView) throws(JSONError) {
        self.init(
            name: try json.require("name").string(), samples: try json.require("samples").integer(in: 0...Int.max))
    }
}
