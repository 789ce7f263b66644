import Datasets
import Preprocessing

/// Reads a statistics file; returns its name in messages too.
/// - Parameter path: `-` is standard input.
func readStatistics(_ path: String) throws(Failure) -> (FittedTransform, name: String) {
    let text = try dataset { () throws(DatasetError) in
        var source = try ByteSource(path: path)
        return try source.readAll()
    }
    return (try statistics(text, name: displayName(path)), displayName(path))
}

func statistics(_ text: [UInt8], name: String) throws(Failure) -> FittedTransform {
    do throws(StatisticsError) {
        return try StatisticsFile.read(text, name: name)
    } catch {
        throw .statistics(error)
    }
}
