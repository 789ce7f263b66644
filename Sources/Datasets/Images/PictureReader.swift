/// Reads pictures, undecoded, from a folder, an archive, or a file that is one picture. The owner of its file.
struct PictureReader: ~Copyable {
    let name: String
    let byteCount: Int?
    let canReopen: Bool
    /// How many pictures there are; nil where that shows only at the end.
    let count: Int?
    /// The classes' names in the order of their numbers, where folders are classes.
    let classes: [String]?
    let hasLabels: Bool
    /// The folders of training and held-out pictures, where there are both.
    let splits: SplitFolders.Pair?

    private var folder: FolderPosition?
    private var archive: PictureArchive?
    /// What was read and not handed out yet.
    private var ahead: [PictureSample] = []
    /// Why no more can be read.
    private var failure: DatasetError?

    private struct FolderPosition {
        let folder: PictureFolder
        var directory = 0
        var file = 0
    }

    /// - Parameters:
    ///   - known: the classes that statistics or another folder have given numbers.
    ///   - isTraining: whether several splits are an error.
    init(folder path: String, classes known: [String]?, isTraining: Bool) throws(DatasetError) {
        let folder = try PictureFolder(path: path)
        var splits = SplitFolders()
        for directory in folder.directories { splits.add(directory.path.dropFirst(path.count)) }
        if isTraining, let (train, heldOut) = splits.found {
            throw DatasetError(path, .picture(.severalSplits(train: train, heldOut: heldOut, folder: path)))
        }
        if let known, let unknown = folder.classes?.first(where: { !known.contains($0) }) {
            throw DatasetError(join(path, unknown), .picture(.unknownClass(unknown, known: known)))
        }
        (name, byteCount, canReopen, count) = (path, folder.byteCount, true, folder.count)
        classes = folder.classes.map { known ?? $0 }
        hasLabels = folder.classes != nil
        self.splits = splits.found
        self.folder = FolderPosition(folder: folder)
    }

    private init(_ archive: consuming PictureArchive, byteCount: Int?, canReopen: Bool) {
        (name, self.byteCount, self.canReopen) = (archive.file, byteCount, canReopen)
        (count, classes, hasLabels, splits) = (nil, archive.classes, archive.hasLabels, nil)
        self.archive = consume archive
    }

    private init(only picture: PictureSample, byteCount: Int?, canReopen: Bool) {
        (name, self.byteCount, self.canReopen) = (picture.file, byteCount, canReopen)
        (count, classes, hasLabels, splits) = (1, nil, false, nil)
        ahead = [picture]
    }

    /// A tar archive, or one picture.
    /// - Parameter source: stands at the start.
    static func open(
        _ source: consuming ByteSource, classes known: [String]?, isTraining: Bool
    ) throws(DatasetError) -> PictureReader {
        let (byteCount, canReopen) = (source.size, source.canReopen)
        if TarReader.isLikely(try source.peek(TarReader.blockSize)) {
            return PictureReader(
                try PictureArchive(TarReader(source), classes: known, isTraining: isTraining), byteCount: byteCount,
                canReopen: canReopen)
        }
        guard Format(fileName: source.name) != .pictures || isPictureName(source.name) else {
            throw DatasetError(source.name, at: .byte(0), .picture(.tar("has a damaged header")))
        }
        var picture = PictureSample(file: source.name, place: nil)
        try picture.read(&source)
        return PictureReader(only: picture, byteCount: byteCount, canReopen: canReopen)
    }

    /// The next picture without consuming it.
    /// - Parameter index: how many are passed over.
    mutating func peek(_ index: Int) throws(DatasetError) -> PictureSample? {
        while ahead.count <= index {
            guard let sample = try read() else { return nil }
            ahead.append(sample)
        }
        return ahead[index]
    }

    /// Keeps nothing of a picture that was peeked at but why it cannot be read.
    mutating func setAside(_ index: Int, _ error: DatasetError) {
        ahead[index].bytes = []
        ahead[index].error = error
    }

    /// The next pictures, some for each call: until they are enough for a worker at a time. Nil at the end.
    /// - Parameters:
    ///   - bytes: of files, after which no more are added.
    ///   - decoded: the same of decoded pictures.
    ///   - features: of a row that a picture becomes; nil where each has its own size.
    mutating func next(bytes: Int, decoded: Int, features: Int?) throws(DatasetError) -> Piece? {
        var piece = Piece(bytes: [])
        while piece.bytes.count < bytes, piece.decodedCount < decoded {
            var sample: PictureSample?
            if !ahead.isEmpty {
                sample = ahead.removeFirst()
            } else if failure == nil {
                do throws(DatasetError) {
                    sample = try read()
                } catch {
                    // What comes before it goes out first, and may have errors of its own.
                    failure = error
                }
            }
            guard let sample else { break }
            let start = piece.bytes.count
            if piece.bytes.isEmpty { piece.bytes = sample.bytes } else { piece.bytes += sample.bytes }
            piece.members.append(
                Piece.Member(
                    file: sample.file, place: sample.place, range: start..<piece.bytes.count, label: sample.label,
                    error: sample.error, beside: sample.beside))
            piece.decodedCount += features ?? sample.decodedCount
        }
        piece.count = piece.bytes.count
        if !piece.members.isEmpty { return piece }
        if let failure { throw failure }
        return nil
    }

    private mutating func read() throws(DatasetError) -> PictureSample? {
        if archive != nil { return try archive!.next() }
        return nextOfFolder()
    }

    private mutating func nextOfFolder() -> PictureSample? {
        while var position = folder, position.directory < position.folder.directories.count {
            let directory = position.folder.directories[position.directory]
            guard position.file < directory.files.count else {
                folder = FolderPosition(folder: position.folder, directory: position.directory + 1)
                continue
            }
            let path = join(directory.path, directory.files[position.file])
            position.file += 1
            folder = position
            let className = directory.label.flatMap { label in position.folder.classes?[label] }
            var sample = PictureSample(file: path, place: nil)
            sample.label = className.flatMap { name in classes?.firstIndex(of: name) }.map(String.init)
            do throws(DatasetError) {
                var source = try ByteSource(path: path)
                try sample.read(&source)
            } catch {
                sample.error = error
            }
            return sample
        }
        return nil
    }
}

/// A picture's file, undecoded.
struct PictureSample: Sendable {
    let file: String
    let place: DatasetError.Place?
    var bytes: [UInt8] = []
    var label: String?
    /// Why its bytes are not there.
    var error: DatasetError?
    /// Pictures of the same sample that are not read: masks and the like.
    var beside: [String] = []

    /// More bytes are refused: no picture of as many pixels as are allowed needs them.
    static let mostBytes = 1 << 30
    /// So many bytes are read of any file.
    private static let firstBytes = 1 << 24
    /// So many may come before the pixels, or between and after them: profiles, previews, a short film.
    private static let mostBeside = 1 << 26
    /// As many as PNG has, of 16 bits and four channels. JPEG has fewer.
    private static let mostBytesOfAPixel = 8

    /// As messages show it.
    var name: String { place.map { place in if case .member(let name) = place { name } else { file } } ?? file }

    init(file: String, place: DatasetError.Place?) {
        self.file = file
        self.place = place
    }

    /// How many bytes it has when it is decoded to colours, as far as its first bytes tell.
    fileprivate var decodedCount: Int {
        guard let size = try? PictureCodec(start: bytes)?.size(of: bytes.span) else { return bytes.count }
        return 3 * size.width * size.height
    }

    fileprivate mutating func read(_ source: inout ByteSource) throws(DatasetError) {
        try read { (bytes, limit) throws(DatasetError) in try source.readAll(into: &bytes, upTo: limit) }
    }

    /// Reads the file, no more of it than its pixels can need as its header tells how many they are. What is no picture is
    /// not read to its end.
    /// - Parameter more: reads on until there are so many bytes, or the file ends.
    mutating func read(_ more: (inout [UInt8], Int) throws(DatasetError) -> Void) throws(DatasetError) {
        var limit = Self.firstBytes
        while true {
            try more(&bytes, limit)
            guard bytes.count == limit, let most = mostBytes else { break }
            guard limit < most else {
                bytes = []
                throw DatasetError(file, at: place, .picture(.tooManyBytes(limit: most)))
            }
            limit = min(2 * limit, most)
        }
        if bytes.isEmpty { throw DatasetError(file, at: place, .empty) }
    }

    /// How many bytes it may have, as far as the first ones tell; nil where they already show that it cannot be read.
    private var mostBytes: Int? {
        guard let codec = PictureCodec(start: bytes.prefix(32)) else { return nil }
        do throws(PictureProblem) {
            let size = try codec.size(of: bytes.span)
            return min(Self.mostBytes, size.width * size.height * Self.mostBytesOfAPixel + Self.mostBeside)
        } catch .broken {
            // Perhaps the header is still to come.
            return bytes.count < Self.mostBeside ? Self.mostBeside : nil
        } catch {
            return nil
        }
    }
}
