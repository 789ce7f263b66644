internal import CZlib
import Datasets

/// Archives of pictures: the same rows, or the same error, in any pieces, and from a pipe too.
func checkTar(_ input: [UInt8]) throws(Finding) {
    guard input.count <= InputFile.longestPipe else { return }
    let input = withRightChecksums(input)
    var options = InputOptions()
    options.format = .pictures
    var pictures = PictureOptions()
    (pictures.resize, pictures.isGrey) = (.stretch(PictureSize(width: 3, height: 2)), true)
    for skips in [false, true] {
        (options.pictures, options.skipsBroken) = (pictures, skips)
        try checkPieces(input, options, [1, 600])
    }
}

/// The same archive with checksums that are right, which hardly any made-up headers have.
private func withRightChecksums(_ input: [UInt8]) -> [UInt8] {
    var bytes = input
    for start in stride(from: 0, to: bytes.count - 511, by: 512)
    where bytes[(start + 257)...].starts(with: "ustar".utf8) {
        bytes.replaceSubrange(start + 148..<start + 156, with: repeatElement(UInt8(ascii: " "), count: 8))
        let sum = String(bytes[start..<start + 512].reduce(0) { $0 + Int($1) }, radix: 8)
        let digits = String(repeating: "0", count: 6 - sum.count) + sum
        bytes.replaceSubrange(start + 148..<start + 156, with: Array(digits.utf8) + [0, 0x20])
    }
    return bytes
}

/// A picture or an archive from a stream that does not say how long it is, and that goes on with zeros: the same rows, or
/// the same error, in bounded memory.
/// - Parameter input: the first byte says how many zeros follow the others: up to a gigabyte.
func checkStream(_ input: [UInt8]) throws(Finding) {
    guard let choice = input.first else { return }
    var options = InputOptions()
    options.pictures = PictureOptions()
    options.pictures?.resize = .stretch(PictureSize(width: 3, height: 2))
    let bytes = gzipped(input[1...], zeros: 1 << (choice % 11))
    let whole = reading(bytes, options)
    let parts = reading(bytes, options, pieceSize: 600)
    try expect(parts == whole, "in pieces: \(parts)\nwhole: \(whole)")
}

/// Gzip's data of some bytes, and then of so many times 2^20 zeros (RFC 1951, 1952).
private func gzipped(_ bytes: ArraySlice<UInt8>, zeros: Int) -> [UInt8] {
    var result: [UInt8] = []
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 0xFFFF) {
        let part = Array(bytes[start..<min(start + 0xFFFF, bytes.endIndex)])
        let (length, size) = (UInt16(part.count), UInt32(part.count))
        let stored = [1] + littleEndianBytes([length, ~length]) + part
        result += gzipMember(stored, sumOf: part, size: size)
    }
    return result + Array(repeatElement(megabyteOfZeros, count: zeros).joined())
}

private func gzipMember(_ deflated: [UInt8], sumOf bytes: [UInt8], size: UInt32) -> [UInt8] {
    var sum = CRC32()
    sum.add(bytes.span)
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + deflated + littleEndianBytes([sum.value, size])
}

private let megabyteOfZeros: [UInt8] = {
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    // zlib's format is deflated data between a header of two bytes and a checksum of four.
    var length = compressBound(uLong(zeros.count))
    var zlib = [UInt8](repeating: 0, count: Int(length))
    _ = unsafe compress2(&zlib, &length, zeros, uLong(zeros.count), 9)
    return gzipMember(Array(zlib[2..<Int(length) - 4]), sumOf: zeros, size: 1 << 20)
}()

/// Archives of arrays: the same rows, or an error, in any pieces; of an archive with two faults, that which is met first is
/// told. A pipe is read by other headers than a file, and may differ where they do.
func checkZip(_ input: [UInt8]) throws(Finding) {
    var options = InputOptions()
    (options.format, options.allowsVectors) = (.npz, true)
    // The directory at the end is looked for in another way where the archive is longer than what can follow it.
    let longer = [UInt8](repeating: 0, count: InputFile.longestPipe + 4096) + input
    _ = reading(longer, options)
    for array in [nil, "a"] {
        options.array = array
        for kind in [InputFile.Kind.file, .pipe] where kind == .file || input.count <= InputFile.longestPipe {
            let whole = reading(input, as: kind, options)
            let parts = reading(input, as: kind, options, pieceSize: 3)
            let isAlike = whole.problem == nil ? parts == whole : parts.problem != nil
            try expect(isAlike, "in pieces: \(parts)\nwhole: \(whole)")
        }
    }
}

/// One picture: as grey it is the grey of its colours, and of the size that its header tells.
func checkPicture(_ input: [UInt8]) throws(Finding) {
    guard input.count <= InputFile.longestPipe else { return }
    var options = InputOptions()
    (options.format, options.channelsLast) = (.pictures, true)
    guard let shape = shape(input, options), shape.reduce(1, *) <= 3 << 16 else { return }
    options.pictures = PictureOptions()
    let colours = reading(input, options)
    options.pictures?.isGrey = true
    let grey = reading(input, as: .pipe, options)
    try expect((colours.problem == nil) == (grey.problem == nil), "colours: \(colours.problem as Any), grey: \(grey)")
    guard colours.problem == nil else { return }
    try expect(colours.values.count == shape.reduce(1, *), "\(colours.values.count) values of \(shape)")
    for i in 0..<colours.values.count / 3 {
        let sum = 19595 * colours.values[3 * i] + 38470 * colours.values[3 * i + 1] + 7471 * colours.values[3 * i + 2]
        try expect(grey.values[i] == (sum + 0x8000) >> 16, "pixel \(i): \(grey.values[i]) of \(colours.values[3 * i])")
    }
}

/// What the header promises.
private func shape(_ input: [UInt8], _ options: InputOptions) -> [Int]? {
    let file = InputFile(input)
    return try? RowReader(path: file.path, options: options).description.shape
}
