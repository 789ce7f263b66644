internal import Datasets

// What a statistics file and a moments file say of the rows: the member `input`.

extension DatasetDescription {
    var json: JSONValue {
        .object([
            JSONMember("format", .string(format.rawValue)),
            JSONMember("shape", .numbers(shape.map(Double.init))),
            JSONMember("channels_last", .bool(channelsLast)),
            JSONMember("features", .number(Double(features))),
            JSONMember("dtype", .string(scalar.rawValue)),
            JSONMember("feature_names", featureNames.map { .array($0.map(JSONValue.string)) } ?? .null),
            JSONMember("label_columns", .array(labelColumns.map(JSONValue.string))),
        ])
    }

    init(_ json: JSONView) throws(JSONError) {
        let shape = try json.require("shape").integers(in: 1...Int(Int32.max))
        let features = try json.require("features").integer(in: 1...Int(Int32.max))
        var product = 1
        for axis in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: axis)
            product = overflow ? 0 : next
        }
        guard product == features, !shape.isEmpty else {
            throw try json.require("shape").error("expected the sizes of \(features) features, found \(shape)")
        }
        let names = try json.require("feature_names")
        self.init(
            format: try json.require("format").choice(), shape: shape, scalar: try json.require("dtype").choice(),
            featureNames: names.value == .null ? nil : try names.strings(count: features),
            labelColumns: try json.require("label_columns").strings())
        channelsLast = try json.optional("channels_last")?.bool() ?? false
    }
}
