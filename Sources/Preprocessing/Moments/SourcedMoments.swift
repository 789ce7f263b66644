public import Datasets

/// The moments of some rows, with what the rows are and where they come from: what a moments file holds.
public struct SourcedMoments: Sendable {
    public var moments: Moments
    public var input: DatasetDescription
    /// Each file of rows that is in the moments, however often they were merged since.
    public var sources: [Source]

    public struct Source: Sendable, Equatable {
        public var name: String
        public var samples: Int
        public var fingerprint: RowsFingerprint

        public init(name: String, samples: Int, fingerprint: RowsFingerprint) {
            self.name = name
            self.samples = samples
            self.fingerprint = fingerprint
        }
    }

    public init(moments: Moments, input: DatasetDescription, sources: [Source]) {
        self.moments = moments
        self.input = input
        self.sources = sources
    }

    /// That of all rows.
    public var fingerprint: RowsFingerprint {
        sources.reduce(into: RowsFingerprint()) { $0 += $1.fingerprint }
    }

    /// Adds the rows of `other`.
    /// - Precondition: nothing `differs`, both have products or both have none, and they do not have too many rows.
    public mutating func merge(_ other: SourcedMoments) {
        moments.merge(other.moments)
        sources += other.sources
    }
}
