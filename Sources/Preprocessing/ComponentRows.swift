package import Datasets
// The compiler warns that this is more than is needed, and refuses less: a typed error counts.
package import LinearAlgebra
internal import Threads

/// The training rows themselves, after the row step: where principal components come from when the rows are too wide for
/// the products of their features.
package enum ComponentRows {
    /// All of them, in memory.
    case kept(KeptBlocks)
    /// All of them, read anew for each pass.
    case streamed(RowPass)
}

/// Hands all rows to a body, in the same blocks each time it is called. What the body throws ends the pass and is thrown on.
package typealias RowPass = ((RowBlock) throws(LinearAlgebraError) -> Void) throws(LinearAlgebraError) -> Void

/// Blocks of rows, as they came.
package struct KeptBlocks: Sendable {
    package private(set) var blocks: [RowBlock] = []
    /// The number of each block's first row, from 0.
    package private(set) var firstRows: [Int] = []
    package private(set) var count = 0
    package private(set) var bytes = 0

    package init() {}

    package mutating func append(_ block: RowBlock) {
        var block = block
        block.labels = .none
        firstRows.append(count)
        count += block.count
        bytes += block.values.byteCount
        blocks.append(block)
    }
}

/// z = (x - subtract) · factor, feature by feature.
struct RowMap: Sendable {
    let subtract: [Double]
    let factors: [Double]

    /// What all features are multiplied by, where it is the same.
    var commonFactor: Double? {
        factors.first.flatMap { first in factors.allSatisfy { $0 == first } ? first : nil }
    }

    /// Writes a block's features `range`, rows x c, mapped.
    /// - Precondition: there is room for them.
    func write(_ block: RowBlock, _ range: Range<Int>, to end: UnsafeMutablePointer<Double>) {
        switch block.values {
        case .bytes(let values): unsafe write(values.span, block.features, range, to: end) { Double($0) }
        case .floats(let values): unsafe write(values.span, block.features, range, to: end) { Double($0) }
        case .doubles(let values): unsafe write(values.span, block.features, range, to: end) { $0 }
        }
    }

    @inline(__always)
    private func write<Value>(
        _ values: Span<Value>, _ features: Int, _ range: Range<Int>, to end: UnsafeMutablePointer<Double>,
        _ double: (Value) -> Double
    ) {
        let subtract = subtract.span.extracting(range)
        let factors = factors.span.extracting(range)
        for row in 0..<values.count / features {
            let values = values.extracting(row * features + range.lowerBound..<row * features + range.upperBound)
            let end = unsafe end + row * range.count
            for k in values.indices { unsafe end[k] = (double(values[k]) - subtract[k]) * factors[k] }
        }
    }
}

/// Some rows, mapped as they are asked for.
struct MappedBlock: WideBlock {
    let rows: KeptBlocks
    let map: RowMap

    var count: Int { rows.count }
    var features: Int { map.subtract.count }

    /// Each thread maps some of the blocks.
    func copyColumns(_ range: Range<Int>, to chunk: inout [Double]) {
        let blocks = rows.blocks
        precondition(rows.count * range.count <= chunk.count)
        let threads = min(computingThreads, blocks.count)
        // Threads write to the rows of their own blocks, all of them within the chunk.
        unsafe chunk.withUnsafeMutableBufferPointer { chunk in
            let start = chunk.baseAddress!
            _ = concurrently(threads) { thread in
                for k in blocks.count * thread / threads..<blocks.count * (thread + 1) / threads {
                    unsafe map.write(blocks[k], range, to: start + rows.firstRows[k] * range.count)
                }
            }
        }
    }
}

extension MappedBlock {
    /// Where all rows are bytes, and all features are multiplied by the same.
    var bytes: WideBytes? {
        guard let factor = map.commonFactor, rows.areBytes else { return nil }
        let rows = rows
        return WideBytes(count: rows.count, subtract: map.subtract, factor: factor) { range, chunk in
            precondition(rows.count * range.count <= chunk.count)
            let threads = min(computingThreads, rows.blocks.count)
            // Threads write to the rows of their own blocks, all of them within the chunk.
            unsafe chunk.withUnsafeMutableBufferPointer { chunk in
                let start = chunk.baseAddress!
                _ = concurrently(threads) { thread in
                    for k in rows.blocks.count * thread / threads..<rows.blocks.count * (thread + 1) / threads {
                        unsafe rows.blocks[k].writeTransposed(
                            range, to: start + rows.firstRows[k], stride: rows.count)
                    }
                }
            }
        }
    }
}

extension KeptBlocks {
    var areBytes: Bool {
        blocks.allSatisfy { if case .bytes = $0.values { true } else { false } }
    }
}

extension RowBlock {
    /// Writes the bytes of some features, those of each feature side by side, `stride` after those of the one before.
    fileprivate func writeTransposed(_ range: Range<Int>, to end: UnsafeMutablePointer<UInt8>, stride: Int) {
        guard case .bytes(let values) = values else { preconditionFailure("rows that are not bytes") }
        let span = values.span
        for (k, feature) in range.enumerated() {
            let end = unsafe end + k * stride
            for row in 0..<count { unsafe end[row] = span[row * features + feature] }
        }
    }
}

extension MappedBlock: WideRows {
    func forEachBlock(_ body: (any WideBlock) throws(LinearAlgebraError) -> Void) throws(LinearAlgebraError) {
        try body(self)
    }
}

/// Rows that are read anew for each pass.
struct MappedStream: WideRows {
    let count: Int
    let map: RowMap
    let pass: RowPass

    var features: Int { map.subtract.count }

    /// Gathers rows until there are enough for a product to run at speed.
    func forEachBlock(_ body: (any WideBlock) throws(LinearAlgebraError) -> Void) throws(LinearAlgebraError) {
        var stage = KeptBlocks()
        try pass { (block) throws(LinearAlgebraError) in
            stage.append(block)
            guard stage.count >= 256 || stage.bytes >= 64 << 20 else { return }
            try body(MappedBlock(rows: stage, map: map))
            stage = KeptBlocks()
        }
        if stage.count > 0 { try body(MappedBlock(rows: stage, map: map)) }
    }
}
