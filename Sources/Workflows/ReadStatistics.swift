internal import Datasets
package import Preprocessing

/// Reads a statistics file.
/// - Parameter path: `-` is standard input.
/// - Returns: the transform, and the file's name in messages.
/// - Throws: `StatisticsError` where the file is not what it should be, `DatasetError` where it cannot be read.
package func readStatistics(_ path: String) throws -> (transform: FittedTransform, name: String) {
    var source = try ByteSource(path: path)
    return (try StatisticsFile.read(try source.readAll(), name: displayName(path)), displayName(path))
}
