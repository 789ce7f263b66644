/// A picture as 8-bit samples: rows from the top, pixels from the left, channels interleaved.
package struct Raster: Equatable, Sendable {
    package let width: Int
    package let height: Int
    /// 1 for grey, 3 for red, green, blue.
    package let channels: Int
    package internal(set) var bytes: [UInt8]

    /// - Precondition: both sides are positive, `channels` is 1 or 3, and there is one byte per sample.
    package init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
        precondition(width > 0 && height > 0, "a raster has at least one pixel")
        precondition(channels == 1 || channels == 3, "a raster is grey or red, green, blue")
        precondition(bytes.count == width * height * channels, "one byte per sample")
        self.width = width
        self.height = height
        self.channels = channels
        self.bytes = bytes
    }

    /// A raster of one shade of grey.
    package init(width: Int, height: Int, channels: Int, grey: UInt8) {
        self.init(
            width: width, height: height, channels: channels,
            bytes: [UInt8](repeating: grey, count: width * height * channels))
    }

    /// The samples of one pixel, one per channel.
    package subscript(x: Int, y: Int) -> ArraySlice<UInt8> {
        let start = (y * width + x) * channels
        return bytes[start..<start + channels]
    }
}
