import Datasets
import Preprocessing

/// A file that was opened to look at its first bytes, for whoever reads it.
final class OpenSource: @unchecked Sendable {
    let holdsMoments: Bool
    /// Whether the path can be opened again, from the start; then nothing is kept open.
    let canReopen: Bool
    // Taken once, by the one thread that reads.
    private var source: ByteSource?

    init(_ path: String) throws(DatasetError) {
        var source = try ByteSource(path: path)
        holdsMoments = MomentsFile.isLikely(try source.peek(256))
        canReopen = source.canReopen
        self.source = canReopen ? nil : consume source
    }

    func take() -> ByteSource { source.take()! }
}

/// A moments file, from its first byte on.
func readMoments(_ source: consuming ByteSource, _ products: MomentsFile.Products) throws(Failure) -> Shard {
    do throws(TensorFileError) { return try MomentsFile.read(source, products).shard } catch { throw .tensors(error) }
}
