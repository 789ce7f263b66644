import CZlib

@testable import Pictures

/// A decoder written from the PNG specification alone, so that the encoder is not checked against itself.
struct DecodedPNG {
    var width = 0
    var height = 0
    var channels = 0
    var bytes: [UInt8] = []
    var chunkTypes: [String] = []
    /// The filter type of each row.
    var filters: [UInt8] = []

    struct Malformed: Error {
        var reason: String
        init(_ reason: String) { self.reason = reason }
    }

    var raster: Raster { Raster(width: width, height: height, channels: channels, bytes: bytes) }

    init(_ png: [UInt8]) throws {
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
