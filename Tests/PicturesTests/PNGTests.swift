import TestSupport
import Testing

@testable import Pictures

extension DecodedPNG {
    var raster: Raster { Raster(width: width, height: height, channels: channels, bytes: bytes) }
}

struct PNGTests {
    @Test(arguments: [1, 3], [(1, 1), (1, 7), (7, 1), (33, 20)])
    func `what is written is read back`(channels: Int, size: (width: Int, height: Int)) throws {
        var generator = SeededRandom(UInt64(size.width))
        let bytes = (0..<size.width * size.height * channels).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let raster = Raster(width: size.width, height: size.height, channels: channels, bytes: bytes)
        let decoded = try DecodedPNG(PNG.encode(raster))
        #expect(decoded.raster == raster)
        #expect(decoded.chunkTypes == ["IHDR", "IDAT", "IEND"])
    }

    @Test func `each row takes the filter that suits it`() throws {
        let width = 64
        let noise = (0..<width).map { UInt8(truncatingIfNeeded: $0 * $0 * 2_654_435_761 >> 7) }
        let rows: [(filter: UInt8, row: [UInt8])] = [
            (1, (0..<width).map { UInt8($0 * 4) }),  // a ramp: each byte is its left neighbour plus 4
            (0, [UInt8](repeating: 0, count: width)),  // black: nothing to predict
            (0, noise.map { $0 % 2 == 0 ? 1 : 255 }),  // small signed values as they are
            (2, noise.map { $0 % 2 == 0 ? 1 : 255 }),  // the same again: the row above
        ]
        let raster = Raster(width: width, height: rows.count, channels: 1, bytes: rows.flatMap(\.row))
        let decoded = try DecodedPNG(PNG.encode(raster))
        #expect(decoded.raster == raster)
        #expect(decoded.filters == rows.map(\.filter))
    }

    @Test func `a smooth picture of two directions is predicted well`() throws {
        let side = 256
        let bytes = (0..<side * side).map { UInt8(truncatingIfNeeded: $0 % side / 2 + $0 / side / 2) }
        let png = PNG.encode(Raster(width: side, height: side, channels: 1, bytes: bytes))
        #expect(png.count < side * side / 40)
        #expect(try DecodedPNG(png).bytes == bytes)
    }
}
