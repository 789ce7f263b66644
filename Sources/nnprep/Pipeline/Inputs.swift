import Datasets

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
    /// Whether all of it can be read once more.
    let canReadAgain: Bool
    /// The first file, open: standard input can be opened only once.
    private let first: Opened

    /// A reader on its way to the thread that reads.
    private final class Opened: @unchecked Sendable {
        private var reader: RowReader?
        init(_ reader: consuming RowReader) { self.reader = consume reader }
        func take() -> RowReader { reader.take()! }
    }

    /// Opens the first file and looks at the others, so that what is wrong with them shows before any work is done.
    init(_ paths: [String], options: InputOptions) throws(DatasetError) {
        let reader = try RowReader(path: paths[0], options: options)
        let description = reader.description
        var following = options
        if following.expected == nil {
            following.expected = .init(description, from: reader.name)
        }
        var rowCount = reader.rowCount
        var byteCount = reader.byteCount
        var canReadAgain = reader.canReadAgain && !paths.dropFirst().contains("-")
        let name = reader.name
        head = reader.format.head
        first = Opened(reader)
        for path in paths.dropFirst() where path != "-" {
            let other = try RowReader(path: path, options: following)
            guard other.description.labelNames == description.labelNames else {
                throw DatasetError(other.name, .differentColumns(first: name))
            }
            canReadAgain = canReadAgain && other.canReadAgain
            rowCount = rowCount.flatMap { sum in other.rowCount.map { sum + $0 } }
            byteCount = byteCount.flatMap { sum in other.byteCount.map { sum + $0 } }
        }
        self.canReadAgain = canReadAgain
        self.paths = paths
        self.options = following
        self.description = description
        self.rowCount = paths.dropFirst().contains("-") ? nil : rowCount
        self.byteCount = paths.dropFirst().contains("-") ? nil : byteCount
    }

    /// One file, open already.
    init(_ reader: consuming RowReader, path: String, options: InputOptions) {
        paths = [path]
        self.options = options
        description = reader.description
        rowCount = reader.rowCount
        byteCount = reader.byteCount
        canReadAgain = reader.canReadAgain
        head = reader.format.head
        first = Opened(reader)
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
    func forEachPart(_ body: (Part) throws(DatasetError) -> Bool) throws(DatasetError) {
        for (file, path) in paths.enumerated() {
            var reader = file == 0 ? first.take() : try RowReader(path: path, options: options)
            while let piece = try reader.next() {
                guard try body(Part(piece: piece, format: reader.format, file: file)) else { return }
            }
        }
    }
}
