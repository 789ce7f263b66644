internal import CKernels
internal import Synchronization

/// Products of bytes by AVX-512 VNNI: 8-bit factors, 32-bit sums.
///
/// The instruction multiplies unsigned by signed bytes, so that what is summed is x_i (x_j - 128). Taking 128 Σ (x_j - 128)
/// away from it, once for many rows, gives the products of shifted values.
///
/// Features are taken in panels of 16 for packing, and in pairs of panels, 32 columns of the sums, for multiplying.
struct IntegerByteProducts: Sendable {
    static let isAvailable = byte_products_available()
    /// |Σ x_i (x_j - 128)| <= 255 · 128 · rows stays below 2^31 up to here.
    private static let rowsInFull = 65_536
    private static let panel = 16
    private static let columns = 32

    private let features: Int
    private let columnBlocks: Int
    private var rows = 0
    /// Σ (x - 128) of each feature, padded to whole panels.
    private var shiftedSums: [Int32]
    /// Column block q: 32 (q + 1) rows of 32 sums.
    private var sums: [Int32] = []
    private var packed: [UInt8] = []

    init(features: Int) {
        self.features = features
        columnBlocks = (features + Self.columns - 1) / Self.columns
        shiftedSums = Array(repeating: 0, count: columnBlocks * Self.columns)
    }

    /// Where column block q begins among the sums.
    private static func start(ofBlock q: Int) -> Int { columns * columns * q * (q + 1) / 2 }

    mutating func add(_ block: [UInt8], rows count: Int, totals: inout [Double]) {
        if rows + count > Self.rowsInFull { drain(into: &totals) }
        if sums.isEmpty { sums = Array(repeating: 0, count: Self.start(ofBlock: columnBlocks)) }
        let groups = (count + 3) / 4
        let packedBytes = columnBlocks * Self.columns * groups * 4
        if packed.count < packedBytes { packed = Array(repeating: 0, count: packedBytes) }
        pack(block, rows: count, groups: groups)
        multiply(groups: groups)
        rows += count
    }

    /// Packs the rows, each thread a range of panels, and sums the shifted values on the way.
    private mutating func pack(_ block: [UInt8], rows count: Int, groups: Int) {
        let panels = columnBlocks * Self.columns / Self.panel
        let threads = min(blasThreads, panels)
        let features = features
        // Threads write to panels of their own, all within the arrays: see `add` for their sizes.
        unsafe packed.withUnsafeMutableBufferPointer { packed in
            unsafe shiftedSums.withUnsafeMutableBufferPointer { sums in
                unsafe block.withUnsafeBufferPointer { block in
                    let (packed, sums) = (packed.baseAddress!, sums.baseAddress!)
                    _ = concurrently(threads) { thread in
                        for group in 0..<groups {
                            let first = 4 * group
                            for panel in panels * thread / threads..<panels * (thread + 1) / threads {
                                let start = panel * Self.panel
                                let values = unsafe packGroup(
                                    block, first: first, rows: min(4, count - first), start: start, features: features,
                                    into: packed + (panel * groups + group) * 64)
                                let total = unsafe UnsafeMutableRawPointer(sums + start)
                                let old = unsafe total.loadUnaligned(as: SIMD16<Int32>.self)
                                unsafe total.storeBytes(of: old &+ values, as: SIMD16<Int32>.self)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Column blocks are handed out one by one, the longest first.
    private mutating func multiply(groups: Int) {
        let next = Counter(columnBlocks)
        // Each block of columns has sums of its own; the packed bytes are only read.
        unsafe sums.withUnsafeMutableBufferPointer { sums in
            unsafe packed.withUnsafeBufferPointer { packed in
                let (sums, packed) = (sums.baseAddress!, packed.baseAddress!)
                _ = concurrently(min(blasThreads, columnBlocks)) { _ in
                    while let q = next.take() {
                        unsafe byte_products_add(packed, groups, q, sums + Self.start(ofBlock: q))
                    }
                }
            }
        }
    }

    mutating func drain(into totals: inout [Double]) {
        guard rows > 0 else { return }
        let features = features
        let next = Counter(columnBlocks)
        unsafe totals.withUnsafeMutableBufferPointer { totals in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                unsafe shiftedSums.withUnsafeBufferPointer { shiftedSums in
                    _ = concurrently(min(blasThreads, columnBlocks)) { _ in
                        while let q = next.take() {
                            let block = Self.start(ofBlock: q)
                            let columns = q * Self.columns..<min((q + 1) * Self.columns, features)
                            for i in 0..<columns.upperBound {
                                let row = block + Self.columns * i - columns.lowerBound
                                let total = triangleStart(i, features) - i
                                for j in max(i, columns.lowerBound)..<columns.upperBound {
                                    unsafe totals[total + j] += Double(sums[row + j]) - 128 * Double(shiftedSums[j])
                                }
                            }
                            for k in block..<Self.start(ofBlock: q + 1) { unsafe sums[k] = 0 }
                        }
                    }
                }
            }
        }
        for j in shiftedSums.indices { shiftedSums[j] = 0 }
        rows = 0
    }
}

/// Packs four rows of 16 features from `start` on, as 16 times 4 bytes; what is missing is zero.
/// - Returns: the features' sums of shifted values.
@inline(__always)
private func packGroup(
    _ block: UnsafeBufferPointer<UInt8>, first: Int, rows: Int, start: Int, features: Int,
    into packed: UnsafeMutablePointer<UInt8>
) -> SIMD16<Int32> {
    var words = SIMD16<UInt32>()
    var sums = SIMD16<Int32>()
    if start + 16 <= features {
        for row in 0..<rows {
            // Within the block: the row has 16 features from `start` on.
            let bytes = unsafe UnsafeRawPointer(block.baseAddress! + (first + row) * features + start)
                .loadUnaligned(as: SIMD16<UInt8>.self)
            let values = SIMD16<UInt32>(truncatingIfNeeded: bytes)
            words |= values &<< UInt32(8 * row)
            sums &+= SIMD16<Int32>(truncatingIfNeeded: values) &- 128
        }
    } else {
        for j in 0..<max(0, features - start) {
            for row in 0..<rows {
                let value = unsafe UInt32(block[(first + row) * features + start + j])
                words[j] |= value << UInt32(8 * row)
                sums[j] += Int32(value) - 128
            }
        }
    }
    unsafe UnsafeMutableRawPointer(packed).storeBytes(of: words, as: SIMD16<UInt32>.self)
    return sums
}

/// Numbers from `count` - 1 down to 0, each taken by one thread.
private final class Counter: Sendable {
    private let next: Atomic<Int>

    init(_ count: Int) { next = Atomic(count) }

    func take() -> Int? {
        let number = next.subtract(1, ordering: .relaxed).newValue
        return number >= 0 ? number : nil
    }
}
