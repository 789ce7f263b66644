internal import Datasets

/// A message of Protocol Buffers: fields in the order that they were added.
/// Source: https://protobuf.dev/programming-guides/encoding/
struct Protobuf {
    /// Parts of the message, one after the other, so that large ones are not copied into each message around them.
    private var parts: [[UInt8]] = []
    private(set) var count = 0

    private mutating func append(_ bytes: [UInt8]) {
        parts.append(bytes)
        count += bytes.count
    }

    mutating func add(_ field: Int, _ value: Int) {
        append(Self.tag(field, wireType: 0) + Self.variableLength(UInt64(bitPattern: Int64(value))))
    }

    mutating func add(_ field: Int, _ bytes: [UInt8]) {
        append(Self.tag(field, wireType: 2) + Self.variableLength(UInt64(bytes.count)))
        append(bytes)
    }

    mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

    mutating func add(_ field: Int, _ message: Protobuf) {
        append(Self.tag(field, wireType: 2) + Self.variableLength(UInt64(message.count)))
        parts += message.parts
        count += message.count
    }

    /// Builds a message and adds it.
    mutating func add(_ field: Int, _ build: (inout Protobuf) -> Void) {
        var message = Protobuf()
        build(&message)
        add(field, message)
    }

    func write(to sink: borrowing ByteSink) throws(DatasetError) {
        // Small parts together: each write is a system call.
        var bytes: [UInt8] = []
        for part in parts {
            if bytes.count + part.count > 1 << 20 {
                try sink.write(bytes)
                bytes = []
            }
            if part.count > 1 << 20 { try sink.write(part) } else { bytes += part }
        }
        try sink.write(bytes)
    }

    private static func tag(_ field: Int, wireType: Int) -> [UInt8] { variableLength(UInt64(field << 3 | wireType)) }

    /// Seven bits a byte, the least significant first; the eighth says that more follow.
    private static func variableLength(_ value: UInt64) -> [UInt8] {
        var (bytes, rest) = ([] as [UInt8], value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
