/// Pillow's resizing with the bilinear filter: triangles as wide as an output pixel, so that shrinking averages. In
/// whole numbers, along one axis and then along the other, each time rounded to bytes: the same bytes as those of
/// Pillow 13.
///
/// Source: https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters, and the arithmetic of its
/// Resample.c.
enum Resampling {
    /// The window's pixels, height x width x channels.
    static func apply(_ picture: Picture, _ window: PictureOptions.Window) -> [UInt8] {
        let (from, to) = (picture.size, window.scaled)
        let rows = window.top..<window.top + window.size.height
        let columns = window.left..<window.left + window.size.width
        let plane = Plane(pixels: picture.pixels, size: from, channels: picture.channels)
        let vertical = from.height == to.height ? nil : Axis(input: from.height, output: to.height, range: rows)
        let horizontal = from.width == to.width ? nil : Axis(input: from.width, output: to.width, range: columns)
        switch (horizontal, vertical) {
        case (nil, nil): return plane.cropped(rows, columns).pixels
        case (let horizontal?, nil): return plane.alongRows(horizontal, rows).pixels
        case (nil, let vertical?): return plane.alongColumns(vertical, columns).pixels
        case (let horizontal?, let vertical?):
            // What is much too high is made lower first: as Pillow since version 13, from which on the rounding
            // depends.
            if to.height < from.height, from.height - to.height > 2 * (from.width - to.width) {
                return plane.alongColumns(vertical, horizontal.needed).alongRows(horizontal.moved, 0..<rows.count)
                    .pixels
            }
            return plane.alongRows(horizontal, vertical.needed).alongColumns(vertical.moved, 0..<columns.count).pixels
        }
    }
}

/// Where the pixels along one axis come from, for some of the output's.
private struct Axis {
    /// The first input pixel of each output pixel, and how many there are.
    var first: [Int] = []
    var counts: [Int] = []
    /// `stride` weights for each output pixel, in units of 2^-22.
    var weights: [Int32] = []
    let stride: Int

    /// So many binary digits of a weight follow the point: with eight of a value, and two to spare, 32.
    static let fraction: Int32 = 22

    /// - Parameters:
    ///   - input, output: the lengths of the axis before and after.
    ///   - range: which of the output's pixels are wanted.
    init(input: Int, output: Int, range: Range<Int>) {
        let scale = Double(input) / Double(output)
        // The filter's half width: an output pixel where that is larger than an input pixel.
        let support = max(scale, 1)
        stride = min(input, 2 * Int(support.rounded(.up)) + 1)
        first.reserveCapacity(range.count)
        weights.reserveCapacity(range.count * stride)
        var exact = [Double](repeating: 0, count: stride)
        for x in range {
            let center = (Double(x) + 0.5) * scale
            let start = max(0, Int(center - support + 0.5))
            let end = min(input, Int(center + support + 0.5))
            var sum = 0.0
            for i in start..<end {
                let weight = max(0, 1 - abs((Double(i) - center + 0.5) * (1 / support)))
                exact[i - start] = weight
                sum += weight
            }
            first.append(start)
            counts.append(end - start)
            for i in 0..<stride {
                let share = i >= end - start || sum == 0 ? 0 : exact[i] / sum
                weights.append(Int32(0.5 + share * Double(1 << Self.fraction)))
            }
        }
    }

    /// The input pixels that are needed. Both ends of the output's pixels ascend.
    var needed: Range<Int> { first[0]..<first[first.count - 1] + counts[counts.count - 1] }

    /// The same where only the input pixels that are needed are there.
    var moved: Axis {
        var axis = self
        axis.first = first.map { $0 - first[0] }
        return axis
    }
}

/// Pixels while they are resized.
private struct Plane {
    let pixels: [UInt8]
    let size: PictureSize
    let channels: Int

    private var rowLength: Int { size.width * channels }

    private static let half: Int32 = 1 << (Axis.fraction - 1)

    @inline(__always)
    private static func byte(_ sum: Int32) -> UInt8 { UInt8(min(max(sum >> Axis.fraction, 0), 255)) }

    func cropped(_ rows: Range<Int>, _ columns: Range<Int>) -> Plane {
        if rows.count == size.height, columns.count == size.width { return self }
        var result: [UInt8] = []
        result.reserveCapacity(rows.count * columns.count * channels)
        for row in rows {
            let start = row * rowLength
            result += pixels[start + columns.lowerBound * channels..<start + columns.upperBound * channels]
        }
        return Plane(
            pixels: result, size: PictureSize(width: columns.count, height: rows.count), channels: channels)
    }

    /// Resizes each of some rows.
    func alongRows(_ axis: Axis, _ rows: Range<Int>) -> Plane {
        precondition(rows.upperBound <= size.height)
        precondition(zip(axis.first, axis.counts).allSatisfy { $0 + $1 <= size.width && $1 <= axis.stride })
        let length = axis.first.count * channels
        // Reads stay within the rows, as the conditions tell; writes go to rows x length values.
        let result = unsafe [UInt8](unsafeUninitializedCapacity: rows.count * length) { out, count in
            unsafe pixels.withUnsafeBufferPointer { pixels in
                for y in 0..<rows.count {
                    let row = unsafe pixels.baseAddress! + (rows.lowerBound + y) * rowLength
                    let to = unsafe out.baseAddress! + y * length
                    if channels == 1 { unsafe Self.grey(row, axis, to) } else { unsafe Self.colours(row, axis, to) }
                }
            }
            count = rows.count * length
        }
        return Plane(
            pixels: result, size: PictureSize(width: axis.first.count, height: rows.count), channels: channels)
    }

    /// One row of one channel.
    private static func grey(_ row: UnsafePointer<UInt8>, _ axis: Axis, _ to: UnsafeMutablePointer<UInt8>) {
        unsafe axis.weights.withUnsafeBufferPointer { weights in
            for x in axis.first.indices {
                let from = unsafe row + axis.first[x]
                let start = x &* axis.stride
                var sum = half
                for i in 0..<axis.counts[x] { unsafe sum &+= Int32(from[i]) &* weights[start &+ i] }
                unsafe (to + x).initialize(to: byte(sum))
            }
        }
    }

    /// One row of three channels.
    private static func colours(_ row: UnsafePointer<UInt8>, _ axis: Axis, _ to: UnsafeMutablePointer<UInt8>) {
        unsafe axis.weights.withUnsafeBufferPointer { weights in
            for x in axis.first.indices {
                var from = unsafe row + 3 * axis.first[x]
                let start = x &* axis.stride
                var (red, green, blue) = (half, half, half)
                for i in start..<start &+ axis.counts[x] {
                    let weight = unsafe weights[i]
                    unsafe red &+= Int32(from[0]) &* weight
                    unsafe green &+= Int32(from[1]) &* weight
                    unsafe blue &+= Int32(from[2]) &* weight
                    unsafe from += 3
                }
                unsafe (to + 3 * x).initialize(to: byte(red))
                unsafe (to + 3 * x + 1).initialize(to: byte(green))
                unsafe (to + 3 * x + 2).initialize(to: byte(blue))
            }
        }
    }

    /// Resizes each of some columns.
    func alongColumns(_ axis: Axis, _ columns: Range<Int>) -> Plane {
        let length = columns.count * channels
        var result = [UInt8](repeating: 0, count: axis.first.count * length)
        var out = result.mutableSpan
        var sums = [Int32](repeating: 0, count: length)
        for y in axis.first.indices {
            for x in 0..<length { sums[x] = Self.half }
            for i in 0..<axis.counts[y] {
                let weight = axis.weights[y * axis.stride + i]
                let start = (axis.first[y] + i) * rowLength + columns.lowerBound * channels
                // Of the same length as the sums: one check for all, so that the loop vectorizes.
                let row = pixels.span.extracting(start..<start + length)
                var sums = sums.mutableSpan
                for x in 0..<length { sums[x] &+= Int32(row[x]) &* weight }
            }
            for x in 0..<length { out[y * length + x] = Self.byte(sums[x]) }
        }
        return Plane(
            pixels: result, size: PictureSize(width: columns.count, height: axis.first.count), channels: channels)
    }
}
