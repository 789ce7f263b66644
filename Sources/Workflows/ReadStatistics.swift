internal import Datasets
public import Preprocessing
internal import Words

/// Reads a statistics file.
/// - Parameter path: `-` is standard input.
/// - Returns: the transform, and the file's name in messages.
/// - Throws: `StatisticsError` where the file is not what it should be, `DatasetError` where it cannot be read.
public func readStatistics(_ path: String) throws -> (transform: FittedTransform, name: String) {
    var source = try ByteSource(path: path)
    return (try StatisticsFile.read(try readText(&source), name: displayName(path)), displayName(path))
}

/// All bytes of a JSON file that are left.
/// - Throws: `Refusal` where there are more than can be parsed in the memory that is free: a pipe may never end.
func readText(_ source: inout ByteSource) throws -> [UInt8] {
    // The text while it grows, and what is parsed from it.
    let limit = availableMemory().map { $0 / 6 } ?? .max
    var text: [UInt8] = []
    try source.readAll(into: &text, upTo: limit)
    guard text.count < limit else {
        throw Refusal("\(source.name): has more than \(gigabytes(limit)) of JSON, for which there is not enough memory")
    }
    return text
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
