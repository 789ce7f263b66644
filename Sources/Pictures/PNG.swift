internal import CZlib

/// The PNG encoding of a raster: 8 bits per sample, grey or red, green, blue, not interlaced.
package enum PNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    package static func encode(_ raster: Raster) -> [UInt8] {
        var header = bigEndian(raster.width) + bigEndian(raster.height)
        // Bit depth 8; colour type 0 (grey) or 2 (colour); the only compression and filter methods; no interlace.
        header += [8, raster.channels == 1 ? 0 : 2, 0, 0, 0]
        return signature + chunk("IHDR", header) + chunk("IDAT", deflated(filtered(raster))) + chunk("IEND", [])
    }

    /// Length, type, data, and the checksum of type and data.
    private static func chunk(_ type: StaticString, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.description.utf8) + data
        return bigEndian(data.count) + body + bigEndian(Int(checksum(body)))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        let bits = UInt32(value)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> $0) }
    }

    // MARK: Filters

    /// Every row preceded by its filter type: of the five, the one whose bytes, read as signed, have the smallest sum
    /// of magnitudes (the heuristic the PNG specification recommends).
    private static func filtered(_ raster: Raster) -> [UInt8] {
        let stride = raster.width * raster.channels
        var result: [UInt8] = []
        result.reserveCapacity(raster.height * (stride + 1))
        var previous = [UInt8](repeating: 0, count: stride)
        var candidate = [UInt8](repeating: 0, count: stride)
        for y in 0..<raster.height {
            let row = Array(raster.bytes[y * stride..<(y + 1) * stride])
            var best = row
            var bestType = UInt8(0)
            var bestCost = cost(row)
            for type in UInt8(1)...4 {
                apply(type, row, above: previous, pixel: raster.channels, into: &candidate)
                let candidateCost = cost(candidate)
                if candidateCost < bestCost {
                    (bestType, bestCost) = (type, candidateCost)
                    swap(&best, &candidate)
                }
            }
            result.append(bestType)
            result += best
            previous = row
        }
        return result
    }

    private static func cost(_ row: [UInt8]) -> Int {
        var sum = 0
        for byte in row { sum += Int(Int8(bitPattern: byte).magnitude) }
        return sum
    }

    /// Each byte less its prediction: 1 left, 2 above, 3 their mean, 4 Paeth's choice of left, above and above-left.
    private static func apply(
        _ type: UInt8, _ row: [UInt8], above: [UInt8], pixel: Int, into out: inout [UInt8]
    ) {
        for i in row.indices {
            let a = i >= pixel ? row[i - pixel] : 0
            let b = above[i]
            let prediction: UInt8 =
                switch type {
                case 1: a
                case 2: b
                case 3: UInt8((Int(a) + Int(b)) / 2)
                default: paeth(a, b, i >= pixel ? above[i - pixel] : 0)
                }
            out[i] = row[i] &- prediction
        }
    }

    /// Of left `a`, above `b` and above-left `c`, the one nearest to a + b - c; on a tie the first.
    private static func paeth(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> UInt8 {
        let toA = abs(Int(b) - Int(c))
        let toB = abs(Int(a) - Int(c))
        let toC = abs(Int(a) + Int(b) - 2 * Int(c))
        return toA <= toB && toA <= toC ? a : toB <= toC ? b : c
    }

    // MARK: zlib

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            UInt32(truncatingIfNeeded: unsafe crc32(0, buffer.baseAddress, uInt(buffer.count)))
        }
    }

    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        let bound = compressBound(uLong(bytes.count))
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(bound)) { out, count in
            var length = bound
            let status = unsafe bytes.withUnsafeBufferPointer { input in
                unsafe compress2(out.baseAddress, &length, input.baseAddress, uLong(input.count), 6)
            }
            // The buffer is as large as it can need to be, so memory is all that can be wanting.
            precondition(status == Z_OK, "zlib could not allocate its memory")
            count = Int(length)
        }
    }
}
