public import Datasets
internal import Glibc
internal import Words

/// Opens what a run writes, before its work: a path that cannot be written fails at once, and so does one that would
/// replace what is read.
/// - Parameters:
///   - path: "-" for standard output.
///   - read: the files that are read.
///   - binary: what is written, "safetensors", where no terminal should get it.
///   - option: the one that names the path, for messages.
public func openOutput(
    _ path: String, reading read: [String], binary: String? = nil, option: String = "-o"
) throws -> ByteSink {
    if let same = read.first(where: { isRegularFile(path) && isSameFile(path, $0) }) {
        throw Refusal(
            "\(displayName(path)): is read too\(same == path ? "" : ", as \(displayName(same))"), and would be replaced",
            hint: "give \(option) another name")
    }
    let sink = try ByteSink(path: path)
    if let binary, sink.isTerminal {
        throw Refusal("standard output is a terminal, and \(binary) is binary", hint: "write to a file with -o FILE")
    }
    return sink
}

/// Whether the path leads to a file that can be read again.
func isRegularFile(_ path: String) -> Bool {
    path != "-" && status(path).map { $0.st_mode & S_IFMT == S_IFREG } ?? false
}

/// Whether the path leads to something that is no file: a device, a pipe, standard output.
func isSpecialFile(_ path: String) -> Bool {
    path == "-" || status(path).map { $0.st_mode & S_IFMT != S_IFREG } ?? false
}

func isSameFile(_ one: String, _ other: String) -> Bool {
    guard other != "-", let one = status(one), let other = status(other) else { return false }
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino
}

private func status(_ path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
}
