internal import Datasets
internal import Words

// What a statistics file and a moments file say of the rows: the member `input`.

extension DatasetDescription {
    var json: JSONValue {
        var members = [
            JSONMember("format", .string(format.rawValue)),
            JSONMember("shape", .numbers(shape.map(Double.init))),
            JSONMember("channels_last", .bool(channelsLast)),
            JSONMember("features", .number(Double(features))),
            JSONMember("dtype", .string(scalar.rawValue)),
            JSONMember("feature_names", featureNames.map { .array($0.map(JSONValue.string)) } ?? .null),
            JSONMember("label_columns", .array(labelColumns.map(JSONValue.string))),
        ]
        if !droppedColumns.isEmpty {
            members.append(JSONMember("dropped_columns", .array(droppedColumns.map(JSONValue.string))))
        }
        if let pictures { members.append(JSONMember("pictures", pictures.json)) }
        if let classes { members.append(JSONMember("classes", .array(classes.map(JSONValue.string)))) }
        return .object(members)
    }

    init(_ json: JSONView) throws(JSONError) {
        let shape = try json.require("shape").integers(in: 1...Int(Int32.max))
        let features = try json.require("features").integer(in: 1...Int(Int32.max))
        guard checkedProduct(of: shape) == features, !shape.isEmpty else {
            throw try json.require("shape").error("expected the sizes of \(features) features, found \(shape)")
        }
        let names = try json.require("feature_names")
        self.init(
            format: try json.require("format").choice(), shape: shape, scalar: try json.require("dtype").choice(),
            featureNames: names.value == .null ? nil : try names.strings(count: features),
            labelColumns: try json.require("label_columns").strings())
        channelsLast = try json.optional("channels_last")?.bool() ?? false
        droppedColumns = try json.optional("dropped_columns")?.strings() ?? []
        if let pictures = try json.optional("pictures") { self.pictures = try PictureOptions(pictures) }
        classes = try json.optional("classes")?.strings()
    }
}

extension PictureOptions {
    fileprivate var json: JSONValue {
        let resize: JSONValue =
            switch self.resize {
            case nil: .null
            case .stretch(let size): .numbers([Double(size.width), Double(size.height)])
            case .shorterSide(let side): .numbers([Double(side)])
            }
        return .object([
            JSONMember("mode", .string(isGrey ? "L" : "RGB")), JSONMember("resize", resize),
            JSONMember("crop", crop.map { .numbers([Double($0.width), Double($0.height)]) } ?? .null),
            JSONMember("rows", .string(rows.rawValue)),
        ])
    }

    /// `resize` has a width and a height to stretch to, or the length of the shorter side.
    fileprivate init(_ json: JSONView) throws(JSONError) {
        self.init()
        let mode = try json.require("mode")
        guard let isGrey = try ["RGB": false, "L": true][mode.string()] else {
            throw mode.error("expected \"RGB\" or \"L\"")
        }
        self.isGrey = isGrey
        if let resize = try json.optional("resize") {
            switch try resize.integers(in: 1...Int(Int32.max)) {
            case let sides where sides.count == 1: self.resize = .shorterSide(sides[0])
            case let sides where sides.count == 2:
                self.resize = .stretch(PictureSize(width: sides[0], height: sides[1]))
            default: throw resize.error("expected one length or two")
            }
        }
        if let crop = try json.optional("crop")?.integers(in: 1...Int(Int32.max), count: 2) {
            self.crop = PictureSize(width: crop[0], height: crop[1])
        }
        rows = try json.require("rows").choice()
    }
}
