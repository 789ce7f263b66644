internal import Glibc

/// The pictures of a folder: those of its class folders, or else its own.
///
/// As torchvision's ImageFolder: the folders in it, sorted by name, are the classes 0, 1, 2, ...; a class has all
/// pictures below its folder, however deep, in the order of their folders' and their own names. Links are followed.
/// What begins with a dot is passed over, and so are the folders that macOS and Synology's disks leave behind.
struct PictureFolder: Sendable {
    /// Sorted; nil where the pictures are in the folder itself, and have no labels.
    let classes: [String]?
    private(set) var directories: [Directory] = []
    private(set) var count = 0
    private(set) var byteCount = 0

    struct Directory: Sendable {
        let path: String
        /// The number of its class.
        let label: Int?
        var files: [String] = []
    }

    /// Folders in folders; links that lead back to themselves end much earlier.
    private static let deepest = 64

    init(path: String) throws(DatasetError) {
        let top = try Listing(path)
        let folders = top.folders.sorted { isBefore($0, $1) }
        var below: [Directory] = []
        var withPictures: Set<Int> = []
        for (label, name) in folders.enumerated() {
            var walk = Walk(label: label, visited: [top.identity])
            try walk.enter(join(path, name))
            // By the folders' whole paths, as sorted(os.walk()) has them.
            below += walk.found.sorted { isBefore($0.path, $1.path) }
            count += walk.count
            byteCount += walk.byteCount
            if walk.count > 0 { withPictures.insert(label) }
        }
        if let first = withPictures.min() {
            if let file = top.pictures.min(by: isBefore) {
                throw DatasetError(join(path, file), .picture(.beside(classFolder: folders[first])))
            }
            classes = folders
            directories = below
        } else {
            guard !top.pictures.isEmpty else {
                throw DatasetError(path, .picture(.noPictures(other: top.others.min(by: isBefore))))
            }
            classes = nil
            directories = [Directory(path: path, label: nil, files: top.pictures.sorted { isBefore($0, $1) })]
            count = top.pictures.count
            byteCount = top.byteCount
        }
    }

    private struct Walk {
        let label: Int
        /// The folders that lead here.
        var visited: [Identity]
        var found: [Directory] = []
        var count = 0
        var byteCount = 0

        mutating func enter(_ path: String) throws(DatasetError) {
            let listing = try Listing(path)
            guard !visited.contains(listing.identity) else { return }
            guard visited.count < PictureFolder.deepest else {
                throw DatasetError(path, .picture(.tooDeep(limit: PictureFolder.deepest)))
            }
            if !listing.pictures.isEmpty {
                found.append(
                    Directory(path: path, label: label, files: listing.pictures.sorted { isBefore($0, $1) }))
                count += listing.pictures.count
                byteCount += listing.byteCount
            }
            visited.append(listing.identity)
            for name in listing.folders { try enter(join(path, name)) }
            visited.removeLast()
        }
    }
}

/// Whether a path leads to a folder, which is one of pictures.
package func isFolder(_ path: String) -> Bool {
    guard path != "-" else { return false }
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Which folder it is, whatever links lead to it.
private struct Identity: Equatable {
    let device: UInt
    let number: UInt
}

/// What is in a folder, in no order.
private struct Listing {
    var identity = Identity(device: 0, number: 0)
    var folders: [String] = []
    var pictures: [String] = []
    /// Some of the other files.
    var others: [String] = []
    /// Of the pictures.
    var byteCount = 0

    init(_ path: String) throws(DatasetError) {
        guard let directory = unsafe opendir(path) else {
            throw DatasetError(path, .system(call: "open", code: errno))
        }
        defer { unsafe closedir(directory) }
        var status = stat()
        let descriptor = unsafe dirfd(directory)
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw DatasetError(path, .system(call: "examine", code: errno))
        }
        identity = Identity(device: UInt(status.st_dev), number: UInt(status.st_ino))
        while true {
            errno = 0
            // The entry lives until the next call; its name ends with a zero.
            guard let entry = unsafe readdir(directory) else {
                guard errno == 0 else { throw DatasetError(path, .system(call: "read", code: errno)) }
                return
            }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !isPassedOver(name) else { continue }
            let isPicture = isPictureName(name)
            guard unsafe fstatat(descriptor, name, &status, 0) == 0 else {
                // A link to nothing, or a name that is not UTF-8: a picture that cannot be read, or a class.
                guard isPicture || !name.contains("\u{FFFD}") else {
                    throw DatasetError(join(path, name), .system(call: "open", code: errno))
                }
                if isPicture { pictures.append(name) }
                continue
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: folders.append(name)
            case S_IFREG where isPicture:
                pictures.append(name)
                byteCount += Int(status.st_size)
            default: if others.count < 100 { others.append(name) }
            }
        }
    }
}

/// Whether a file or folder is none that a person means: hidden, or put there by a system.
func isPassedOver(_ name: some StringProtocol) -> Bool {
    name.hasPrefix(".") || name == "__MACOSX" || name == "@eaDir"
}

/// Whether a file is a picture by its name: of a kind that can be read, or of another, which is an error.
func isPictureName(_ name: some StringProtocol) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return pictureExtensions.contains(name[name.index(after: dot)...].lowercased())
}

private let pictureExtensions: Set<String> = [
    "jpg", "jpeg", "jpe", "jfif", "png", "ppm", "bmp", "pgm", "tif", "tiff", "webp", "gif", "avif", "heic", "heif",
    "jp2",
    "jxl",
]

/// By bytes, as Python sorts.
func isBefore(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
}
