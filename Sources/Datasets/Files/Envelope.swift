/// What is put around a file's bytes as they are written: gzip, or a zip archive with the bytes as its only member.
///
/// Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3 to 4.5)
final class Envelope {
    private let deflater: Deflater?
    /// The name of the member of a zip archive; nil for gzip.
    private let member: [UInt8]?
    private var sum = CRC32()
    private var size = 0
    /// How many bytes were made of them.
    private var packed = 0

    /// Gzip.
    init() {
        deflater = Deflater(gzip: true)
        member = nil
    }

    /// - Parameter member: the name of the member of a zip archive.
    init(zip member: String, deflates: Bool) {
        deflater = deflates ? Deflater(gzip: false) : nil
        self.member = Array(member.utf8)
    }

    /// What comes before the first byte.
    var start: [UInt8] {
        guard let member else { return [] }
        return zip32(0x0403_4B50) + common + zip32(0) + zip32(UInt32.max) + zip32(UInt32.max) + zip16(member.count)
            + zip16(20) + member + zip16(1) + zip16(16) + zip64(0) + zip64(0)
    }

    /// What the bytes become, as far as it is ready; nil where they stay as they are.
    func add(_ bytes: Span<UInt8>) -> [UInt8]? {
        sum.add(bytes)
        size += bytes.count
        let result = deflater?.deflate(bytes, isLast: false)
        packed += result?.count ?? bytes.count
        return result
    }

    /// What comes after the last byte.
    func end() -> [UInt8] {
        let rest = deflater?.deflate(Span(), isLast: true) ?? []
        packed += rest.count
        guard let member else { return rest }
        // The sizes and the checksum, which were not known before: for readers of pipes, and in the directory.
        let descriptor = zip32(0x0807_4B50) + zip32(sum.value) + zip64(packed) + zip64(size)
        let offset = start.count + packed + descriptor.count
        let entry =
            zip32(0x0201_4B50) + zip16(version | 3 << 8) + common + zip32(sum.value) + zip32(UInt32.max)
            + zip32(UInt32.max) + zip16(member.count) + zip16(20) + zip16(0) + zip16(0) + zip16(0) + zip32(0o644 << 16)
            + zip32(0) + member + zip16(1) + zip16(16) + zip64(size) + zip64(packed)
        let end64 =
            zip32(0x0606_4B50) + zip64(44) + zip16(version) + zip16(version) + zip32(0) + zip32(0) + zip64(1) + zip64(1)
            + zip64(entry.count) + zip64(offset)
        let locator = zip32(0x0706_4B50) + zip32(0) + zip64(offset + entry.count) + zip32(1)
        let end =
            zip32(0x0605_4B50) + zip16(0) + zip16(0) + zip16(1) + zip16(1) + zip32(UInt32(entry.count))
            + zip32(UInt32.max) + zip16(0)
        return rest + descriptor + entry + end64 + locator + end
    }

    /// Zip's version 4.5 has sizes of 64 bits.
    private let version = 45

    /// Version, flags (sizes follow the data; names are UTF-8), method, and the first day that zip knows.
    private var common: [UInt8] {
        zip16(version) + zip16(1 << 3 | 1 << 11) + zip16(deflater == nil ? 0 : 8) + zip16(0) + zip16(1 << 5 | 1)
    }
}

private func zip16(_ number: Int) -> [UInt8] { littleEndianBytes([UInt16(number)]) }

private func zip32(_ number: UInt32) -> [UInt8] { littleEndianBytes([number]) }

private func zip64(_ number: Int) -> [UInt8] { littleEndianBytes([UInt64(number)]) }
