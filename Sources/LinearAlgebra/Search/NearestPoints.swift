internal import Kernels
internal import Threads

/// For each of some points, the nearest of many others that stream past, by squared distance.
///
///     n points    those that are kept, K coordinates each
///     N others    in blocks, in any order; only what they are near to is kept of them
///     ‖u - v‖² <= d²   where   u·v - ‖v‖²/2 >= (‖u‖² - d²) / 2
///
/// The products of all pairs are a matrix product, of which the kernels keep only what may be nearer than the nearest
/// until then: bounds leave room for every rounding. Those pairs are measured by the sum of squared differences, in an
/// order of its own, so that the result is the same bits whatever the kernel set, the threads, or the blocks. Where two
/// are equally near, the one with the smaller number comes first.
package struct NearestPoints: Sendable {
    /// n and K.
    package let count: Int
    package let depth: Int
    /// How many are kept for each point, at the most.
    package let neighbours: Int
    /// N until now.
    package private(set) var seen = 0

    /// n x K.
    private let points: [Float]
    /// ‖u‖².
    private let squares: [Double]
    /// [u, 1], K + 1 coordinates, as the kernels take columns.
    private let packed: [Float]
    private let kernels: KernelSet
    /// n x neighbours squared distances, the nearest first; infinity where there are none yet.
    package private(set) var distances: [Float]
    /// Which they are, by number; -1 where there are none yet.
    package private(set) var numbers: [Int]

    /// Coordinates beyond this are taken as this: their squares stay in range.
    private static let largest: Float = 1e15
    private static let mostRows = 256

    /// - Parameters:
    ///   - points: n x K, no NaN.
    ///   - neighbours: at least 1.
    package init(_ points: [Float], depth: Int, neighbours: Int, kernels: KernelSet = .current) {
        precondition(depth > 0 && neighbours > 0 && points.count % depth == 0)
        count = points.count / depth
        self.depth = depth
        self.neighbours = neighbours
        self.kernels = kernels
        self.points = points.map { min(max($0, -Self.largest), Self.largest) }
        squares = squaredNorms(self.points, depth: depth)
        let panel = kernels.panelVectors * kernels.floatLanes
        let panels = (count + panel - 1) / panel
        var packed = [Float](repeating: 0, count: panels * panel * (depth + 1))
        var out = packed.mutableSpan
        for column in 0..<count {
            let start = column / panel * panel * (depth + 1) + column % panel
            for k in 0..<depth { out[start + k * panel] = self.points[column * depth + k] }
            out[start + depth * panel] = 1
        }
        self.packed = packed
        distances = Array(repeating: .infinity, count: count * neighbours)
        numbers = Array(repeating: -1, count: count * neighbours)
    }

    /// Bytes that so many points take.
    package static func bytes(count: Int, depth: Int, neighbours: Int) -> Int {
        count * (4 * (2 * depth + 1) + 8 + 12 * neighbours)
    }

    /// The squared distances to the nearest, ascending, as many as were found.
    package func squaredDistances(of point: Int) -> ArraySlice<Float> {
        let start = point * neighbours
        return distances[start..<start + found(point)]
    }

    /// Which they are, by number.
    package func nearest(to point: Int) -> ArraySlice<Int> {
        let start = point * neighbours
        return numbers[start..<start + found(point)]
    }

    private func found(_ point: Int) -> Int {
        var found = neighbours
        while found > 0, numbers[point * neighbours + found - 1] < 0 { found -= 1 }
        return found
    }

    /// Takes in others.
    /// - Parameters:
    ///   - others: m x K, no NaN.
    ///   - first: the number of the first of them.
    ///   - areOwn: whether the others are the points themselves, by number: none is its own neighbour then.
    /// - Returns: the points that have another nearest one than before, ascending.
    package mutating func add(_ others: [Float], first: Int, areOwn: Bool = false) -> [Int] {
        precondition(others.count % depth == 0)
        let rows = others.count / depth
        var changed: Set<Int> = []
        var start = 0
        while start < rows {
            // While there is little to be held against, most pairs are hits: short blocks keep them few.
            let end = min(rows, start + min(Self.mostRows, max(32, seen)))
            let block = SearchBlock(others, start..<end, depth: depth, largest: Self.largest)
            changed.formUnion(add(block, first: first + start, areOwn: areOwn))
            seen += end - start
            start = end
        }
        return changed.sorted()
    }

    private mutating func add(_ block: SearchBlock, first: Int, areOwn: Bool) -> [Int] {
        let panel = kernels.panelVectors * kernels.floatLanes
        let panels = (count + panel - 1) / panel
        let bounds = bounds(for: block, columns: panels * panel)
        let threads = max(1, min(computingThreads, panels))
        let (count, depth, neighbours, kernels) = (count, depth, neighbours, kernels)
        let (points, packed) = (points, packed)
        // Each thread has columns of its own, and writes to the distances and numbers of those.
        return unsafe distances.withUnsafeMutableBufferPointer { distances in
            unsafe numbers.withUnsafeMutableBufferPointer { numbers in
                let (distances, numbers) = (distances.baseAddress!, numbers.baseAddress!)
                let parts = concurrently(threads) { thread in
                    var nearest = unsafe Nearest(
                        distances: distances, numbers: numbers, neighbours: neighbours, depth: depth)
                    let columns =
                        panels * thread / threads * panel..<min(count, panels * (thread + 1) / threads * panel)
                    nearest.search(
                        columns, step: 16 * panel, block, first: first, areOwn: areOwn, points: points, packed: packed,
                        bounds: bounds, kernels: kernels)
                    return nearest.changed
                }
                return parts.flatMap { $0 }
            }
        }
    }

    /// What a product must reach for its pair to be measured, for all columns.
    private func bounds(for block: SearchBlock, columns: Int) -> [Float] {
        let rounding = 2 * Double(depth + 4) * 0x1p-24
        let norm = block.largestNorm
        return (0..<columns).map { column in
            guard column < count else { return .infinity }
            let distance = Double(distances[(column + 1) * neighbours - 1])
            guard distance.isFinite else { return -.infinity }
            let slack = rounding * (squares[column].squareRoot() * norm + norm * norm / 2) + 0x1p-20 * distance
            return Float((squares[column] - distance) / 2 - slack).nextDown
        }
    }
}

/// Some of the others: rows of [v, -‖v‖²/2].
private struct SearchBlock {
    let count: Int
    let rows: [Float]
    let largestNorm: Double

    init(_ others: [Float], _ range: Range<Int>, depth: Int, largest: Float) {
        count = range.count
        let values = others[range.lowerBound * depth..<range.upperBound * depth].map {
            min(max($0, -largest), largest)
        }
        let squares = squaredNorms(values, depth: depth)
        rows = [Float](capacity: range.count * (depth + 1)) { rows in
            for row in 0..<range.count {
                for k in 0..<depth { rows.append(values[row * depth + k]) }
                rows.append(Float(-squares[row] / 2))
            }
        }
        largestNorm = squares.max()?.squareRoot() ?? 0
    }
}

/// The nearest to each of some columns, found by one thread.
///
/// Safe: the pointers are those of whole arrays that outlive it, and columns are below their count.
@safe
private struct Nearest {
    private let distances: UnsafeMutablePointer<Float>
    private let numbers: UnsafeMutablePointer<Int>
    private let neighbours: Int
    private let depth: Int
    private(set) var changed: [Int] = []

    init(distances: UnsafeMutablePointer<Float>, numbers: UnsafeMutablePointer<Int>, neighbours: Int, depth: Int) {
        unsafe self.distances = distances
        unsafe self.numbers = numbers
        self.neighbours = neighbours
        self.depth = depth
    }

    mutating func search(
        _ columns: Range<Int>, step: Int, _ block: SearchBlock, first: Int, areOwn: Bool, points: [Float],
        packed: [Float], bounds: [Float], kernels: KernelSet
    ) {
        let room = block.count * min(step, columns.count)
        guard room > 0 else { return }
        // The kernel reads the block's rows, whole panels of columns and their bounds, and writes at most `room` hits.
        unsafe withUnsafeTemporaryAllocation(of: kernel_hit.self, capacity: room) { hits in
            for start in stride(from: columns.lowerBound, to: columns.upperBound, by: step) {
                let found = unsafe kernels.table.pointee.search(
                    block.rows, block.count, depth + 1, packed, start, min(start + step, columns.upperBound), bounds,
                    hits.baseAddress)
                for i in 0..<found {
                    let (row, column) = unsafe (Int(hits[i].row), Int(hits[i].column))
                    if areOwn, first + row == column { continue }
                    take(column, squaredDistance(block.rows, row * (depth + 1), points, column * depth), first + row)
                }
            }
        }
    }

    /// Puts one into its place among the nearest of a column, if it has one there.
    private mutating func take(_ column: Int, _ distance: Float, _ number: Int) {
        let start = column * neighbours
        func isNearer(than place: Int) -> Bool {
            let other = unsafe distances[place]
            return unsafe distance < other || distance == other && (number < numbers[place] || numbers[place] < 0)
        }
        var place = start + neighbours
        guard isNearer(than: place - 1) else { return }
        place -= 1
        while place > start, isNearer(than: place - 1) {
            unsafe distances[place] = distances[place - 1]
            unsafe numbers[place] = numbers[place - 1]
            place -= 1
        }
        unsafe distances[place] = distance
        unsafe numbers[place] = number
        if place == start, changed.last != column { changed.append(column) }
    }

    /// Sixteen sums side by side, then theirs in order: the same bits everywhere.
    private func squaredDistance(_ a: [Float], _ i: Int, _ b: [Float], _ j: Int) -> Float {
        var sums = SIMD16<Float>()
        var k = 0
        // Loads stay within the two points: k + 16 <= depth.
        unsafe a.withUnsafeBytes { a in
            unsafe b.withUnsafeBytes { b in
                while k + 16 <= depth {
                    let difference =
                        unsafe a.loadUnaligned(fromByteOffset: 4 * (i + k), as: SIMD16<Float>.self)
                        - b.loadUnaligned(fromByteOffset: 4 * (j + k), as: SIMD16<Float>.self)
                    sums += difference * difference
                    k += 16
                }
            }
        }
        var rest: Float = 0
        while k < depth {
            let difference = a[i + k] - b[j + k]
            rest += difference * difference
            k += 1
        }
        for lane in 0..<16 { rest += sums[lane] }
        return rest
    }
}

private func squaredNorms(_ points: [Float], depth: Int) -> [Double] {
    stride(from: 0, to: points.count, by: depth).map { start in
        var sum = 0.0
        for k in start..<start + depth { sum += Double(points[k]) * Double(points[k]) }
        return sum
    }
}
