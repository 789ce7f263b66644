internal import Datasets
internal import Glibc
internal import Words

/// The files that `split` writes: none of them takes its name before all are complete.
final class SplitFiles {
    private let paths: [String?]
    private var writers: [Box<RowWriter>?] = []
    /// Folders that were made for the files, the outermost first.
    private var folders: [String] = []
    /// Files of an earlier split that this one does not replace.
    private(set) var leftovers: [String] = []
    private(set) var counts = [0, 0, 0]
    private var isFinished = false

    init(_ folder: String, _ input: String, _ inputs: Inputs, _ fractions: SplitFractions) throws {
        let suffix = Self.suffix(input, inputs.description.format)
        let names = SplitDealer.parts.map { "\(folder)/\($0)\(suffix)" }
        let isWanted = [true] + fractions.heldOut.map { $0 > 0 }
        paths = zip(names, isWanted).map { $1 ? $0 : nil }
        leftovers = zip(names, isWanted).filter { !$1 && isRegularFile($0) }.map(\.0)
        if let same = names.first(where: { isSameFile($0, input) }) {
            throw Refusal("\(same): is the input itself", hint: "write to another folder")
        }
        try makeFolders(folder, made: &folders)
        for path in paths {
            writers.append(
                try path.map { path in Box(try RowWriter(try ByteSink(path: path), head: inputs.head, rows: nil)) })
        }
    }

    deinit {
        guard !isFinished else { return }
        writers = []
        for folder in folders.reversed() { unsafe _ = rmdir(folder) }
    }

    /// Writes each record to the part that is given for it.
    func write(_ records: RecordBytes, to parts: [Int]) throws(DatasetError) {
        var bytes: [[UInt8]] = [[], [], []]
        var rows = [0, 0, 0]
        for (range, part) in zip(records.ranges, parts) {
            bytes[part].append(contentsOf: records.bytes[range])
            rows[part] += 1
        }
        for (part, writer) in writers.enumerated() where rows[part] > 0 {
            try writer!.value!.write(bytes[part], rows: rows[part])
            counts[part] += rows[part]
        }
    }

    /// Completes all files, then gives them their names.
    func finish() throws(DatasetError) {
        for case let part? in writers { try part.value!.complete() }
        isFinished = true
        for case let part? in writers { try part.take().finish() }
    }

    /// The files that have no rows.
    var empty: [String] {
        zip(paths, counts).compactMap { $1 == 0 ? $0 : nil }
    }

    /// The input's extension with its dot; where it has none, that of its format.
    private static func suffix(_ path: String, _ format: Format) -> String {
        var name = Substring(baseName(path))
        if name.lowercased().hasSuffix(".gz") { name = name.dropLast(3) }
        // An array comes out of its archive as it is.
        if Format(fileName: path) == .npz { return ".npy" }
        if path != "-", let dot = name.lastIndex(of: "."), dot != name.startIndex { return String(name[dot...]) }
        return format.ending
    }
}

/// Makes a folder, and those that it is in where they are missing.
/// - Parameter made: gets the folders that were made, the outermost first.
func makeFolders(_ path: String, made: inout [String]) throws(DatasetError) {
    var prefix = path.hasPrefix("/") ? "/" : ""
    for name in path.split(separator: "/") {
        prefix += (prefix.isEmpty || prefix == "/" ? "" : "/") + name
        if unsafe mkdir(prefix, 0o777) == 0 {
            made.append(prefix)
        } else if errno != EEXIST {
            throw DatasetError(path, .system(call: "make the folder", code: errno))
        }
    }
}
