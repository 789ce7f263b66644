import Datasets

/// All that comes of reading a data set.
struct Reading: Equatable {
    var rows = 0
    /// Bit patterns, so that nothing passes for equal that is not.
    var values: [UInt64] = []
    var labels: [String] = []
    var skipped = 0
    var problem: DatasetError.Problem?
    var place: DatasetError.Place?

    mutating func add(_ block: RowBlock) {
        rows += block.count
        skipped += block.skipped
        switch block.values {
        case .bytes(let values): self.values += values.map(UInt64.init)
        case .floats(let values): self.values += values.map { UInt64($0.bitPattern) }
        case .doubles(let values): self.values += values.map(\.bitPattern)
        }
        switch block.labels {
        case .none: break
        case .bytes(let labels): self.labels += labels.map { "\($0)" }
        case .text(let labels): self.labels += labels
        }
    }

    /// What was read before an error depends on the pieces; the error does not.
    static func == (a: Reading, b: Reading) -> Bool {
        guard a.problem == b.problem, a.place == b.place else { return false }
        return a.problem != nil
            || (a.rows, a.skipped) == (b.rows, b.skipped) && a.values == b.values && a.labels == b.labels
    }
}

/// Reads the way the commands do, or in pieces of another size.
func reading(
    _ bytes: [UInt8], as kind: InputFile.Kind = .file, _ options: InputOptions, pieceSize: Int? = nil
) -> Reading {
    var result = Reading()
    let file = InputFile(bytes, as: kind)
    do throws(DatasetError) {
        var reader = try RowReader(path: file.path, options: options)
        reader.pieceSize = pieceSize ?? bytes.count + 1
        let format = reader.format
        while let piece = try reader.next() { result.add(try format.decode(piece)) }
    } catch {
        (result.problem, result.place) = (error.problem, error.place)
    }
    return result
}

/// Tables: the same rows, or the same error, whatever pieces they are read in.
func checkTable(_ input: [UInt8]) throws(Finding) {
    // The first byte says how to read the others.
    guard let choice = input.first, input.count <= InputFile.longestPipe else { return }
    let bytes = Array(input.dropFirst())
    var options = InputOptions()
    options.format = choice & 1 == 0 ? .csv : .tsv
    options.header = InputOptions.Header.allCases[Int(choice >> 1) % 3]
    options.missing = choice & 8 == 0 ? .error : .skip
    options.textIsLabel = choice & 16 != 0
    if choice & 32 != 0 { options.delimiter = UInt8(ascii: ";") }
    if choice & 128 != 0 { options.labelColumns = ["2", "a"] }
    try checkPieces(bytes, options, [1, 2, 3, 7, 64])
    try checkCopying(bytes, options)
}

/// Arrays and records: the same rows, or the same error, in any pieces; from a pipe too.
func checkRecords(_ input: [UInt8], _ format: Format?) throws(Finding) {
    guard input.count <= InputFile.longestPipe else { return }
    var options = InputOptions()
    options.format = format
    options.allowsVectors = true
    try checkPieces(input, options, [1, 3, 100])
}

func checkPieces(_ bytes: [UInt8], _ options: InputOptions, _ sizes: [Int]) throws(Finding) {
    let whole = reading(bytes, options)
    for size in sizes {
        let parts = reading(bytes, options, pieceSize: size)
        try expect(parts == whole, "in pieces of \(size): \(parts)\nwhole: \(whole)")
    }
    // Without a size, a format may be unknown, and an error shows at another place: but good is good, and bad is bad.
    let piped = reading(bytes, as: .pipe, options)
    if piped.problem == .unknownFormat { return }
    try expect((piped.problem == nil) == (whole.problem == nil), "piped: \(piped)\nfile: \(whole)")
    if whole.problem == nil { try expect(piped == whole, "piped: \(piped)\nfile: \(whole)") }
}

/// Records that are copied as they stand, as `split` does, are the same rows again.
private func checkCopying(_ bytes: [UInt8], _ options: InputOptions) throws(Finding) {
    let whole = reading(bytes, options)
    var copy: [UInt8] = []
    do throws(DatasetError) {
        let file = InputFile(bytes)
        var reader = try RowReader(path: file.path, options: options)
        reader.pieceSize = 16
        let format = reader.format
        copy = format.head.header(rows: 0)
        while let piece = try reader.next() {
            let records = try format.records(in: piece, labels: false)
            for range in records.ranges { copy += records.bytes[range] }
        }
    } catch {
        return
    }
    guard whole.problem == nil, whole.rows > 0 else { return }
    let again = reading(copy, options)
    try expect(again == whole, "copied: \(again)\nwhole: \(whole)")
}

/// Decompression: the same bytes or none, however long the reads are, and from a pipe too.
func checkInflating(_ input: [UInt8]) throws(Finding) {
    guard input.count <= InputFile.longestPipe else { return }
    let whole = inflated(input, .file, step: nil)
    for step in [1, 13, 4096] {
        let parts = inflated(input, .file, step: step)
        try expect(parts == whole, "read by \(step): \(parts?.count ?? -1) bytes, not \(whole?.count ?? -1)")
    }
    let piped = inflated(input, .pipe, step: nil)
    try expect(piped == whole, "piped: \(piped?.count ?? -1) bytes, not \(whole?.count ?? -1)")
}

/// - Parameter step: how many bytes are asked for at a time.
private func inflated(_ input: [UInt8], _ kind: InputFile.Kind, step: Int?) -> [UInt8]? {
    let file = InputFile(input, as: kind)
    return try? { () throws(DatasetError) -> [UInt8] in
        var source = try ByteSource(path: file.path)
        guard let step else { return try source.readAll() }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: step)
        while true {
            let got = try source.read(into: &buffer, from: 0)
            bytes += buffer[..<got]
            if got < step { return bytes }
        }
    }()
}
