internal import Datasets
internal import Words

/// The files of a command, read one after the other as if they were one.
struct Inputs: Sendable {
    let paths: [String]
    /// How to read them; from the second file on, they must also agree with the first.
    let options: InputOptions
    /// What the first file is.
    let description: DatasetDescription
    /// How many rows there are in all; nil where only reading tells.
    let rowCount: Int?
    /// What comes before the first record in a file like the first.
    let head: any FileHead
    /// How many bytes there are to read in all; nil where that shows only at the end.
    let byteCount: Int?
    /// The first file whose values are of another type than the first file's, where there is one.
    let otherType: (path: String, scalar: ScalarType)?
    /// The type that holds all values of all files, as far as they are known.
    let commonScalar: ScalarType
    /// The order of bytes in the first file.
    let isBigEndian: Bool
    /// Whether all of it can be read once more.
    let canReadAgain: Bool
    /// The first file, open: standard input can be opened only once.
    private let first: Box<RowReader>
    /// Others of which that is true, by path.
    private let opened: [String: OpenSource]
    private let run: Run

    /// Opens the first file and looks at the others, so that what is wrong with them shows before any work is done.
    /// - Parameter opened: what is open already, and cannot be opened again, by path.
    /// - Throws: also where an option that was given is for none of the files.
    init(
        _ paths: [String], options: InputOptions, opened: [String: OpenSource] = [:], in run: Run
    ) throws(DatasetError) {
        var opened = opened
        let reader = try Self.reader(paths[0], options, opened, run)
        var use = OptionUse(options)
        use.add(reader)
        let description = reader.description
        var following = options
        if following.expected == nil {
            following.expected = .init(description, from: reader.name)
        }
        var rowCount = reader.rowCount
        var byteCount = reader.byteCount
        var canReadAgain = reader.canReopen
        let name = reader.name
        head = reader.format.head
        isBigEndian = reader.isBigEndian
        first = Box(reader)
        var otherType: (path: String, scalar: ScalarType)?
        var commonScalar = description.scalar
        for path in paths.dropFirst() where path != "-" && opened[path] == nil {
            let other = try Self.reader(path, following, opened, run)
            use.add(other)
            if otherType == nil, other.description.scalar != description.scalar {
                otherType = (path, other.description.scalar)
            }
            commonScalar = commonScalar.joined(with: other.description.scalar)
            guard other.description.labelNames == description.labelNames else {
                throw DatasetError(other.name, .differentColumns(first: name))
            }
            canReadAgain = canReadAgain && other.canReopen
            rowCount = checkedSum(rowCount, other.rowCount)
            byteCount = checkedSum(byteCount, other.byteCount)
        }
        if use.isLacking {
            for path in paths.dropFirst() where path == "-" || opened[path] != nil {
                if opened[path] == nil { opened[path] = try OpenSource(path) }
                use.add(try opened[path]!.format(of: path, options), displayName(path))
            }
            use.add(companions: Set(options.companions).subtracting(paths), options)
            try use.check(in: run)
        }
        self.paths = paths
        self.options = following
        self.description = description
        self.otherType = otherType
        self.commonScalar = commonScalar
        let isKnown = !paths.dropFirst().contains { $0 == "-" || opened[$0] != nil }
        self.canReadAgain = isKnown && canReadAgain
        self.rowCount = isKnown ? rowCount : nil
        self.byteCount = isKnown ? byteCount : nil
        self.opened = opened
        self.run = run
    }

    /// Opens a file, and says what was decided by itself.
    private static func reader(
        _ path: String, _ options: InputOptions, _ opened: [String: OpenSource], _ run: Run
    ) throws(DatasetError) -> RowReader {
        let reader =
            if let source = opened[path] {
                try RowReader(source.take(), path: path, options: options)
            } else {
                try RowReader(path: path, options: options)
            }
        for note in reader.notes { run.tell(note) }
        return reader
    }

    /// One file, open already.
    init(_ reader: consuming RowReader, path: String, options: InputOptions, in run: Run) throws(DatasetError) {
        for note in reader.notes { run.tell(note) }
        var use = OptionUse(options)
        use.add(reader)
        try use.check(in: run)
        self.run = run
        paths = [path]
        self.options = options
        description = reader.description
        otherType = nil
        commonScalar = description.scalar
        rowCount = reader.rowCount
        byteCount = reader.byteCount
        canReadAgain = reader.canReopen
        head = reader.format.head
        isBigEndian = reader.isBigEndian
        first = Box(reader)
        opened = [:]
    }

    /// Whether some of it comes from another program.
    var isPiped: Bool { paths.contains("-") && byteCount == nil }

    /// A part of a file, and how its bytes become rows.
    struct Part: Sendable {
        var piece: Piece
        var format: any RecordFormat
        /// Which of the files it is from.
        var file: Int
    }

    /// Reads all files, piece by piece. Called once.
    func forEachPart(_ body: (Part) throws -> Bool) throws {
        for (file, path) in paths.enumerated() {
            var reader = file == 0 ? first.take() : try Self.reader(path, options, opened, run)
            while let piece = try reader.next() {
                guard try body(Part(piece: piece, format: reader.format, file: file)) else { return }
            }
        }
    }
}
