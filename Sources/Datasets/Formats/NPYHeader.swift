/// What the head of a numpy array file says. Versions 1 to 3.
/// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
struct NPYHeader {
    let scalar: ScalarType
    let isBigEndian: Bool
    /// All axes, the samples' first.
    let shape: [Int]
    /// Where the values begin.
    let length: Int

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// A longer header is refused: no array that nnprep reads needs one.
    static let longest = 1 << 16

    /// How many bytes from the start hold the header, as far as `start` tells.
    static func room(_ start: [UInt8], file: String) throws(DatasetError) -> Int {
        guard start.starts(with: magic) else {
            throw DatasetError(file, at: .byte(0), .notNPY("the magic bytes are missing"))
        }
        guard start.count >= 12 else {
            throw DatasetError(file, at: .byte(start.count), .notNPY("the header is cut off"))
        }
        guard (1...3).contains(start[6]) else {
            throw DatasetError(file, at: .byte(6), .notNPY("version \(start[6]).\(start[7]) is unknown"))
        }
        let short = Int(start[8]) | Int(start[9]) << 8
        let length = start[6] == 1 ? 10 + short : 12 + (short | Int(start[10]) << 16 | Int(start[11]) << 24)
        guard length <= longest else {
            throw DatasetError(file, at: .byte(8), .notNPY("its header claims \(length) bytes"))
        }
        return length
    }

    /// - Parameter start: at least `room` bytes, unless the file is shorter.
    init(_ start: [UInt8], file: String, allowsVectors: Bool = false) throws(DatasetError) {
        length = try Self.room(start, file: file)
        guard start.count >= length else {
            throw DatasetError(file, at: .byte(start.count), .notNPY("the header is cut off"))
        }
        let text = start[(start[6] == 1 ? 10 : 12)..<length]
        var parser = PythonDictionary(text: Array(text))
        guard var entries = parser.parse() else {
            throw DatasetError(
                file, at: .byte(10), .notNPY("its header is no dictionary of descr, fortran_order, shape"))
        }
        guard let descr = entries.descr, let (scalar, isBigEndian) = Self.scalar(descr) else {
            throw DatasetError(file, .unreadableArray("dtype \(shown(entries.descr ?? "structured"))"))
        }
        guard !entries.fortranOrder || entries.shape.count < 2 else {
            throw DatasetError(file, .unreadableArray("Fortran order"))
        }
        if allowsVectors, entries.shape.count == 1 { entries.shape.append(1) }
        guard entries.shape.count >= 2 else {
            throw DatasetError(
                file, .unreadableArray("\(entries.shape.count) \(entries.shape.count == 1 ? "axis" : "axes")"))
        }
        (self.scalar, self.isBigEndian, shape) = (scalar, isBigEndian, entries.shape)
    }

    private static func scalar(_ descr: String) -> (ScalarType, isBigEndian: Bool)? {
        guard let order = descr.first, "<>|=".contains(order) else { return nil }
        let scalar: ScalarType
        switch descr.dropFirst() {
        case "u1": scalar = .uint8
        case "i1": scalar = .int8
        case "u2": scalar = .uint16
        case "i2": scalar = .int16
        case "u4": scalar = .uint32
        case "i4": scalar = .int32
        case "u8": scalar = .uint64
        case "i8": scalar = .int64
        case "f2": scalar = .float16
        case "f4": scalar = .float32
        case "f8": scalar = .float64
        default: return nil
        }
        return (scalar, order == ">")
    }
}

/// The one Python expression that an npy header is: a dictionary of a string, a truth value and a tuple of integers.
private struct PythonDictionary {
    let text: [UInt8]
    var position = 0

    struct Entries {
        var descr: String?
        var fortranOrder = false
        var shape: [Int] = []
    }

    init(text: [UInt8]) { self.text = text }

    mutating func parse() -> Entries? {
        var entries = Entries()
        var seen: Set<String> = []
        guard take("{") else { return nil }
        while !take("}") {
            guard let key = string(), take(":"), seen.insert(key).inserted else { return nil }
            switch key {
            case "descr":
                if let descr = string() {
                    entries.descr = descr
                } else {
                    // A structured type: a list, which nnprep does not read.
                    return Entries()
                }
            case "fortran_order":
                if word("True") {
                    entries.fortranOrder = true
                } else if !word("False") {
                    return nil
                }
            case "shape":
                guard let shape = tuple() else { return nil }
                entries.shape = shape
            default: return nil
            }
            if !take(",") {
                guard take("}") else { return nil }
                break
            }
        }
        return seen.count == 3 ? entries : nil
    }

    private mutating func skipSpace() {
        while position < text.count, text[position] == 0x20 || text[position] == 0x0A { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func word(_ word: String) -> Bool {
        skipSpace()
        guard text[position...].starts(with: word.utf8) else { return false }
        position += word.utf8.count
        return true
    }

    private mutating func string() -> String? {
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: "'") || text[position] == UInt8(ascii: "\"") else {
            return nil
        }
        guard let end = text[(position + 1)...].firstIndex(of: text[position]) else { return nil }
        defer { position = end + 1 }
        return String(decoding: text[position + 1..<end], as: UTF8.self)
    }

    private mutating func tuple() -> [Int]? {
        guard take("(") else { return nil }
        var numbers: [Int] = []
        while !take(")") {
            skipSpace()
            let digits = text[position...].prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard numbers.count < 32, let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
            position += digits.count
            // Python 2 wrote long integers with an L.
            _ = word("L")
            numbers.append(number)
            if !take(",") {
                guard take(")") else { return nil }
                break
            }
        }
        return numbers
    }
}
