package import Datasets

/// Writes named arrays in the safetensors format: the length of a JSON header, the header, the arrays' bytes.
/// Source: https://huggingface.co/docs/safetensors/index#format
package struct SafetensorsWriter {
    private var tensors: [(name: String, shape: [Int], values: Values)] = []
    private let metadata: [(String, String)]

    private enum Values {
        case doubles([Double])
        case floats([Float])
        case integers([Int64])

        var dtype: String {
            switch self {
            case .doubles: "F64"
            case .floats: "F32"
            case .integers: "I64"
            }
        }

        /// Of one value, in bytes.
        var size: Int {
            switch self {
            case .doubles, .integers: 8
            case .floats: 4
            }
        }
    }

    /// - Parameter metadata: what else there is to say, by name.
    package init(metadata: [(String, String)]) { self.metadata = metadata }

    /// Adds an array in row-major order.
    /// - Precondition: there are as many values as the shape says.
    package mutating func add(_ name: String, shape: [Int], _ values: [Double]) {
        precondition(values.count == shape.reduce(1, *))
        tensors.append((name, shape, .doubles(values)))
    }

    package mutating func add(_ name: String, shape: [Int], _ values: [Float]) {
        precondition(values.count == shape.reduce(1, *))
        tensors.append((name, shape, .floats(values)))
    }

    package mutating func add(_ name: String, shape: [Int], _ values: [Int64]) {
        precondition(values.count == shape.reduce(1, *))
        tensors.append((name, shape, .integers(values)))
    }

    package func write(to sink: borrowing ByteSink) throws(DatasetError) {
        var members = [
            JSONMember("__metadata__", .object(metadata.map { JSONMember($0.0, .string($0.1)) }))
        ]
        var offset = 0
        for tensor in tensors {
            let end = offset + tensor.values.size * tensor.shape.reduce(1, *)
            members.append(
                JSONMember(
                    tensor.name,
                    .object([
                        JSONMember("dtype", .string(tensor.values.dtype)),
                        JSONMember("shape", .array(tensor.shape.map { .number(Double($0)) })),
                        JSONMember("data_offsets", .array([offset, end].map { .number(Double($0)) })),
                    ])))
            offset = end
        }
        var header = JSONValue.object(members).formatted()
        header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
        try sink.write(littleEndianBytes([Int64(header.count)]))
        try sink.write(header)
        for tensor in tensors {
            switch tensor.values {
            case .doubles(let values): try sink.write(littleEndianBytes(values))
            case .floats(let values): try sink.write(littleEndianBytes(values))
            case .integers(let values): try sink.write(littleEndianBytes(values))
            }
        }
    }
}
