/// MNIST's format: the numbers of axes and their lengths, big-endian, then bytes. Only files of bytes are read.
/// Source: http://yann.lecun.com/exdb/mnist/
struct IDXHeader {
    /// All axes, the samples' first.
    let shape: [Int]

    /// Enough for any header: four bytes, and four for each of at most 255 axes.
    static let longest = 4 + 4 * 255

    var length: Int { 4 + 4 * shape.count }

    /// A row's shape: grey images are images of one channel.
    var rowShape: [Int] {
        switch shape.count {
        case 1: [1]
        case 3: [1] + shape.dropFirst()
        default: Array(shape.dropFirst())
        }
    }

    /// Whether a file that begins so is probably of this format.
    static func isLikely(_ start: [UInt8]) -> Bool {
        start.count >= 4 && start[0] == 0 && start[1] == 0 && (0x08...0x0E).contains(start[2])
            && (1...4).contains(start[3])
    }

    /// - Parameter start: at least `longest` bytes, unless the file is shorter.
    init(_ start: [UInt8], file: String, allowsVectors: Bool = false) throws(DatasetError) {
        guard start.count >= 4, start[0] == 0, start[1] == 0 else {
            throw DatasetError(file, at: .byte(0), .notIDX("the magic bytes are missing"))
        }
        guard start[2] == 0x08 else {
            let names: [UInt8: String] = [0x09: "int8", 0x0B: "int16", 0x0C: "int32", 0x0D: "float32", 0x0E: "float64"]
            let name = names[start[2]] ?? "of type \(start[2])"
            throw DatasetError(file, at: .byte(2), .notIDX("its values are \(name)"))
        }
        let axes = Int(start[3])
        guard axes != 1 || allowsVectors else { throw DatasetError(file, at: .byte(3), .labelsFile) }
        guard axes > 0 else { throw DatasetError(file, at: .byte(3), .notIDX("it has no axes")) }
        guard start.count >= 4 + 4 * axes else {
            throw DatasetError(file, at: .byte(start.count), .notIDX("the header is cut off"))
        }
        shape = (0..<axes).map { axis in (0..<4).reduce(0) { $0 << 8 | Int(start[4 + 4 * axis + $1]) } }
    }
}

/// An idx header for bytes. Images of one channel have no axis for it.
struct IDXHead: FileHead {
    private let axes: [Int]

    /// - Parameter shape: that of one row.
    init(shape: [Int]) {
        axes = shape.count == 3 && shape[0] == 1 ? Array(shape.dropFirst()) : shape
    }

    /// Whether the format has room for such rows.
    var isPossible: Bool { axes.count < 255 && axes.allSatisfy { $0 <= UInt32.max } }

    var headerCountsRows: Bool { true }

    func header(rows: Int) -> [UInt8] {
        var bytes: [UInt8] = [0, 0, 0x08, UInt8(axes.count + 1)]
        for axis in [rows] + axes {
            let length = UInt32(clamping: axis)
            for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: length >> UInt32(shift))) }
        }
        return bytes
    }
}

/// Writes bytes under a header that counts them.
struct IDXEncoder: RecordEncoder {
    private let file: String
    private let head: IDXHead

    init(_ description: OutputDescription) throws(DatasetError) {
        file = description.file
        head = IDXHead(shape: description.shape)
        guard head.isPossible else { throw DatasetError(file, .tooManyFeatures) }
    }

    var headerCountsRows: Bool { head.headerCountsRows }

    func header(rows: Int) -> [UInt8] { head.header(rows: rows) }

    func encode(_ block: borrowing RowBlock, firstRow: Int) throws(DatasetError) -> [UInt8] {
        guard case .bytes(let values) = block.values else {
            preconditionFailure("idx records of values that are not bytes")
        }
        guard firstRow + block.count - 1 <= UInt32.max else { throw DatasetError(file, .tooManyRows(Int(UInt32.max))) }
        return values
    }
}
