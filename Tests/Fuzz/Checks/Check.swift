internal import Datasets

/// What is asked of each parser, whatever bytes it is given: no trap, and results that agree with themselves or with
/// others'. The fuzzer runs these on bytes that it makes up, the tests on the inputs that are kept.
package enum Check: String, CaseIterable, Sendable {
    case csv, npy, zip, idx, guess, gzip, tar, png, jpeg, stream, statistics, nearest, json, decimal, flags, moments

    /// - Throws: where a result is wrong. A refused input is a good result.
    package func run(_ input: [UInt8]) throws(Finding) {
        switch self {
        case .csv: try checkTable(input)
        case .npy: try checkRecords(input, .npy)
        case .idx: try checkRecords(input, .idx)
        case .zip: try checkZip(input)
        case .tar: try checkTar(input)
        case .png, .jpeg: try checkPicture(input)
        case .guess: try checkRecords(input, nil)
        case .gzip: try checkInflating(input)
        case .stream: try checkStream(input)
        case .nearest: try checkNearest(input)
        case .statistics: try checkStatistics(input)
        case .json: try checkJSON(input)
        case .decimal: try checkDecimal(input)
        case .flags: try checkFlags(input)
        case .moments: try checkMoments(input)
        }
    }
}

/// A wrong result.
package struct Finding: Error, CustomStringConvertible {
    package let words: String

    package var description: String { words }
}

func expect(_ holds: Bool, _ words: @autoclosure () -> String) throws(Finding) {
    guard holds else { throw Finding(words: words()) }
}
