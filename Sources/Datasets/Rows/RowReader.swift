/// Reads a data set's records in order. The owner of its file.
public struct RowReader: ~Copyable {
    public let format: any RecordFormat
    /// How many bytes are read at a time; more where that is less than a record.
    public var pieceSize: Int
    public let name: String
    /// The format of the file; `npz` where an array in it is read, which is `npy` by its description.
    public internal(set) var fileFormat: Format
    /// What was decided while the file was opened, and could be wrong.
    public internal(set) var notes: [DatasetNote] = []
    /// How many rows there are; nil where that shows only at the end.
    public let rowCount: Int?
    /// How many bytes there are to read; nil for a pipe.
    public let byteCount: Int?
    /// Whether all of it can be opened and read once more.
    public let canReopen: Bool
    /// One of the two: records are parts of a file, or files of their own.
    private var records: RecordCutter?
    private var pictures: PictureReader?

    public var description: DatasetDescription { format.description }
    /// Whether the most significant byte of a value comes first.
    package var isBigEndian: Bool { (format as? FixedRecords)?.isBigEndian ?? false }

    /// - Parameter rowCount: how many rows there are, if that is known.
    init(_ records: consuming RecordCutter, format: any RecordFormat, rowCount: Int?) {
        self.format = format
        pieceSize = format.pieceSize
        name = records.source.name
        fileFormat = format.description.format
        self.rowCount = rowCount
        byteCount = records.source.size
        canReopen = records.source.canReopen
        self.records = consume records
    }

    /// - Parameter rowCount: how many rows there are, if that is known.
    init(_ pictures: consuming PictureReader, format: PictureRecords, rowCount: Int?) {
        self.format = format
        pieceSize = format.pieceSize
        name = pictures.name
        fileFormat = .pictures
        self.rowCount = rowCount
        byteCount = pictures.byteCount
        canReopen = pictures.canReopen
        self.pictures = consume pictures
    }

    /// The next records, or nil at the end.
    public mutating func next() throws(DatasetError) -> Piece? {
        if records != nil { return try records!.next(pieceSize) }
        let isPixels = description.pictures?.rows == .pixels
        return try pictures!.next(
            bytes: pieceSize, decoded: 4 * pieceSize, features: isPixels ? nil : description.features)
    }
}
