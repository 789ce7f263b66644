internal import CZlib

/// The CRC-32 of bytes that come in parts, as gzip, PNG and zlib's `crc32` compute it.
package struct CRC32: Sendable {
    package private(set) var value: UInt32 = 0

    package init() {}

    package mutating func add(_ bytes: Span<UInt8>) {
        guard !bytes.isEmpty else { return }
        let before = UInt(value)
        // zlib reads from the span, within its bounds.
        value = unsafe bytes.withUnsafeBufferPointer {
            UInt32(truncatingIfNeeded: unsafe crc32_z(before, $0.baseAddress, $0.count))
        }
    }
}
