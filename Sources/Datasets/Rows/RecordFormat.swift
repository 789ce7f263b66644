/// Bytes of a file that hold whole records, and where they stand in it.
public struct Piece: Sendable {
    public var bytes: [UInt8]
    /// The records are `bytes[..<count]`.
    public var count = 0
    /// The offset of the first byte in the file.
    public var offset = 0
    /// The number of the first line, from 1, in a text file.
    public var line = 1
    /// How many bytes of memory it and its rows take while it waits for its turn: more than `count` for pictures.
    public var weight: Int { max(count, decodedCount) }
    /// How many bytes its rows will have, where that is many more than it has.
    var decodedCount = 0
    /// The files that the bytes are, where each record is a file of its own.
    var members: [Member] = []

    struct Member: Sendable {
        let file: String
        let place: DatasetError.Place?
        let range: Range<Int>
        let label: String?
        /// Why its bytes are not there.
        let error: DatasetError?
        /// Pictures of the same sample that are not read.
        let beside: [String]
    }

    public init(bytes: [UInt8], count: Int = 0, offset: Int = 0, line: Int = 1) {
        self.bytes = bytes
        self.count = count
        self.offset = offset
        self.line = line
    }
}

/// How a format's bytes fall into records, and what rows the records are.
///
/// Both are functions of their arguments alone: pieces are cut in order by one reader and may be decoded side by side.
public protocol RecordFormat: Sendable {
    var description: DatasetDescription { get }

    /// The room that a piece should have, in bytes.
    var pieceSize: Int { get }

    /// How many of the piece's bytes are whole records. 0 asks for a longer piece.
    /// - Parameter atEnd: no byte follows in the file, so that a part of a record is an error.
    func wholeRecords(in piece: borrowing Piece, atEnd: Bool) throws(DatasetError) -> Int

    func decode(_ piece: borrowing Piece) throws(DatasetError) -> RowBlock

    /// What comes before the first record in a file of this format and these rows.
    var head: any FileHead { get }

    /// The piece's records as they stand in the file.
    /// - Parameter labels: whether their labels are wanted too.
    func records(in piece: borrowing Piece, labels: Bool) throws(DatasetError) -> RecordBytes
}

/// Records as they stand in a file, for copying them there and elsewhere.
public struct RecordBytes: Sendable {
    public var bytes: [UInt8]
    public var ranges: [Range<Int>] = []
    /// The labels of each record as one text, if they were asked for: two are the same if all labels are.
    public var labels: [String] = []

    init(bytes: [UInt8]) { self.bytes = bytes }
}

extension RecordFormat {
    /// The piece length that keeps a block within the processor's caches and system calls few.
    public static var usualPieceSize: Int { 1 << 20 }
}
