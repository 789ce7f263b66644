package import Preprocessing

/// How many rows each of some files has, whose rows are counted through all of them.
package struct FileRows: Sendable {
    private(set) var sources: [FittedTransform.Source]
    private(set) var count = 0

    /// - Parameter names: as messages show them.
    init(_ names: [String]) { sources = names.map { FittedTransform.Source(name: $0, samples: 0) } }

    package init(_ sources: [FittedTransform.Source]) {
        self.sources = sources
        count = sources.reduce(0) { $0 + $1.samples }
    }

    /// Counts rows of a file, behind those that were counted before: files come in their order.
    mutating func add(_ rows: Int, of file: Int) {
        sources[file].samples += rows
        count += rows
    }

    /// The file of a row, and its number there, from 1.
    /// - Parameter number: from 0, through all files.
    package func place(of number: Int) -> RowPlace {
        var first = 0
        for source in sources {
            if number - first < source.samples { return RowPlace(file: source.name, row: number - first + 1) }
            first += source.samples
        }
        preconditionFailure("there is no row \(number) among \(count)")
    }
}

/// Where a row is: its file, and its number there, from 1, without those that were left out.
public struct RowPlace: Sendable, Equatable {
    public let file: String
    public let row: Int
}
