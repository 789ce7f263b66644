internal import Codecs

/// A picture's pixels, row after row: one byte each, grey, or three, red, green and blue.
public struct Picture: Sendable, Equatable {
    public let size: PictureSize
    public let channels: Int
    /// Height x width x channels.
    public let pixels: [UInt8]
}

/// Width and height in pixels.
public struct PictureSize: Sendable, Equatable, CustomStringConvertible {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    public var description: String { "\(width) x \(height)" }
}

/// The kinds of files that pictures are read from, as their first bytes tell.
public enum PictureCodec: String, Sendable, CaseIterable {
    case jpeg = "JPEG"
    case png = "PNG"

    public init?(start: some Collection<UInt8>) {
        guard let codec = Self.allCases.first(where: { start.starts(with: $0.magic) }) else { return nil }
        self = codec
    }

    private var magic: [UInt8] {
        switch self {
        case .jpeg: [0xFF, 0xD8, 0xFF]
        case .png: [0x89] + Array("PNG\r\n\u{1A}\n".utf8)
        }
    }

    private typealias Function = (
        UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<codec_picture>?, UnsafeMutablePointer<UInt8>?,
        UnsafeMutablePointer<CChar>?
    ) -> Int32

    private var function: Function {
        switch self {
        case .jpeg: unsafe codec_jpeg
        case .png: unsafe codec_png
        }
    }

    /// More pixels are refused: so many are a mistake, or made to fill the memory. Pillow has the same limit.
    public static let mostPixels = 178_956_970

    /// The size of a picture, from the first bytes of its file.
    func size(of bytes: Span<UInt8>) throws(PictureProblem) -> PictureSize {
        var picture = codec_picture()
        return try size(of: bytes, &picture)
    }

    private func size(of bytes: Span<UInt8>, _ picture: inout codec_picture) throws(PictureProblem) -> PictureSize {
        var message = [CChar](repeating: 0, count: Int(codec_message_bytes))
        // The decoder reads from the span and writes a message into the array, each within its length.
        let done = unsafe bytes.withUnsafeBufferPointer {
            unsafe function($0.baseAddress, $0.count, &picture, nil, &message)
        }
        guard done != 0 else { throw .broken(self, words(message)) }
        let size = PictureSize(width: Int(picture.width), height: Int(picture.height))
        guard size.width > 0, size.height > 0 else { throw .broken(self, "it has no pixels") }
        // Both are below 2^32, and so is their product below 2^64; Int is signed.
        guard size.width <= Self.mostPixels / size.height else { throw .tooManyPixels(size) }
        return size
    }

    /// The pixels of a picture, as Pillow's `convert` gives them: "L" for grey, "RGB" otherwise. What a file says of
    /// its orientation or its colour space changes nothing.
    func decode(_ bytes: Span<UInt8>, grey: Bool) throws(PictureProblem) -> Picture {
        var picture = codec_picture()
        let size = try size(of: bytes, &picture)
        let count = size.width * size.height * Int(picture.channels)
        var message = [CChar](repeating: 0, count: Int(codec_message_bytes))
        var done: Int32 = 0
        // The decoder writes all of the `count` values that it has announced, or fails.
        let pixels = unsafe [UInt8](unsafeUninitializedCapacity: count) { pixels, initialized in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                done = unsafe function(bytes.baseAddress, bytes.count, &picture, pixels.baseAddress, &message)
            }
            initialized = done == 0 ? 0 : count
        }
        guard done != 0 else { throw .broken(self, words(message)) }
        return Picture(size: size, decoded: pixels, channels: Int(picture.channels), grey: grey)
    }
}

/// The libraries' words as the end of a sentence. Acronyms stay as they are.
private func words(_ message: [CChar]) -> String {
    let words = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let isAcronym = words.dropFirst().first?.isUppercase ?? false
    return isAcronym ? words : words.prefix(1).lowercased() + words.dropFirst()
}

extension Picture {
    /// - Parameter decoded: pixels of one, three or four channels; four are cyan, magenta, yellow and black, 255 less
    ///   each.
    fileprivate init(size: PictureSize, decoded: [UInt8], channels: Int, grey: Bool) {
        let pixels = channels == 4 ? colours(ofInverted: decoded) : decoded
        self.size = size
        self.channels = grey ? 1 : 3
        self.pixels =
            switch (channels, grey) {
            case (1, false): repeated(pixels)
            case (1, true), (_, false): pixels
            case (_, true): greys(of: pixels)
            }
    }
}

/// Grey as red, green and blue.
private func repeated(_ grey: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: 3 * grey.count)
    var out = result.mutableSpan
    for (i, value) in grey.enumerated() {
        for channel in 0..<3 { out[3 * i + channel] = value }
    }
    return result
}

/// The luma of ITU-R 601, 0.299 R + 0.587 G + 0.114 B, in 65,536ths and rounded as Pillow does.
private func greys(of colours: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: colours.count / 3)
    var out = result.mutableSpan
    let colours = colours.span
    for i in out.indices {
        let sum = Int32(colours[3 * i]) * 19595 + Int32(colours[3 * i + 1]) * 38470 + Int32(colours[3 * i + 2]) * 7471
        out[i] = UInt8(truncatingIfNeeded: (sum + 0x8000) >> 16)
    }
    return result
}

/// White without the ink of a colour, as far as black leaves any: (255 - black) (255 - ink) / 255.
/// - Parameter inks: cyan, magenta, yellow and black, 255 less each.
private func colours(ofInverted inks: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: inks.count / 4 * 3)
    var out = result.mutableSpan
    let inks = inks.span
    for i in 0..<inks.count / 4 {
        let light = Int32(inks[4 * i + 3])
        for channel in 0..<3 {
            let taken = (255 - Int32(inks[4 * i + channel])) * light + 128
            // x / 255, rounded, for all products of two bytes.
            out[3 * i + channel] = UInt8(light - (taken >> 8 + taken) >> 8)
        }
    }
    return result
}
