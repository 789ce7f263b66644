/// How an input is to be read, where its name and its first bytes do not tell.
package struct InputOptions: Sendable {
    package enum Header: String, Sendable, CaseIterable {
        case auto, yes, no
    }

    package enum Missing: String, Sendable, CaseIterable {
        case error, skip
    }

    package var format: Format?
    package var header = Header.auto
    /// The byte between a table's fields; nil is the format's own.
    package var delimiter: UInt8?
    /// Columns that are labels, by name, or by number from 1.
    package var labelColumns: [String] = []
    /// Columns that are labels wherever a table has them, by name: those of the data that statistics were fitted on.
    package var knownLabels: [String] = []
    /// Whether a column whose first value is no number is a label too, where nothing says that it is a feature.
    package var textIsLabel = false
    package var missing = Missing.error
    /// Whether images are height x width x channels, not channels x height x width.
    package var channelsLast = false
    /// Whether an array with one axis is read, as rows of one value: labels are kept so.
    package var allowsVectors = false
    /// What becomes of pictures before they are rows; nil is as the expected rows were made, or nothing.
    package var pictures: PictureOptions?
    /// Whether pictures that cannot be read are left out, counted and told.
    package var skipsBroken = false
    /// Which array of an npz archive is read; nil where it has only one.
    package var array: String?
    /// The layout of `raw` records, which nothing in the file tells.
    package var raw: RawLayout?
    /// Records without any header: label bytes, then values, little-endian.
    package struct RawLayout: Sendable {
        package var shape: [Int] = []
        package var labelBytes = 0
        package var scalar = ScalarType.uint8

        package init() {}
    }

    /// What the rows must agree with: the data that statistics were fitted on, or the first of several inputs.
    package var expected: Expectation?

    package struct Expectation: Sendable {
        package var description: DatasetDescription
        /// Where it comes from, for messages.
        package var origin: String

        package init(_ description: DatasetDescription, from origin: String) {
            self.description = description
            self.origin = origin
        }
    }

    package init() {}
}
