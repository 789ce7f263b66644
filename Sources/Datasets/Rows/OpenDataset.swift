extension RowReader {
    /// Opens a data set: finds its format from the option, its name, or its first bytes, and reads its header.
    /// - Parameter path: `-` is standard input.
    public init(path: String, options: InputOptions = InputOptions()) throws(DatasetError) {
        if isFolder(path) {
            let reader = try PictureReader(
                folder: path, classes: options.expected?.description.classes, isTraining: options.isTraining)
            let splits = reader.splits
            try self.init(reader, options)
            if let splits {
                notes.append(DatasetNote(path, .splitsAsClasses(train: splits.train, heldOut: splits.heldOut)))
            }
        } else {
            try self.init(ByteSource(path: path), path: path, options: options)
        }
    }

    /// As above, where the source is open already; nothing of it was consumed.
    package init(_ source: consuming ByteSource, path: String, options: InputOptions) throws(DatasetError) {
        var source = source
        guard options.missing != .mean || options.fill != nil else { throw DatasetError(source.name, .noMeans) }
        let format = try Self.format(of: path, &source, options)
        switch format {
        case .cifar10, .cifar100:
            let records = CIFAR.records(format, file: source.name)
            try records.checkLabels(of: source.peek(records.recordBytes))
            try self.init(source, records, options)
        case .raw:
            var records = try Raw.records(options.raw, file: source.name)
            records.description.channelsLast = options.channelsLast && records.description.shape.count == 3
            try self.init(source, records, options)
        case .csv, .tsv:
            var options = options
            if options.delimiter == nil {
                options.delimiter = CSVDialect.delimiter(
                    of: try source.peek(1 << 16), expected: options.delimiter(for: format), options)
            }
            let (start, count) = try Self.firstRecords(&source, options.delimiter(for: format))
            let header = try CSVHeader(
                start: start, count: count, file: source.name, format: format, options: options)
            try Self.check(header.records.description, source.name, options)
            source.skip(header.offset)
            let records = RecordCutter(
                source, format: header.records, promise: nil, offset: header.offset, line: header.line)
            let name = header.records.file
            self.init(records, format: header.records, rowCount: nil)
            if let names = header.countingNames { notes.append(DatasetNote(name, .countingHeader(names))) }
        case .npz:
            try self.init(npy: NPZ.open(source, path: path, array: options.array), options)
            fileFormat = .npz
        case .npy:
            try self.init(npy: source, options)
        case .idx:
            let header = try IDXHeader(
                source.peek(IDXHeader.longest), file: source.name, allowsVectors: options.allowsVectors)
            var records = try FixedRecords(
                file: source.name, format: .idx, shape: header.rowShape, scalar: .uint8, isBigEndian: true)
            records.description.channelsLast = options.channelsLast && header.shape.count == 4
            try self.init(source, records, options, rows: header.shape[0], headerLength: header.length)
        case .pictures:
            try self.init(
                .open(source, classes: options.expected?.description.classes, isTraining: options.isTraining), options)
        }
    }

    private init(npy source: consuming ByteSource, _ options: InputOptions) throws(DatasetError) {
        var source = source
        let room = try NPYHeader.room(source.peek(12), file: source.name)
        let header = try NPYHeader(source.peek(room), file: source.name, allowsVectors: options.allowsVectors)
        var records = try FixedRecords(
            file: source.name, format: .npy, shape: Array(header.shape.dropFirst()), scalar: header.scalar,
            isBigEndian: header.isBigEndian)
        records.description.channelsLast = options.channelsLast && header.shape.count == 4
        let promise = RecordCutter.Promise(rows: header.shape[0], recordBytes: records.recordBytes)
        source.expectMember(of: promise.bytes > .max - header.length ? .max : promise.bytes + header.length)
        try self.init(source, records, options, rows: header.shape[0], headerLength: header.length)
    }

    private init(_ pictures: consuming PictureReader, _ options: InputOptions) throws(DatasetError) {
        var pictures = pictures
        let records = try PictureRecords(&pictures, options)
        try Self.check(records.description, pictures.name, options)
        self.init(pictures, format: records, rowCount: records.rowCount(of: pictures.count))
    }

    /// Records without a header: as many as there are bytes for.
    private init(
        _ source: consuming ByteSource, _ records: consuming FixedRecords, _ options: InputOptions
    ) throws(DatasetError) {
        records.missing = options.missing ?? .error
        records.fill = options.fill ?? .nothing
        try Self.check(records.description, source.name, options)
        if let size = source.size {
            guard size > 0 else { throw DatasetError(source.name, .empty) }
            let part = size % records.recordBytes
            guard part == 0 else {
                throw DatasetError(
                    source.name, at: .byte(size - part), .truncatedRecord(bytes: part, of: records.recordBytes))
            }
        }
        if source.size == nil { try Self.checkUnseen(records, source.name) }
        let promise = source.size.map {
            RecordCutter.Promise(rows: $0 / records.recordBytes, recordBytes: records.recordBytes)
        }
        self.init(
            RecordCutter(source, format: records, promise: promise), format: records,
            rowCount: records.mayLeaveOut ? nil : promise?.rows)
    }

    /// Records after a header that counts them.
    private init(
        _ source: consuming ByteSource, _ records: consuming FixedRecords, _ options: InputOptions, rows: Int,
        headerLength: Int
    ) throws(DatasetError) {
        records.missing = options.missing ?? .error
        records.fill = options.fill ?? .nothing
        records.start = headerLength
        try Self.check(records.description, source.name, options)
        let promise = RecordCutter.Promise(rows: rows, recordBytes: records.recordBytes)
        if let size = source.size, size - headerLength != promise.bytes {
            throw DatasetError(source.name, .arraySize(promised: promise.bytes, found: size - headerLength))
        }
        if source.size == nil || rows == 0 { try Self.checkUnseen(records, source.name) }
        source.skip(headerLength)
        self.init(
            RecordCutter(source, format: records, promise: promise, offset: headerLength), format: records,
            rowCount: records.mayLeaveOut ? nil : rows)
    }

    /// The longest row that is believed in before its bytes are there: what is made ready for it fits into memory.
    private static let longestUnseenRow = 1 << 26

    private static func checkUnseen(_ records: FixedRecords, _ file: String) throws(DatasetError) {
        let features = records.description.features
        guard features > longestUnseenRow else { return }
        throw DatasetError(file, .rowsUnseen(features: features, limit: longestUnseenRow))
    }

    /// The format of a file, of which nothing is consumed.
    package static func format(
        of path: String, _ source: inout ByteSource, _ options: InputOptions
    ) throws(DatasetError) -> Format {
        if let format = options.format { return format }
        if let format = Format(fileName: path) {
            // What a program took for a table is often none.
            if format.isText { try checkKind(try source.peek(512), source.name) }
            return format
        }
        if options.raw?.shape.isEmpty == false { return .raw }
        let start = try source.peek(4096)
        guard !start.isEmpty else { throw DatasetError(source.name, .empty) }
        if start.starts(with: NPYHeader.magic) { return .npy }
        if PictureCodec(start: start) != nil || TarReader.isLikely(start) { return .pictures }
        if start.starts(with: ZipMember.headerMark) { return .npz }
        try checkKind(start, source.name)
        if let text = textFormat(start) { return text }
        if IDXHeader.isLikely(start) { return .idx }
        if let size = source.size {
            return try CIFAR.format(ofBytes: size, file: source.name)
        }
        if let expected = options.expected?.description.format, !expected.isText { return expected }
        throw DatasetError(source.name, .unknownFormat)
    }

    /// Refuses what is known to be something else. Text is, if it is a page: its first letters alone tell nothing.
    private static func checkKind(_ start: [UInt8], _ file: String) throws(DatasetError) {
        guard let kind = ForeignKind(start: start), kind.isText || textFormat(start) == nil else { return }
        throw DatasetError(file, .foreign(kind))
    }

    /// Text has no control characters but white space; its first line tells commas from tabs.
    private static func textFormat(_ start: [UInt8]) -> Format? {
        let space = Array("\t\n\r".utf8)
        guard start.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || space.contains($0) }) else { return nil }
        let line = start.prefix { $0 != UInt8(ascii: "\n") }
        return line.contains(UInt8(ascii: "\t")) && !line.contains(UInt8(ascii: ",")) ? .tsv : .csv
    }

    /// The beginning of a table, and how many of its bytes hold at least two records, or all there are.
    private static func firstRecords(
        _ source: inout ByteSource, _ delimiter: UInt8
    ) throws(DatasetError) -> (start: [UInt8], count: Int) {
        var count = 1 << 16
        while true {
            let start = try source.peek(count)
            if start.count < count { return (start, start.count) }
            let whole = lengthOfWholeRecords(start.span, delimiter: delimiter)
            if newlines(in: start.span.extracting(first: whole)) >= 3 { return (start, whole) }
            guard count < CSVRecords.longestLine else {
                throw DatasetError(source.name, at: .line(1), .lineTooLong(limit: CSVRecords.longestLine))
            }
            count *= 2
        }
    }

    private static func check(
        _ description: DatasetDescription, _ file: String, _ options: InputOptions
    ) throws(DatasetError) {
        guard let expected = options.expected, expected.description.features != description.features else { return }
        throw DatasetError(
            file,
            .unequalWidth(description.features, first: expected.origin, expected: expected.description.features))
    }
}
