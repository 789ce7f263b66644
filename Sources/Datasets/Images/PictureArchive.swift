/// The pictures of a tar archive, in order, with what stands beside them: WebDataset's samples, or an archived folder.
///
/// As in WebDataset, a member's key is its path up to the first dot of the file's name, and members of one key that follow
/// each other are a sample: `0001.jpg` with `0001.cls`, or with `0001.json` that has a member `cls` or `label`. The sample's
/// picture is `0001.jpg`; `0001.seg.png` is not. Where the first sample has no label, the folders that the pictures are in
/// are their labels, by name, and every picture is a row.
struct PictureArchive: ~Copyable {
    private var tar: TarReader
    let file: String
    private var labels = Labels.none
    /// The classes' numbers, where folders have them from elsewhere.
    private let known: [String]?
    private var current = Sample(key: "", archive: 0)
    private var ready: [PictureSample] = []
    private var isAtEnd = false
    /// Hashes of the members and keys that were seen.
    private var seen: Set<UInt64> = []
    /// Nil where several splits are welcome.
    private var splits: SplitFolders?

    private enum Labels { case none, files, folders }

    /// The pictures of one key, and their label.
    private struct Sample {
        let key: String
        /// Which of the archives in the file it is from: another one may use the same names.
        let archive: Int
        var pictures: [PictureSample] = []
        var label: String?
        /// Where the label comes from.
        var labelPlace: DatasetError.Place?
        var isJSON = false

        /// The folders that it is in, the outermost first.
        var folders: [String] { key.split(separator: "/").dropLast().map(String.init) }

        /// Those that are named as the key but for the extension: `0001.jpg`, not `0001.seg.png`.
        var plain: [PictureSample] {
            pictures.filter { !$0.name.dropFirst(key.count + 1).contains(".") }
        }

        var place: DatasetError.Place? { pictures.first?.place ?? labelPlace }
    }

    /// So many pictures of one key are held until the next key; where files are labels, only the one that is read.
    private static let mostOfOneKey = 64
    private static let longestLabel = 1 << 20

    /// - Parameter isTraining: whether several splits are an error.
    init(_ tar: consuming TarReader, classes known: [String]?, isTraining: Bool) throws(DatasetError) {
        file = tar.name
        self.tar = tar
        self.known = known
        splits = isTraining ? SplitFolders() : nil
        var first: Sample?
        while first == nil, let sample = try nextSample() {
            if sample.pictures.isEmpty { try take(sample) } else { first = sample }
        }
        guard let first else { throw DatasetError(file, .picture(.noPictures(other: nil))) }
        if first.label != nil {
            labels = .files
        } else if known.map({ known in first.folders.contains(where: known.contains) }) ?? !first.folders.isEmpty {
            labels = .folders
        }
        try take(first)
    }

    var hasLabels: Bool { labels != .none }

    /// The names that numbers stand for.
    var classes: [String]? { labels == .folders ? known : nil }

    mutating func next() throws(DatasetError) -> PictureSample? {
        while ready.isEmpty, let sample = try nextSample() { try take(sample) }
        return ready.isEmpty ? nil : ready.removeFirst()
    }

    /// Makes a sample's pictures ready.
    private mutating func take(_ sample: Sample) throws(DatasetError) {
        let key = sample.key
        func hash(_ kind: Name) -> UInt64 { Self.hash(kind, key, sample.archive) }
        guard !sample.pictures.isEmpty else {
            guard let place = sample.labelPlace else { return }
            // JSON may be about something else; but its picture must not be elsewhere.
            guard sample.isJSON, !seen.contains(hash(.plain)), !seen.contains(hash(.dotted)) else {
                throw DatasetError(file, at: place, .picture(.labelAlone))
            }
            seen.insert(hash(.label))
            return
        }
        if sample.label != nil, labels != .files {
            throw DatasetError(file, at: sample.labelPlace, .picture(.labelUnlike))
        }
        let plain = sample.plain
        let isSample = labels == .files || labels == .none && !plain.isEmpty
        let isApart =
            seen.contains(hash(.label)) || labels != .folders && seen.contains(hash(.plain))
            || isSample && seen.contains(hash(.dotted))
        guard !isApart else { throw DatasetError(file, at: sample.place, .picture(.notSideBySide(key: key))) }
        seen.insert(hash(isSample ? .plain : .dotted))
        // Names with dots, such as `2024.01.png`, are no sign of samples where no picture has the name of the key.
        ready = isSample ? plain : sample.pictures
        switch labels {
        case .none: break
        case .files:
            guard plain.count == 1 else {
                let names = (plain.isEmpty ? sample.pictures : plain).map(\.name)
                throw DatasetError(file, at: sample.place, .picture(.noPlainPicture(names: names)))
            }
            guard sample.label != nil else { throw DatasetError(file, at: sample.place, .picture(.noLabel)) }
            ready[0].label = sample.label
        case .folders:
            let label = try label(ofFolders: sample.folders, sample.place)
            for i in ready.indices { ready[i].label = label }
        }
        ready[0].beside = sample.pictures.map(\.name).filter { name in !ready.contains { $0.name == name } }
    }

    /// What is remembered of an archive.
    private enum Name {
        case member
        /// The key of pictures that are named so, of others alone, and of a label alone.
        case plain, dotted, label
    }

    private static func hash(_ kind: Name, _ name: String, _ archive: Int) -> UInt64 {
        contentHash(Array("\(kind) \(archive) \(name)".utf8).span)
    }

    private func label(ofFolders folders: [String], _ place: DatasetError.Place?) throws(DatasetError) -> String {
        guard let folder = folders.last else { throw DatasetError(file, at: place, .picture(.noLabel)) }
        guard let known else { return folder }
        // A class may have folders of its own.
        guard let number = folders.compactMap(known.firstIndex(of:)).first else {
            throw DatasetError(file, at: place, .picture(.unknownClass(folder, known: known)))
        }
        return String(number)
    }

    /// The next members of one key, without those that are neither pictures nor labels.
    private mutating func nextSample() throws(DatasetError) -> Sample? {
        while !isAtEnd {
            guard let member = try tar.next() else {
                isAtEnd = true
                return current
            }
            if let complete = try add(member) { return complete }
        }
        return nil
    }

    /// Adds a member to the current sample, or begins another with it.
    /// - Returns: the sample before it, where it begins another.
    private mutating func add(_ member: TarReader.Member) throws(DatasetError) -> Sample? {
        let parts = member.name.split(separator: "/").filter { $0 != "." }
        guard let name = parts.last, !parts.contains(where: isPassedOver), let dot = name.firstIndex(of: "."),
            dot != name.startIndex
        else {
            try tar.skip(member)
            return nil
        }
        let suffix = name[name.index(after: dot)...]
        let ending = suffix.lowercased()
        let isPicture = isPictureName(name)
        guard isPicture || ["cls", "json"].contains(ending) else {
            try tar.skip(member)
            return nil
        }
        let path = parts.joined(separator: "/")
        let key = String(path.dropLast(suffix.count + 1))
        if member.kind != .other, !seen.insert(Self.hash(.member, path, tar.archive)).inserted {
            throw DatasetError(file, at: .member(path), .picture(.memberTwice))
        }
        var complete: Sample?
        let isFull = labels != .files && current.pictures.count == Self.mostOfOneKey
        if key != current.key || tar.archive != current.archive || isFull {
            complete = current
            current = Sample(key: key, archive: tar.archive)
        }
        if isPicture {
            try addPicture(member, path, isPlain: !suffix.contains("."))
        } else {
            try addLabel(member, path, isJSON: ending == "json")
        }
        return complete
    }

    private mutating func addPicture(
        _ member: TarReader.Member, _ path: String, isPlain: Bool
    ) throws(DatasetError) {
        splits?.add(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        if let (train, heldOut) = splits?.found {
            throw DatasetError(
                file, at: .member(path), .picture(.severalSplits(train: train, heldOut: heldOut, folder: nil)))
        }
        var sample = PictureSample(file: file, place: .member(path))
        switch member.kind {
        case .file where labels == .files && !isPlain: try tar.skip(member)
        case .file:
            var read = 0
            do throws(DatasetError) {
                try sample.read { (bytes, limit) throws(DatasetError) in
                    let part = min(member.size, limit) - read
                    try tar.read(part, into: &bytes)
                    read += part
                }
            } catch {
                switch error.problem {
                case .empty, .picture(.tooManyBytes): sample.error = error
                default: throw error
                }
            }
            try tar.skip(member, after: read)
        case .link(let target):
            sample.error = DatasetError(file, at: sample.place, .picture(.link(to: target)))
        case .other: return try tar.skip(member)
        }
        current.pictures.append(sample)
    }

    private mutating func addLabel(
        _ member: TarReader.Member, _ path: String, isJSON: Bool
    ) throws(DatasetError) {
        guard member.kind != .other else { return try tar.skip(member) }
        guard member.kind == .file, member.size <= Self.longestLabel else {
            guard isJSON else { throw DatasetError(file, at: .member(path), .picture(.labelText)) }
            return try tar.skip(member)
        }
        var bytes: [UInt8] = []
        try tar.read(member.size, into: &bytes)
        try tar.skip(member, after: member.size)
        if isJSON {
            // Captions and the like come in JSON too: what has no label in it is passed over.
            guard current.label == nil, let label = labelInJSON(bytes) else { return }
            (current.label, current.labelPlace, current.isJSON) = (label, .member(path), true)
            return
        }
        let label = String(validating: bytes, as: UTF8.self)?.trimmedOfSpace ?? ""
        guard !label.isEmpty, label.utf8.count <= 1024 else {
            throw DatasetError(file, at: .member(path), .picture(.labelText))
        }
        (current.label, current.labelPlace, current.isJSON) = (label, .member(path), false)
    }
}

/// The member `cls`, `label` or `class` of a JSON object, if it is text or a whole number.
private func labelInJSON(_ bytes: [UInt8]) -> String? {
    guard let json = try? JSONValue(parsing: bytes.span) else { return nil }
    let root = JSONView(json)
    for key in ["cls", "label", "class"] {
        guard let member = try? root.optional(key) else { continue }
        if let number = try? member.integer() { return String(number) }
        if let text = try? member.string().trimmedOfSpace, !text.isEmpty, text.utf8.count <= 1024 { return text }
    }
    return nil
}

extension String {
    fileprivate var trimmedOfSpace: String {
        let isInner = { (character: Character) in !character.isWhitespace }
        guard let first = firstIndex(where: isInner), let last = lastIndex(where: isInner) else { return "" }
        return String(self[first...last])
    }
}
