internal import Datasets

/// A number that two files with the same content share, and hardly ever two others: 64 bits, not against an adversary.
///
/// Each piece is hashed by itself, so that pieces can be hashed side by side; the pieces' hashes are then combined in
/// their order.
struct ContentFingerprint: Hashable, Sendable {
    private var state: UInt64 = 0
    private(set) var bytes = 0

    mutating func add(_ pieceHash: UInt64, bytes count: Int) {
        state = mixedBits(state ^ pieceHash)
        bytes += count
    }
}
