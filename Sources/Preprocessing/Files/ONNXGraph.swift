internal import Datasets

/// A model in the format of ONNX while it is built: one value after the other, each made from those before.
/// Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, https://onnx.ai/onnx/operators/
struct ONNXGraph {
    /// The version of the operators: those of 17 are known to every runtime in use.
    private static let operators = 17
    /// The version of the file format that came with them.
    private static let fileVersion = 8

    enum Element: Int {
        case float = 1
        case uint8 = 2
        case int64 = 7
    }

    /// A length of an axis: known, or by a name.
    enum Axis {
        case length(Int)
        case named(String)
    }

    enum Attribute {
        case number(Int)
        case numbers([Int])
    }

    private var nodes: [Protobuf] = []
    private var constants: [Protobuf] = []
    private var inputs: [Protobuf] = []
    private var outputs: [Protobuf] = []

    mutating func addInput(_ name: String, _ element: Element, _ shape: [Axis]) {
        inputs.append(Self.value(name, element, shape))
    }

    mutating func addOutput(_ name: String, _ element: Element, _ shape: [Axis]) {
        outputs.append(Self.value(name, element, shape))
    }

    /// Adds an operation.
    /// - Parameter result: what its value is called.
    mutating func add(_ kind: String, of values: [String], as result: String, _ attributes: [String: Attribute] = [:]) {
        var node = Protobuf()
        for value in values { node.add(1, value) }
        node.add(2, result)
        node.add(3, "\(kind)_\(nodes.count + 1)")
        node.add(4, kind)
        for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            node.add(5) { message in
                message.add(1, name)
                switch attribute {
                case .number(let number):
                    message.add(3, number)
                    message.add(20, 2)
                case .numbers(let numbers):
                    for number in numbers { message.add(8, number) }
                    message.add(20, 7)
                }
            }
        }
        nodes.append(node)
    }

    /// Adds a constant array in row-major order.
    mutating func addConstant(_ name: String, shape: [Int], _ values: [Float]) {
        addConstant(name, .float, shape, littleEndianBytes(values))
    }

    mutating func addConstant(_ name: String, shape: [Int], _ values: [Int64]) {
        addConstant(name, .int64, shape, littleEndianBytes(values))
    }

    private mutating func addConstant(_ name: String, _ element: Element, _ shape: [Int], _ bytes: [UInt8]) {
        var tensor = Protobuf()
        for length in shape { tensor.add(1, length) }
        tensor.add(2, element.rawValue)
        tensor.add(8, name)
        tensor.add(9, bytes)
        constants.append(tensor)
    }

    /// The whole model.
    func model(name: String, by program: String, metadata: [(String, String)]) -> Protobuf {
        var model = Protobuf()
        model.add(1, Self.fileVersion)
        model.add(2, program)
        model.add(7) { graph in
            for node in nodes { graph.add(1, node) }
            graph.add(2, name)
            for constant in constants { graph.add(5, constant) }
            for input in inputs { graph.add(11, input) }
            for output in outputs { graph.add(12, output) }
        }
        model.add(8) { $0.add(2, Self.operators) }
        for (key, value) in metadata {
            model.add(14) { entry in
                entry.add(1, key)
                entry.add(2, value)
            }
        }
        return model
    }

    private static func value(_ name: String, _ element: Element, _ shape: [Axis]) -> Protobuf {
        var value = Protobuf()
        value.add(1, name)
        value.add(2) { type in
            type.add(1) { tensor in
                tensor.add(1, element.rawValue)
                tensor.add(2) { axes in
                    for axis in shape {
                        axes.add(1) { dimension in
                            switch axis {
                            case .length(let length): dimension.add(1, length)
                            case .named(let name): dimension.add(2, name)
                            }
                        }
                    }
                }
            }
        }
        return value
    }
}
