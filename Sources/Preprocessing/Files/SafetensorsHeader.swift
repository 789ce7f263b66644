internal import Datasets
internal import Words

/// What a safetensors file's header says.
struct SafetensorsHeader: Sendable {
    struct Tensor: Sendable, Equatable {
        var name: String
        var dtype: String
        var shape: [Int]
        /// Where its bytes begin, from the end of the header, and how many there are.
        var offset: Int
        var byteCount: Int
    }

    /// The longest header that the format's own library takes.
    static let longest: UInt64 = 100_000_000

    /// In the order of their bytes, which follow one another without gaps.
    let tensors: [Tensor]
    let metadata: JSONView
    /// The CRC-32 that the file should have while zeros are in its place in the header; and the header with those.
    let checksum: String
    let bytesWithoutChecksum: [UInt8]

    var byteCount: Int { tensors.last.map { $0.offset + $0.byteCount } ?? 0 }

    /// - Parameters:
    ///   - text: the JSON after the length.
    ///   - format: what the metadata's `format` must be.
    /// - Returns: nil for a file of another format.
    init?(_ text: [UInt8], format: String) throws(JSONError) {
        let root = JSONView(try JSONValue(parsing: text.span))
        guard let metadata = try root.optional("__metadata__"),
            try metadata.optional("format")?.value == .string(format)
        else { return nil }
        self.metadata = metadata
        tensors = try Self.tensors(root)
        checksum = try metadata.require(SafetensorsWriter.checksumKey).string()
        bytesWithoutChecksum = text.withZeros(at: checksum)
    }

    private static func tensors(_ root: JSONView) throws(JSONError) -> [Tensor] {
        guard case .object(let members) = root.value else { return [] }
        var tensors: [Tensor] = []
        for member in members where member.key != "__metadata__" {
            let tensor = try root.require(member.key)
            let dtype = try tensor.require("dtype").string()
            guard dtype == "I64" || dtype == "F64" else {
                throw try tensor.require("dtype").error("expected I64 or F64, found \(shown(dtype))")
            }
            let shape = try tensor.require("shape").integers(in: 0...Int.max)
            let offsets = try tensor.require("data_offsets").integers(in: 0...Int.max, count: 2)
            guard let byteCount = checkedProduct(of: [8] + shape) else {
                throw try tensor.require("shape").error("too large to be addressed")
            }
            guard offsets[1] >= offsets[0], offsets[1] - offsets[0] == byteCount else {
                throw try tensor.require("data_offsets").error("expected \(byteCount) bytes, found \(offsets)")
            }
            tensors.append(
                Tensor(name: member.key, dtype: dtype, shape: shape, offset: offsets[0], byteCount: byteCount))
        }
        tensors.sort { ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount) }
        var end = 0
        for tensor in tensors {
            guard tensor.offset == end else {
                throw try root.require(tensor.name).require("data_offsets").error(
                    "expected to begin at \(end), where the tensor before it ends, found \(tensor.offset)")
            }
            end += tensor.byteCount
        }
        return tensors
    }
}

extension [UInt8] {
    /// A header with zeros for the checksum's digits: where they are the value of a key of that name.
    fileprivate func withZeros(at checksum: String) -> [UInt8] {
        let key = Array("\"\(SafetensorsWriter.checksumKey)\"".utf8)
        let digits = Array(checksum.utf8)
        let zeros = Array(SafetensorsWriter.noChecksum.utf8)
        guard digits.count == zeros.count, count >= key.count + digits.count else { return self }
        var text = self
        for start in 0...count - key.count where self[start] == key[0] && self[start..<start + key.count] == key[...] {
            // Past the colon, white space and the quote.
            var at = start + key.count
            while at < count, " \t\r\n:\"".utf8.contains(self[at]) { at += 1 }
            guard at + digits.count <= count, self[at..<at + digits.count] == digits[...] else { continue }
            text.replaceSubrange(at..<at + digits.count, with: zeros)
            break
        }
        return text
    }
}
