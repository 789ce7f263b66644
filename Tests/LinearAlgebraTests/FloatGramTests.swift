import Testing
import Threads

@testable import LinearAlgebra

/// Products of floating rows against sums in 128 bits, with every kernel set that this processor has.
@Suite("Gram of floating rows", .serialized)
struct FloatGramTests {
    @Test("Every width around a panel and a block of columns, every count of rows", arguments: KernelSet.available)
    func shapes(kernels: KernelSet) {
        for features in [1, 5, 7, 8, 9, 23, 24, 25, 95, 96, 97, 200] {
            for rows in features > 25 ? [9, 300] : [1, 7, 8, 9, 191, 192, 193, 300] {
                let values = wholeNumbers(rows * features, below: 1 << 12, seed: UInt64(rows * 1000 + features))
                check(values.map { Float($0) }, values, features, kernels)
                if features < 25 { check(values.map { Double($0) }, values, features, kernels) }
            }
        }
    }

    @Test("Bytes are values like others", arguments: KernelSet.available)
    func bytes(kernels: KernelSet) {
        let values = wholeNumbers(300 * 30, below: 256, seed: 3).map { $0 & 255 }
        check(values.map { UInt8($0) }, values, 30, kernels)
    }

    /// Whole numbers whose sums are exact in doubles, so that nothing is rounded.
    private func check<Scalar: RowScalar>(
        _ rows: [Scalar], _ values: [Int], _ features: Int, _ kernels: KernelSet
    ) {
        let count = values.count / features
        let centers = (0..<features).map { $0 * 3 - 40 }
        let (minus, plus) = ((0..<features).map { 5 * $0 + 1 }, (0..<features).map { 7 - $0 })
        var gram = FloatGram(features: features, kernels: kernels)
        var matrix = [Double](repeating: 0, count: features * features)
        // In two blocks, the second one in two pieces.
        var sums = [Int](repeating: 0, count: features * features)
        for (start, end) in [(0, count / 3), (count / 3, count)] where start < end {
            gram.begin(centers: centers.map { Double($0) })
            let middle = (start + end) / 2
            for piece in [start..<middle, middle..<end] {
                gram.add(
                    rows.span.extracting(piece.lowerBound * features..<piece.upperBound * features),
                    count: piece.count)
            }
            let differences = (0..<features).map { j in
                (start..<end).reduce(0) { $0 + values[$1 * features + j] - centers[j] }
            }
            #expect(gram.differences.prefix(features).elementsEqual(differences.map { Double($0) }))
            for j in 0..<features {
                let column = (start..<end).map { Double(values[$0 * features + j]) }
                #expect(gram.minima[j] == column.min() && gram.maxima[j] == column.max())
            }
            gram.multiply(minus: minus.map { Double($0) }, plus: plus.map { Double($0) })
            for i in 0..<features {
                for j in i..<features {
                    for row in start..<end {
                        sums[i * features + j] &+=
                            (values[row * features + i] &- centers[i]) &* (values[row * features + j] &- centers[j])
                    }
                    sums[i * features + j] += plus[i] * plus[j] - minus[i] * minus[j]
                }
            }
        }
        gram.drain(into: &matrix)
        #expect(matrix == sums.map { Double($0) }, "\(count) x \(features), \(kernels.name)")
    }

    /// 40 bits of fraction, so that nearly every product and sum is rounded.
    @Test("The error stays within the bound", arguments: KernelSet.available)
    func bound(kernels: KernelSet) {
        let (features, count) = (11, 3000)
        let values = wholeNumbers(count * features, below: 1 << 40, seed: 9)
        let rows = values.map { Double($0) * 0x1p-40 }
        let matrix = scatterAboutZero(rows, features, kernels)
        for i in 0..<features {
            for j in i..<features {
                var exact: Int128 = 0
                for row in 0..<count {
                    exact += Int128(values[row * features + i]) * Int128(values[row * features + j])
                }
                let bound =
                    0x1p-53 * Double(130 + 2 * ((count + 127) / 128))
                    * (matrix[i * features + i] * matrix[j * features + j]).squareRoot()
                #expect(abs(matrix[i * features + j] - Double(exact) * 0x1p-80) <= bound)
            }
        }
    }

    @Test("Neither the number of threads nor the set matters, where products are fused")
    func repeatable() throws {
        let rows = wholeNumbers(700 * 230, below: 1 << 40, seed: 4).map { Double($0) * 0x1.8p-30 }
        var results: [[Double]] = []
        for kernels in KernelSet.available where kernels.isFused {
            for count in [1, 2, 3] {
                let using = try ThreadPool.start(threads: count)
                defer { using.end() }
                results.append(scatterAboutZero(rows, 230, kernels))
            }
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }

    private func scatterAboutZero(_ rows: [Double], _ features: Int, _ kernels: KernelSet) -> [Double] {
        var gram = FloatGram(features: features, kernels: kernels)
        var matrix = [Double](repeating: 0, count: features * features)
        let zeros = [Double](repeating: 0, count: features)
        var start = 0
        while start < rows.count {
            let end = min(start + gram.blockRows * features, rows.count)
            gram.begin(centers: zeros)
            gram.add(rows.span.extracting(start..<end), count: (end - start) / features)
            gram.multiply(minus: zeros, plus: zeros)
            start = end
        }
        gram.drain(into: &matrix)
        return matrix
    }
}

@Suite("Sums of floating rows")
struct CenteredSumsTests {
    @Test("Every width, in pieces of any length, exactly", arguments: KernelSet.available)
    func shapes(kernels: KernelSet) {
        for features in [1, 3, 7, 8, 31, 33, 63, 64, 65, 130] {
            let count = 300
            let values = wholeNumbers(count * features, below: 1 << 20, seed: UInt64(features))
            let rows = values.map { Float($0) }
            let centers = (0..<features).map { 17 * $0 - 60 }
            var sums = CenteredSums(features: features, kernels: kernels)
            sums.begin(centers: centers.map { Double($0) })
            var start = 0
            for length in [1, 2, 0, 64, 7, 130, 96] {
                sums.add(rows.span.extracting(start * features..<(start + length) * features), count: length)
                start += length
            }
            #expect(sums.rows == count)
            for j in 0..<features {
                let column = (0..<count).map { values[$0 * features + j] }
                let away = column.map { $0 - centers[j] }
                #expect(sums.differences[j] == Double(away.reduce(0, +)))
                #expect(sums.squares[j] == Double(away.reduce(0) { $0 + $1 * $1 }))
                #expect(sums.minima[j] == Double(column.min()!) && sums.maxima[j] == Double(column.max()!))
            }
        }
    }

    @Test("The same bits with every set, however the rows arrive")
    func repeatable() {
        for features in [3, 20, 100] {
            let rows = wholeNumbers(400 * features, below: 1 << 40, seed: 5).map { Double($0) * 0x1.8p-30 }
            var results: [[Double]] = []
            for kernels in KernelSet.available {
                for lengths in [[400], [1, 100, 63, 236]] {
                    var sums = CenteredSums(features: features, kernels: kernels)
                    sums.begin(centers: Array(rows[..<features]))
                    var start = 0
                    for length in lengths {
                        sums.add(rows.span.extracting(start * features..<(start + length) * features), count: length)
                        start += length
                    }
                    results.append(sums.differences + sums.squares + sums.minima + sums.maxima)
                }
            }
            #expect(results.allSatisfy { $0 == results[0] })
        }
    }

    @Test("Whole numbers from 0 to 255 become bytes, nothing else does", arguments: KernelSet.available)
    func narrowing(kernels: KernelSet) {
        let whole = (0..<3000).map { $0 % 256 }
        func bytes<Scalar: RowScalar>(_ values: [Scalar]) -> [UInt8]? {
            var bytes = [UInt8](repeating: 7, count: values.count + 1)
            return narrow(values.span, into: &bytes, from: 1, kernels: kernels) ? bytes : nil
        }
        let expected = [7] + whole.map { UInt8($0) }
        #expect(bytes(whole.map { Float($0) }) == expected)
        #expect(bytes(whole.map { Double($0) }) == expected)
        #expect(bytes(whole.map { UInt8($0) }) == expected)
        let others: [Double] = [256, -1, 0.5, 254.999, 0x1p-1070, -0x1p-1070, 1e308, -1e308, 4_294_967_296, 1.0.nextUp]
        for other in others {
            for place in [0, 1500, 2999] {
                var values = whole.map { Double($0) }
                values[place] = other
                #expect(bytes(values) == nil, "\(other)")
                // Others are whole once they are rounded to floats.
                if Double(Float(other)) == other { #expect(bytes(values.map { Float($0) }) == nil, "\(other)") }
            }
        }
    }
}

private func wholeNumbers(_ count: Int, below limit: Int, seed: UInt64) -> [Int] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in Int(generator.next() % UInt64(2 * limit)) - limit }
}
