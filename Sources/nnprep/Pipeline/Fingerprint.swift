/// A number that two files with the same content share, and hardly ever two others: 64 bits, not against an adversary.
///
/// Each piece is hashed by itself, so that pieces can be hashed side by side; the pieces' hashes are then combined in
/// their order.
struct Fingerprint: Hashable, Sendable {
    private var state: UInt64 = 0
    private(set) var bytes = 0

    mutating func add(_ pieceHash: UInt64, bytes count: Int) {
        state = Self.mixed(state ^ pieceHash)
        bytes += count
    }

    /// Four chains of multiplications, so that the processor works on four words at a time: several bytes a cycle.
    static func hash(_ bytes: [UInt8], count: Int) -> UInt64 {
        precondition(count <= bytes.count)
        var lanes: InlineArray<4, UInt64> = [1, 2, 3, 4]
        var i = 0
        // Loads stay within the first `count` bytes; they need no alignment.
        unsafe bytes.withUnsafeBytes { bytes in
            while i + 32 <= count {
                for lane in 0..<4 {
                    let word = unsafe bytes.loadUnaligned(fromByteOffset: i + 8 * lane, as: UInt64.self)
                    let mixed = (lanes[lane] ^ word) &* 0x9E37_79B9_7F4A_7C15
                    lanes[lane] = mixed ^ mixed >> 29
                }
                i += 32
            }
        }
        var hash = UInt64(count)
        for lane in 0..<4 { hash = mixed(hash ^ lanes[lane]) }
        for j in i..<count { hash = mixed(hash ^ UInt64(bytes[j])) }
        return hash
    }

    /// The finalizer of SplitMix64.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
