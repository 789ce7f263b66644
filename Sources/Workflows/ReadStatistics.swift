internal import Datasets
public import Preprocessing

/// Reads a statistics file.
/// - Parameter path: `-` is standard input.
/// - Returns: the transform, and the file's name in messages.
/// - Throws: `StatisticsError` where the file is not what it should be, `DatasetError` where it cannot be read.
public func readStatistics(_ path: String) throws -> (transform: FittedTransform, name: String) {
    var source = try ByteSource(path: path)
    return (try StatisticsFile.read(try source.readAll(), name: displayName(path)), displayName(path))
}

/// Where a fitted transform comes from.
public enum StatisticsSource: Sendable {
    /// A program that holds it.
    case memory
    /// A statistics file; `-` is standard input.
    case file(String)

    /// Its name in messages.
    var name: String {
        switch self {
        case .memory: "the statistics"
        case .file(let path): displayName(path)
        }
    }

    /// The files that are read for it.
    var paths: [String] {
        switch self {
        case .memory: []
        case .file(let path): [path]
        }
    }
}
