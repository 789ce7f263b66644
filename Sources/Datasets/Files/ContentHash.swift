/// A number that equal values share, and hardly ever others: 64 bits of their little-endian bytes, not against an
/// adversary.
///
/// Four chains of multiplications, so that the processor works on four words at a time: several bytes a cycle.
/// - Parameter values: of a type without padding.
package func contentHash<Scalar: BitwiseCopyable>(_ values: Span<Scalar>) -> UInt64 {
    unsafe values.withUnsafeBytes { unsafe contentHash($0) }
}

private func contentHash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    // Loads stay within the buffer; they need no alignment.
    func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    var lanes: InlineArray<4, UInt64> = [1, 2, 3, 4]
    let count = bytes.count
    var i = 0
    while i + 32 <= count {
        for lane in 0..<4 {
            let mixed = (lanes[lane] ^ word(i + 8 * lane)) &* 0x9E37_79B9_7F4A_7C15
            lanes[lane] = mixed ^ mixed >> 29
        }
        i += 32
    }
    var hash = UInt64(count)
    for lane in 0..<4 { hash = mixedBits(hash ^ lanes[lane]) }
    while i + 8 <= count {
        hash = mixedBits(hash ^ word(i))
        i += 8
    }
    for j in i..<count { hash = mixedBits(hash ^ UInt64(unsafe bytes[j])) }
    return hash
}

/// The finalizer of SplitMix64: every bit of the value moves about half of the result's.
package func mixedBits(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}
