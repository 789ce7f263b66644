import Datasets
import Glibc

/// Opens what a command writes, before its work: a path that cannot be written fails at once, and so does one that would
/// replace what is read.
/// - Parameters:
///   - path: "-" for standard output.
///   - read: the files that the command reads.
///   - option: the one that names the path.
func openOutput(_ path: String, reading read: [String], option: String = "-o") throws(Failure) -> ByteSink {
    if let same = read.first(where: { isRegularFile(path) && isSameFile(path, $0) }) {
        throw .refused(
            "\(displayName(path)): is read too\(same == path ? "" : ", as \(displayName(same))"), and would be replaced",
            hint: "give \(option) another name")
    }
    return try dataset { () throws(DatasetError) in try ByteSink(path: path) }
}

/// Whether the path leads to a file that can be read again.
func isRegularFile(_ path: String) -> Bool {
    path != "-" && status(path).map { $0.st_mode & S_IFMT == S_IFREG } ?? false
}

func isSameFile(_ one: String, _ other: String) -> Bool {
    guard other != "-", let one = status(one), let other = status(other) else { return false }
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino
}

private func status(_ path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
}
