/// Pictures, each a file of its own: a piece holds some of them whole, and workers decode them side by side.
struct PictureRecords: RecordFormat {
    let file: String
    let description: DatasetDescription
    let options: PictureOptions
    let skipsBroken: Bool
    /// The size that every picture must come to, and the picture that it is from; nil where pixels are rows.
    let expected: (size: PictureSize, first: String?)?

    init(_ pictures: inout PictureReader, _ options: InputOptions) throws(DatasetError) {
        let known = options.expected?.description.pictures
        if let given = options.pictures, let known, given != known {
            throw DatasetError(pictures.name, .picture(.otherOptions(first: options.expected?.origin ?? "")))
        }
        file = pictures.name
        self.options = options.pictures ?? known ?? PictureOptions()
        skipsBroken = options.skipsBroken
        let channels = self.options.channels
        var shape = [channels, 1, 1]
        if self.options.rows == .pixels {
            expected = nil
        } else {
            let found: (size: PictureSize, String?)
            if let size = self.options.size {
                do throws(PictureProblem) { try size.checkResized() } catch {
                    throw DatasetError(file, .picture(error))
                }
                found = (size, nil)
            } else {
                found = try Self.first(&pictures, self.options, skipsBroken)
            }
            let size = found.size
            shape = options.channelsLast ? [size.height, size.width, channels] : [channels, size.height, size.width]
            expected = found
        }
        var description = DatasetDescription(format: .pictures, shape: shape, scalar: .uint8)
        description.channelsLast = options.channelsLast && self.options.rows == .pictures
        description.pictures = self.options
        description.classes = pictures.classes
        // A pixel of a cat is no cat.
        if pictures.hasLabels, self.options.rows == .pictures { description.labelColumns = ["label"] }
        self.description = description
    }

    /// The size that the first picture that can be read comes to, and its name.
    private static func first(
        _ pictures: inout PictureReader, _ options: PictureOptions, _ skipsBroken: Bool
    ) throws(DatasetError) -> (PictureSize, String?) {
        var index = 0
        while let sample = try pictures.peek(index) {
            do throws(DatasetError) {
                if let error = sample.error { throw error }
                do throws(PictureProblem) {
                    let size = try codec(of: sample.bytes.span).size(of: sample.bytes.span)
                    return (try options.window(of: size).size, sample.name)
                } catch {
                    throw DatasetError(sample.file, at: sample.place, .picture(error))
                }
            } catch {
                guard skipsBroken, error.isOfOnePicture, index < 1000 else { throw error }
                pictures.setAside(index, error)
                index += 1
            }
        }
        throw DatasetError(pictures.name, .picture(.noPictures(other: nil)))
    }

    /// How many rows so many pictures are, if that is known.
    func rowCount(of pictures: Int?) -> Int? { skipsBroken || options.rows == .pixels ? nil : pictures }

    var pieceSize: Int { Self.usualPieceSize }

    var head: any FileHead { FixedHead() }

    func wholeRecords(in piece: borrowing Piece, atEnd: Bool) throws(DatasetError) -> Int { piece.count }

    func records(in piece: borrowing Piece, labels: Bool) throws(DatasetError) -> RecordBytes {
        throw DatasetError(file, .picture(.notRecords))
    }

    func decode(_ piece: borrowing Piece) throws(DatasetError) -> RowBlock {
        let features = description.features
        var values: [UInt8] = []
        if options.rows == .pictures { values.reserveCapacity(piece.members.count * features) }
        var labels: [String] = []
        var broken: [DatasetError] = []
        for member in piece.members {
            do throws(DatasetError) {
                if let error = member.error { throw error }
                do throws(PictureProblem) {
                    try append(piece.bytes.span.extracting(member.range), to: &values)
                } catch {
                    throw DatasetError(member.file, at: member.place, .picture(error))
                }
                if let label = member.label { labels.append(label) }
            } catch {
                guard skipsBroken, error.isOfOnePicture else { throw error }
                broken.append(error)
            }
        }
        var block = RowBlock(count: values.count / features, features: features, values: .bytes(values))
        if !description.labelNames.isEmpty {
            block.labels = description.hasTextLabels ? .text(labels) : .bytes(labels.map { UInt8($0)! })
        }
        block.broken = broken
        block.beside = piece.members.flatMap(\.beside)
        return block
    }

    private static func codec(of bytes: Span<UInt8>) throws(PictureProblem) -> PictureCodec {
        let start = bytes.indices.prefix(32).map { bytes[$0] }
        guard let codec = PictureCodec(start: start) else {
            throw .notAPicture(kind: ForeignKind(start: start)?.words)
        }
        return codec
    }

    private func append(_ bytes: Span<UInt8>, to values: inout [UInt8]) throws(PictureProblem) {
        let picture = try Self.codec(of: bytes).decode(bytes, grey: options.isGrey)
        let window = try options.window(of: picture.size)
        if let expected, window.size != expected.size {
            // Only the first picture can have said what the others must be like.
            throw .otherSize(picture.size, first: expected.first ?? "", expected.size)
        }
        let pixels = Resampling.apply(picture, window)
        let channels = picture.channels
        if channels == 1 || description.channelsLast || options.rows == .pixels {
            values += pixels
        } else {
            appendPlanes(of: pixels, channels, to: &values)
        }
    }
}

extension DatasetError {
    /// Whether it is a picture of its own that is wrong, and others may be right.
    fileprivate var isOfOnePicture: Bool {
        switch problem {
        case .picture(.broken), .picture(.notAPicture), .picture(.tooManyPixels), .picture(.tooManyBytes),
            .picture(.link), .system, .empty:
            true
        default: false
        }
    }
}

/// One plane after the other.
private func appendPlanes(of pixels: [UInt8], _ channels: Int, to values: inout [UInt8]) {
    let count = pixels.count / channels
    let start = values.count
    values.append(contentsOf: repeatElement(0, count: pixels.count))
    var out = values.mutableSpan
    let pixels = pixels.span
    for channel in 0..<channels {
        let plane = start + channel * count
        for i in 0..<count { out[plane &+ i] = pixels[i &* channels &+ channel] }
    }
}
