internal import Datasets

/// Reads a safetensors file of I64 and F64 tensors once, in the order of its bytes. The owner of its file.
///
/// Memory follows the bytes that are really there, whatever the header says.
struct SafetensorsReader: ~Copyable {
    let header: SafetensorsHeader
    let name: String
    private var source: ByteSource
    /// How many bytes there should be in all, and how many were read.
    private let size: Int
    private var position: Int
    private var sum = CRC32()

    /// Reads the header.
    /// - Parameter format: what the metadata's `format` must be.
    init(_ source: consuming ByteSource, format: String) throws(TensorFileError) {
        var source = source
        let file = source.name
        let promised = source.size
        let start = try Self.read(8, of: &source)
        guard start.count == 8 else { throw TensorFileError(file, .endsEarly(bytes: start.count, of: 8)) }
        let length = start.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard (2...SafetensorsHeader.longest).contains(length) else {
            throw TensorFileError(file, .headerLength(length))
        }
        let text = try Self.read(Int(length), of: &source)
        guard text.count == Int(length) else {
            throw TensorFileError(file, .endsEarly(bytes: 8 + text.count, of: 8 + Int(length)))
        }
        let header = try Self.header(text, format: format, file: file)
        // Offsets stay below 2^53, so that these sums do not overflow.
        let size = 8 + text.count + header.byteCount
        if let promised {
            guard promised >= size else { throw TensorFileError(file, .endsEarly(bytes: promised, of: size)) }
            guard promised == size else { throw TensorFileError(file, .goesOn(expected: size)) }
        }
        name = file
        self.header = header
        self.size = size
        position = 8 + text.count
        sum.add(start.span)
        sum.add(header.bytesWithoutChecksum.span)
        self.source = source
    }

    private static func header(
        _ text: [UInt8], format: String, file: String
    ) throws(TensorFileError) -> SafetensorsHeader {
        let header: SafetensorsHeader?
        do throws(JSONError) { header = try SafetensorsHeader(text, format: format) } catch {
            throw TensorFileError(file, .header(error))
        }
        guard let header else { throw TensorFileError(file, .anotherFile) }
        return header
    }

    /// The next bytes; fewer than asked for only at the end.
    private static func read(_ count: Int, of source: inout ByteSource) throws(TensorFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let known = bytes.count
            // Twice as much each time: memory follows the bytes that are really there.
            bytes.append(contentsOf: repeatElement(0, count: min(count - known, max(1 << 16, known))))
            let got: Int
            do throws(DatasetError) { got = try source.read(into: &bytes, from: known) } catch {
                throw TensorFileError(source.name, .unreadable(error))
            }
            if known + got < bytes.count {
                bytes.removeLast(bytes.count - known - got)
                break
            }
        }
        return bytes
    }

    /// The next `count` values.
    private mutating func values<Scalar: BitwiseCopyable>(_ count: Int, _: Scalar.Type) throws(TensorFileError)
        -> [Scalar]
    {
        let bytes = try Self.read(count * MemoryLayout<Scalar>.size, of: &source)
        guard bytes.count == count * MemoryLayout<Scalar>.size else {
            throw TensorFileError(name, .endsEarly(bytes: position + bytes.count, of: size))
        }
        position += bytes.count
        sum.add(bytes.span)
        return [Scalar](littleEndian: bytes)
    }

    /// The values of the next tensor, which has one axis.
    mutating func vector<Scalar: BitwiseCopyable>(
        _ tensor: SafetensorsHeader.Tensor, of _: Scalar.Type
    ) throws(TensorFileError) -> [Scalar] {
        try values(tensor.byteCount / 8, Scalar.self)
    }

    /// The values of the next tensor, a square matrix, some rows at a time.
    /// - Parameter body: is handed whole rows, and the number of the first.
    mutating func rows<Scalar: BitwiseCopyable>(
        _ tensor: SafetensorsHeader.Tensor, of _: Scalar.Type,
        _ body: ([Scalar], Int) throws(TensorFileError) -> Void
    ) throws(TensorFileError) {
        let size = tensor.shape[0]
        let some = Self.rowsAtOnce
        for first in stride(from: 0, to: size, by: some) {
            try body(try values(min(some, size - first) * size, Scalar.self), first)
        }
    }

    /// How many rows of a square matrix are held at once.
    static let rowsAtOnce = 32

    /// Checks what can be known only now: that nothing follows, and that nothing was changed.
    consuming func finish() throws(TensorFileError) {
        guard try Self.read(1, of: &source).isEmpty else { throw TensorFileError(name, .goesOn(expected: size)) }
        guard hexadecimal(sum.value) == header.checksum else { throw TensorFileError(name, .checksum) }
    }
}

extension Array where Element: BitwiseCopyable {
    /// Values whose bytes are as in memory: little-endian, as every platform is that nnprep builds for.
    fileprivate init(littleEndian bytes: [UInt8]) {
        let count = bytes.count / MemoryLayout<Element>.size
        // As many bytes are copied as the array has room for; any bits are a value of these types.
        unsafe self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
            unsafe bytes.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            initialized = count
        }
    }
}
