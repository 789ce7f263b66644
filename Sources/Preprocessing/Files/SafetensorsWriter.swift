public import Datasets

/// Writes named arrays in the safetensors format: the length of a JSON header, the header, the arrays' bytes.
/// Source: https://huggingface.co/docs/safetensors/index#format
public struct SafetensorsWriter {
    private struct Tensor {
        let name: String
        let dtype: String
        let shape: [Int]
        /// Of one value, in bytes.
        let size: Int
        /// Hands over the bytes, in parts and in order; may be asked for them twice.
        let bytes: (_ body: ([UInt8]) throws(DatasetError) -> Void) throws(DatasetError) -> Void
    }

    /// The metadata's name for the checksum, and what stands in its place while it is computed.
    static let checksumKey = "checksum"
    static let noChecksum = "00000000"

    private var tensors: [Tensor] = []
    private let metadata: [(String, String)]
    private let hasChecksum: Bool

    /// - Parameters:
    ///   - metadata: what else there is to say, by name.
    ///   - checksum: whether the metadata get a member `checksum`: eight hexadecimal digits, the CRC-32 of the whole file
    ///     with zeros in their place.
    public init(metadata: [(String, String)], checksum: Bool = false) {
        self.metadata = metadata
        hasChecksum = checksum
    }

    /// Adds an array in row-major order.
    /// - Precondition: there are as many values as the shape says.
    public mutating func add(_ name: String, shape: [Int], _ values: [Double]) {
        precondition(values.count == shape.reduce(1, *))
        add(name, "F64", shape, values)
    }

    public mutating func add(_ name: String, shape: [Int], _ values: [Float]) {
        precondition(values.count == shape.reduce(1, *))
        add(name, "F32", shape, values)
    }

    public mutating func add(_ name: String, shape: [Int], _ values: [Int64]) {
        precondition(values.count == shape.reduce(1, *))
        add(name, "I64", shape, values)
    }

    private mutating func add<Scalar: BitwiseCopyable>(
        _ name: String, _ dtype: String, _ shape: [Int], _ values: [Scalar]
    ) {
        tensors.append(
            Tensor(name: name, dtype: dtype, shape: shape, size: MemoryLayout<Scalar>.size) {
                (body) throws(DatasetError) in
                try body(littleEndianBytes(values))
            })
    }

    /// Adds a square matrix that is made some rows at a time.
    mutating func addRows(_ name: String, size: Int, _ rows: @escaping (Range<Int>) -> [Int64]) {
        addRows(name, "I64", size, rows)
    }

    mutating func addRows(_ name: String, size: Int, _ rows: @escaping (Range<Int>) -> [Double]) {
        addRows(name, "F64", size, rows)
    }

    private mutating func addRows<Scalar: BitwiseCopyable>(
        _ name: String, _ dtype: String, _ size: Int, _ rows: @escaping (Range<Int>) -> [Scalar]
    ) {
        let some = SafetensorsReader.rowsAtOnce
        tensors.append(
            Tensor(name: name, dtype: dtype, shape: [size, size], size: MemoryLayout<Scalar>.size) {
                (body) throws(DatasetError) in
                for first in stride(from: 0, to: size, by: some) {
                    try body(littleEndianBytes(rows(first..<min(first + some, size))))
                }
            })
    }

    /// - Throws: also `headerTooLong`, before anything is written.
    public func write(to sink: borrowing ByteSink) throws(DatasetError) {
        var checksum = Self.noChecksum
        let draft = header(checksum)
        guard draft.count <= SafetensorsHeader.longest else {
            throw DatasetError(
                sink.name, .headerTooLong(bytes: draft.count, limit: Int(SafetensorsHeader.longest)))
        }
        if hasChecksum {
            var sum = CRC32()
            sum.add(draft.span)
            for tensor in tensors { try tensor.bytes { sum.add($0.span) } }
            checksum = hexadecimal(sum.value)
        }
        try sink.write(header(checksum))
        for tensor in tensors {
            try tensor.bytes { (bytes) throws(DatasetError) in try sink.write(bytes) }
        }
    }

    /// The header with its length before it; as long for every checksum.
    private func header(_ checksum: String) -> [UInt8] {
        var about = metadata.map { JSONMember($0.0, .string($0.1)) }
        if hasChecksum { about.append(JSONMember(Self.checksumKey, .string(checksum))) }
        var members = [JSONMember("__metadata__", .object(about))]
        var offset = 0
        for tensor in tensors {
            let end = offset + tensor.size * tensor.shape.reduce(1, *)
            members.append(
                JSONMember(
                    tensor.name,
                    .object([
                        JSONMember("dtype", .string(tensor.dtype)),
                        JSONMember("shape", .array(tensor.shape.map { .number(Double($0)) })),
                        JSONMember("data_offsets", .array([offset, end].map { .number(Double($0)) })),
                    ])))
            offset = end
        }
        var header = JSONValue.object(members).formatted()
        header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
        return littleEndianBytes([Int64(header.count)]) + header
    }
}
