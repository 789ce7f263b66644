import CZlib

/// A decoder written from the PNG specification alone, so that the encoder is not checked against itself.
package struct DecodedPNG {
    package private(set) var width = 0
    package private(set) var height = 0
    package private(set) var channels = 0
    /// Rows of pixels, the channels of each side by side.
    package private(set) var bytes: [UInt8] = []
    package private(set) var chunkTypes: [String] = []
    /// The filter type of each row.
    package private(set) var filters: [UInt8] = []

    /// The channels of one pixel.
    package subscript(x: Int, y: Int) -> [UInt8] {
        Array(bytes[(y * width + x) * channels..<(y * width + x + 1) * channels])
    }

    package struct Malformed: Error {
        package var reason: String
        init(_ reason: String) { self.reason = reason }
    }

    package init(_ png: [UInt8]) throws {
        guard png.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { throw Malformed("signature") }
        var data: [UInt8] = []
        var at = 8
        func number(_ offset: Int) -> Int { png[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        while at < png.count {
            let length = number(at)
            guard at + 12 + length <= png.count else { throw Malformed("chunk length") }
            let type = String(decoding: png[at + 4..<at + 8], as: UTF8.self)
            guard number(at + 8 + length) == Self.crc(png[at + 4..<at + 8 + length]) else {
                throw Malformed("checksum of \(type)")
            }
            chunkTypes.append(type)
            let body = at + 8
            switch type {
            case "IHDR":
                width = number(body)
                height = number(body + 4)
                guard png[body + 8] == 8, png[body + 10..<body + 13].allSatisfy({ $0 == 0 }) else {
                    throw Malformed("IHDR")
                }
                channels = png[body + 9] == 0 ? 1 : 3
            case "IDAT": data += png[body..<body + length]
            default: break
            }
            at = body + length + 4
        }
        try unfilter(Self.inflate(data, count: height * (width * channels + 1)))
    }

    /// CRC-32 bit by bit.
    private static func crc(_ bytes: ArraySlice<UInt8>) -> Int {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return Int(~crc)
    }

    private static func inflate(_ data: [UInt8], count: Int) throws -> [UInt8] {
        var out = [UInt8](repeating: 0, count: count + 1)
        var length = uLong(out.count)
        let status = unsafe uncompress(&out, &length, data, uLong(data.count))
        guard status == Z_OK, Int(length) == count else { throw Malformed("data: \(status), \(length) of \(count)") }
        return Array(out.prefix(count))
    }

    private mutating func unfilter(_ rows: [UInt8]) throws {
        let stride = width * channels
        bytes = [UInt8](repeating: 0, count: height * stride)
        for y in 0..<height {
            let filter = rows[y * (stride + 1)]
            filters.append(filter)
            for i in 0..<stride {
                let a = i >= channels ? Int(bytes[y * stride + i - channels]) : 0
                let b = y > 0 ? Int(bytes[(y - 1) * stride + i]) : 0
                let c = i >= channels && y > 0 ? Int(bytes[(y - 1) * stride + i - channels]) : 0
                let prediction: Int
                switch filter {
                case 0: prediction = 0
                case 1: prediction = a
                case 2: prediction = b
                case 3: prediction = (a + b) / 2
                case 4:
                    let p = a + b - c
                    prediction =
                        [a, b, c].enumerated().min {
                            (abs(p - $0.element), $0.offset) < (abs(p - $1.element), $1.offset)
                        }!.element
                default: throw Malformed("filter \(filter)")
                }
                bytes[y * stride + i] = rows[y * (stride + 1) + 1 + i] &+ UInt8(prediction)
            }
        }
    }
}

extension DecodedPNG {
    /// The values of the square images in a grid, each in three planes, after a look at the gaps of two white pixels
    /// between and around them and at the squares that their pixels are magnified to.
    package func images(_ count: Int, side: Int) throws -> [[Double]] {
        let layouts = (1...count).compactMap { columns -> (columns: Int, zoom: Int)? in
            let zoom = ((width - 2) / columns - 2) / side
            let rows = (count + columns - 1) / columns
            let fits = width == 2 + columns * (side * zoom + 2) && height == 2 + rows * (side * zoom + 2)
            return fits ? (columns, zoom) : nil
        }
        guard channels == 3, layouts.count == 1 else { throw Malformed("no grid of \(count) in \(width) x \(height)") }
        let (columns, zoom) = layouts[0]
        let pitch = side * zoom + 2
        var images = Array(repeating: Array(repeating: -1.0, count: 3 * side * side), count: count)
        for y in 0..<height {
            for x in 0..<width {
                let pixel = self[x, y]
                let (column, row) = ((x - 2) / pitch, (y - 2) / pitch)
                let (across, down) = ((x - 2) % pitch / zoom, (y - 2) % pitch / zoom)
                let image = row * columns + column
                guard x >= 2, y >= 2, across < side, down < side, image < count else {
                    guard pixel == [255, 255, 255] else { throw Malformed("no gap at \(x), \(y)") }
                    continue
                }
                for channel in 0..<3 {
                    let place = (channel * side + down) * side + across
                    let value = Double(pixel[channel])
                    guard images[image][place] == -1 || images[image][place] == value else {
                        throw Malformed("no square at \(x), \(y)")
                    }
                    images[image][place] = value
                }
            }
        }
        return images
    }
}
