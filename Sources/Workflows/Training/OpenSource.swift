internal import Datasets
internal import Preprocessing

/// A file that was opened to look at its first bytes, for whoever reads it.
///
/// Sendable: the source is taken once, by the one thread that reads.
final class OpenSource: @unchecked Sendable {
    let holdsMoments: Bool
    /// Whether the path can be opened again, from the start; then nothing is kept open.
    let canReopen: Bool
    private var source: ByteSource?

    init(_ path: String) throws(DatasetError) {
        guard !isFolder(path) else {
            (holdsMoments, canReopen) = (false, true)
            return
        }
        var source = try ByteSource(path: path)
        holdsMoments = MomentsFile.isLikely(try source.peek(256))
        canReopen = source.canReopen
        self.source = canReopen ? nil : consume source
    }

    /// The format of a source that is kept open; nothing of it is consumed.
    func format(of path: String, _ options: InputOptions) throws(DatasetError) -> Format {
        try RowReader.format(of: path, &source!, options)
    }

    func take() -> ByteSource { source.take()! }
}
