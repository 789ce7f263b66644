internal import Kernels
internal import Threads

/// Sums of products of rows of bytes, over all pairs of features, without any rounding.
///
/// Values are shifted by 128, which changes no variance: Σ (x_i - 128)(x_j - 128) for i <= j. Factors are bytes or 16-bit
/// numbers; sums are of 32 bits, and go on to the totals before they could leave those. What the kernels sum is too large by
/// an excess of each feature, which is taken away then, once for many rows.
package struct ByteGram: Sendable {
    /// How many rows are multiplied at once: enough for the products to run at speed, few enough for the caches.
    package static let blockRows = 1024

    private static let panel = kernel_gram_panel
    private static let columns = kernel_gram_columns
    private static let rowsInFull = kernel_gram_rows

    package let features: Int
    private let kernels: KernelSet
    private let columnBlocks: Int
    private var rows = 0
    /// What the sums of each feature are too large by, padded to whole blocks of columns.
    private var excess: [Int32]
    /// Column block q: 32 (q + 1) rows of 32 sums. Nothing before the first rows.
    private var sums: [Int32] = []
    private var packed: [UInt8] = []

    package init(features: Int, kernels: KernelSet = .current) {
        self.features = features
        self.kernels = kernels
        columnBlocks = (features + Self.columns - 1) / Self.columns
        excess = Array(repeating: 0, count: columnBlocks * Self.columns)
    }

    /// Where column block q begins among the sums.
    private static func start(ofBlock q: Int) -> Int { columns * columns * q * (q + 1) / 2 }

    /// Adds rows of `features` bytes each, at most `blockRows` of them.
    /// - Parameter totals: as in `drain`: they may grow already.
    package mutating func add(_ block: [UInt8], rows count: Int, totals: inout [Double]) {
        precondition(count <= Self.blockRows && count * features <= block.count)
        if rows + count > Self.rowsInFull { drain(into: &totals) }
        if sums.isEmpty { sums = Array(repeating: 0, count: Self.start(ofBlock: columnBlocks)) }
        let groups = (count + 3) / 4
        let bytes = columnBlocks * Self.columns / Self.panel * groups * kernels.gramGroupBytes
        if packed.count < bytes { packed = Array(repeating: 0, count: bytes) }
        pack(block, rows: count)
        multiply(groups: groups)
        rows += count
    }

    /// Packs the rows, each thread a range of panels, and adds to the excess on the way.
    private mutating func pack(_ block: [UInt8], rows count: Int) {
        let panels = columnBlocks * Self.columns / Self.panel
        let threads = min(computingThreads, panels)
        let (features, kernels) = (features, kernels)
        // Threads write to panels of their own, all within the arrays: see `add` for their sizes.
        unsafe packed.withUnsafeMutableBufferPointer { packed in
            unsafe excess.withUnsafeMutableBufferPointer { excess in
                unsafe block.withUnsafeBufferPointer { block in
                    let (packed, excess) = (packed.baseAddress!, excess.baseAddress!)
                    _ = concurrently(threads) { thread in
                        unsafe kernels.table.pointee.gram_pack(
                            block.baseAddress, count, features, panels * thread / threads,
                            panels * (thread + 1) / threads, packed, excess)
                    }
                }
            }
        }
    }

    /// Parts are handed out one by one, the last ones first: those of short columns fill up the end.
    private mutating func multiply(groups: Int) {
        let parts = gramParts(
            features: columnBlocks * Self.columns, columns: Self.columns, rows: kernel_gram_part)
        let next = Countdown(parts.count)
        let kernels = kernels
        // Each part has sums of its own; the packed bytes are only read.
        unsafe sums.withUnsafeMutableBufferPointer { sums in
            unsafe packed.withUnsafeBufferPointer { packed in
                let (sums, packed) = (sums.baseAddress!, packed.baseAddress!)
                _ = concurrently(min(computingThreads, parts.count)) { _ in
                    while let number = next.take() {
                        let part = parts[number]
                        unsafe kernels.table.pointee.gram_add(
                            packed, groups, part.block, part.rows.lowerBound, part.rows.upperBound,
                            sums + Self.start(ofBlock: part.block))
                    }
                }
            }
        }
    }

    /// Adds what is still held here to the totals: the upper triangle, row after row, D (D + 1) / 2 whole numbers.
    package mutating func drain(into totals: inout [Double]) {
        guard rows > 0 else { return }
        precondition(totals.count == triangleStart(features, features))
        let (features, columnBlocks) = (features, columnBlocks)
        let ofRows = kernels.gramExcessOfRows
        let next = Countdown(columnBlocks)
        // Each block of columns adds to totals of its own.
        unsafe totals.withUnsafeMutableBufferPointer { totals in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                unsafe excess.withUnsafeBufferPointer { excess in
                    _ = concurrently(min(computingThreads, columnBlocks)) { _ in
                        while let q = next.take() {
                            let block = Self.start(ofBlock: q)
                            let columns = q * Self.columns..<min((q + 1) * Self.columns, features)
                            for i in 0..<columns.upperBound {
                                let row = block + Self.columns * i - columns.lowerBound
                                let total = triangleStart(i, features) - i
                                let rowExcess = unsafe ofRows ? Double(excess[i]) : 0
                                for j in max(i, columns.lowerBound)..<columns.upperBound {
                                    unsafe totals[total + j] += Double(sums[row + j]) - rowExcess - Double(excess[j])
                                }
                            }
                            for k in block..<Self.start(ofBlock: q + 1) { unsafe sums[k] = 0 }
                        }
                    }
                }
            }
        }
        for j in excess.indices { excess[j] = 0 }
        rows = 0
    }
}

/// Where row i of a packed upper triangle begins.
package func triangleStart(_ i: Int, _ size: Int) -> Int {
    i * size - i * (i - 1) / 2
}
