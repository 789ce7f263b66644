internal import LinearAlgebra

/// The sums of the bytes themselves, as a moments file holds them. In memory they are those of the shifted bytes:
///
///     Σ x = Σ (x - c) + N c        Σ x y = Σ (x - c)(y - c) + c (Σ x + Σ y) - N c²        c = 128
extension ExactMoments {
    /// More rows could leave the range in which sums of products are exact: 2^53 in a Double for one feature, and 2^127
    /// for the variance of all values around one mean.
    static func mostRows(features: Int) -> Int { min(1 << 39, (1 << 56) / features) }

    /// Σ x, D values.
    var rawSums: [Int64] { sums.map { $0 + Int64(count * Self.shift) } }

    /// Σ x², D values. For moments without products.
    var rawSquares: [Int64] {
        zip(squares, rawSums).map { $0 + 2 * Int64(Self.shift) * $1 - Int64(count * Self.shift * Self.shift) }
    }

    /// Some rows of the symmetric D x D matrix Σ x_i x_j.
    func rawProducts(_ rows: Range<Int>) -> [Int64] {
        var block = symmetricRows(rows, of: products, size: features, isPacked: true).map { Int64($0) }
        let rawSums = rawSums
        addShift(
            Int64(Self.shift), of: rawSums, constant: -Int64(count * Self.shift * Self.shift), to: &block,
            from: rows.lowerBound)
        return block
    }

    /// Moments from sums of the bytes themselves.
    /// - Parameters:
    ///   - squares: Σ x², D values; empty where there are products.
    ///   - products: the upper triangle of Σ x_i x_j, row after row, or nothing.
    /// - Throws: what no rows of bytes can have as their sums.
    init(
        count: Int, rawSums: [Int64], rawSquares: [Int64], rawProducts: [Int64], minima: [Int64], maxima: [Int64]
    ) throws(ImpossibleMoments) {
        let features = rawSums.count
        guard (0...Self.mostRows(features: features)).contains(count) else {
            throw ImpossibleMoments("count", "expected 0 to \(Self.mostRows(features: features)) rows, found \(count)")
        }
        let n = Int64(count)
        let c = Int64(Self.shift)
        for j in 0..<features {
            guard
                n > 0
                    ? 0 <= minima[j] && minima[j] <= maxima[j] && maxima[j] <= 255 : minima[j] == 255 && maxima[j] == 0
            else { throw ImpossibleMoments("min", [j], "a range of \(minima[j]) to \(maxima[j])", count: count) }
            guard n * minima[j] <= rawSums[j], rawSums[j] <= n * maxima[j] || n == 0 && rawSums[j] == 0 else {
                throw ImpossibleMoments(
                    "sum", [j], "\(rawSums[j]) of values from \(minima[j]) to \(maxima[j])", count: count)
            }
            let square = rawProducts.isEmpty ? rawSquares[j] : rawProducts[triangleStart(j, features)]
            // (max - x)(x - min) >= 0 for each value, and the variance is not negative.
            let most = (minima[j] + maxima[j]) * rawSums[j] - n * minima[j] * maxima[j]
            guard square >= 0, square <= most,
                Int128(n) * Int128(square) >= Int128(rawSums[j]) * Int128(rawSums[j])
            else {
                throw ImpossibleMoments(
                    rawProducts.isEmpty ? "squares" : "products", rawProducts.isEmpty ? [j] : [j, j],
                    "\(square) of values from \(minima[j]) to \(maxima[j]) whose sum is \(rawSums[j])", count: count)
            }
        }
        var products: [Double] = []
        if !rawProducts.isEmpty {
            let (shifted, wrong) = removeShift(
                c, of: rawSums, constant: -n * c * c, from: rawProducts, bound: n * Int64(Self.largestSquare))
            if let wrong {
                throw ImpossibleMoments("products", [wrong.row, wrong.column], "\(wrong.value)", count: count)
            }
            products = shifted
        }
        self.init(
            count: count, sums: rawSums.map { $0 - n * c },
            squares: zip(rawSquares, rawSums).map { $0 - 2 * c * $1 + n * c * c }, products: products,
            minima: minima.map { UInt8($0) }, maxima: maxima.map { UInt8($0) })
    }
}

// The loops over a matrix. Functions of arrays, so that the compiler sees that what they read and write is apart.

private func addShift(_ shift: Int64, of sums: [Int64], constant: Int64, to block: inout [Int64], from row: Int) {
    let size = sums.count
    var block = block.mutableSpan
    for i in 0..<block.count / size {
        let offset = shift * sums[row + i] + constant
        for j in 0..<size { block[i * size + j] += shift * sums[j] + offset }
    }
}

/// Sums of products of shifted values, and the first that no rows can have.
private func removeShift(
    _ shift: Int64, of sums: [Int64], constant: Int64, from raw: [Int64], bound: Int64
) -> (shifted: [Double], wrong: (row: Int, column: Int, value: Int64)?) {
    let size = sums.count
    var shifted = [Double](repeating: 0, count: raw.count)
    var out = shifted.mutableSpan
    for i in 0..<size {
        let start = triangleStart(i, size) - i
        let offset = shift * sums[i] + constant
        for j in i..<size {
            // Wrapping: what a file holds can be anything, and what wraps is out of bounds or what it should be.
            let value = raw[start + j] &- (shift * sums[j] + offset)
            if value < -bound || value > bound { return ([], (i, j, raw[start + j])) }
            out[start + j] = Double(value)
        }
    }
    return (shifted, nil)
}
