/// The pictures of a tar archive, in order, with what stands beside them: WebDataset's samples, or an archived folder.
///
/// Files that follow each other and differ only in their extension belong together: `0001.jpg` and `0001.cls`, or
/// `0001.json` with a member `cls` or `label`. Where the first pictures have none of those, the folders that they are
/// in are their labels, by name.
struct PictureArchive: ~Copyable {
    private var tar: TarReader
    let file: String
    private var labels = Labels.none
    /// The classes' numbers, where folders have them from elsewhere.
    private let known: [String]?
    private var current = Group(stem: "")
    private var ready: [Found] = []
    private var isAtEnd = false

    private enum Labels { case none, files, folders }

    /// Pictures with the same name but for the extension, and their label.
    private struct Group {
        let stem: String
        var pictures: [PictureSample] = []
        var label: String?
    }

    private struct Found {
        var sample: PictureSample
        let stem: String
        /// What a file beside it says.
        let label: String?

        /// The folders that it is in, the outermost first.
        var folders: [String] { stem.split(separator: "/").dropLast().map(String.init) }

        /// `0001.depth.png` is a picture beside the sample `0001`, as WebDataset names such files.
        var isDotted: Bool { stem[(stem.lastIndex(of: "/") ?? stem.startIndex)...].contains(".") }
    }

    /// So many pictures may come before one whose name shows whether there are files of labels.
    private static let mostAhead = 16
    private static let longestLabel = 1 << 20

    init(_ tar: consuming TarReader, classes known: [String]?) throws(DatasetError) {
        file = tar.name
        self.tar = tar
        self.known = known
        var first: [Found] = []
        while first.count < Self.mostAhead, let found = try nextFound() {
            first.append(found)
            if found.label != nil || !found.isDotted { break }
        }
        guard let one = first.last else { throw DatasetError(file, .picture(.noPictures(other: nil))) }
        if one.label != nil {
            labels = .files
        } else if known.map({ known in one.folders.contains(where: known.contains) }) ?? !one.folders.isEmpty {
            labels = .folders
        }
        ready = first + ready
    }

    var hasLabels: Bool { labels != .none }

    /// The names that numbers stand for.
    var classes: [String]? { labels == .folders ? known : nil }

    mutating func next() throws(DatasetError) -> PictureSample? {
        while let found = try nextFound() {
            var sample = found.sample
            switch labels {
            case .none: break
            case .files:
                if found.label == nil, found.isDotted { continue }
                sample.label = found.label
            case .folders:
                sample.label = found.folders.last
                if let known, let folder = found.folders.last {
                    // A class may have folders of its own.
                    guard let number = found.folders.compactMap(known.firstIndex(of:)).first else {
                        throw DatasetError(
                            file, at: sample.place, .picture(.unknownClass(folder, known: known)))
                    }
                    sample.label = String(number)
                }
            }
            if hasLabels, sample.label == nil { throw DatasetError(file, at: sample.place, .picture(.noLabel)) }
            return sample
        }
        return nil
    }

    private mutating func nextFound() throws(DatasetError) -> Found? {
        while ready.isEmpty, !isAtEnd {
            guard let member = try tar.next() else {
                close(Group(stem: ""))
                isAtEnd = true
                break
            }
            try take(member)
        }
        return ready.isEmpty ? nil : ready.removeFirst()
    }

    /// Completes the current group, and begins another.
    private mutating func close(_ next: Group) {
        for sample in current.pictures { ready.append(Found(sample: sample, stem: current.stem, label: current.label)) }
        current = next
    }

    private mutating func take(_ member: TarReader.Member) throws(DatasetError) {
        let parts = member.name.split(separator: "/").filter { $0 != "." }
        guard let name = parts.last, !parts.contains(where: isPassedOver), let dot = name.lastIndex(of: ".") else {
            return try tar.skip(member)
        }
        let ending = name[name.index(after: dot)...].lowercased()
        let isPicture = isPictureName(name)
        guard isPicture || ["cls", "json"].contains(ending) else { return try tar.skip(member) }
        let path = parts.joined(separator: "/")
        let stem = String(path.dropLast(ending.count + 1))
        if stem != current.stem { close(Group(stem: stem)) }
        guard isPicture else { return try takeLabel(member, path, isJSON: ending == "json") }

        var sample = PictureSample(file: file, place: .member(path))
        switch member.kind {
        case .file where member.size <= PictureSample.mostBytes:
            try tar.read(member, into: &sample.bytes)
            if sample.bytes.isEmpty { sample.error = DatasetError(file, at: sample.place, .empty) }
        case .file:
            try tar.skip(member)
            sample.error = DatasetError(
                file, at: sample.place, .picture(.tooManyBytes(limit: PictureSample.mostBytes)))
        case .link(let target):
            sample.error = DatasetError(file, at: sample.place, .picture(.link(to: target)))
        case .other: return try tar.skip(member)
        }
        // A name with every known extension is still a small group; one repeated without end is not.
        if current.pictures.count == Self.mostAhead { close(Group(stem: stem)) }
        current.pictures.append(sample)
    }

    private mutating func takeLabel(
        _ member: TarReader.Member, _ path: String, isJSON: Bool
    ) throws(DatasetError) {
        guard member.kind == .file, member.size <= Self.longestLabel else { return try tar.skip(member) }
        var bytes: [UInt8] = []
        try tar.read(member, into: &bytes)
        if isJSON {
            // Captions and the like come in JSON too: what has no label in it is passed over.
            if current.label == nil { current.label = labelInJSON(bytes) }
            return
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DatasetError(file, at: .member(path), .picture(.labelText))
        }
        let label = text.trimmedOfSpace
        guard !label.isEmpty, label.utf8.count <= 1024 else {
            throw DatasetError(file, at: .member(path), .picture(.labelText))
        }
        current.label = label
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
