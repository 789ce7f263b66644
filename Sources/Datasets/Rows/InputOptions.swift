/// How an input is to be read, where its name and its first bytes do not tell.
public struct InputOptions: Sendable {
    public enum Header: String, Sendable, CaseIterable {
        case auto, yes, no
    }

    public enum Missing: String, Sendable, CaseIterable {
        case error, skip
        /// By the mean of the training rows.
        case mean
    }

    public var format: Format?
    public var header = Header.auto
    /// The byte between a table's fields; nil is the format's own.
    public var delimiter: UInt8?
    /// Columns that are labels, by name, or by number from 1.
    public var labelColumns: [String] = []
    /// Columns that are labels wherever a table has them, by name: those of the data that statistics were fitted on.
    public var knownLabels: [String] = []
    /// Whether a column whose first value is no number is a label too, where nothing says that it is a feature.
    public var textIsLabel = false
    /// What becomes of missing values; nil is an error, or what statistics say.
    public var missing: Missing?
    /// What stands for a missing value beside the empty field; nil for the usual words.
    public var missingValues: [String]?
    /// The byte before the decimals of a table's numbers.
    public var decimal = UInt8(ascii: ".")
    /// The only columns that are features, where there are any; columns that are left out; and columns of text that are
    /// passed through.
    public var columns: [ColumnChoice] = []
    public var drop: [ColumnChoice] = []
    public var keep: [ColumnChoice] = []
    /// What fills missing values: set by what knows the means, or is learning them.
    public var fill: Fill?

    public enum Fill: Sendable, Equatable {
        /// They stay missing: not a number.
        case nothing
        /// The value of each feature, before the transform.
        case means([Double])

        func value(ofFeature index: Int) -> Double {
            switch self {
            case .nothing: .nan
            case .means(let means): means[index]
            }
        }
    }
    /// Whether the text of a table's numbers is kept beside their values.
    package var keepsText = false
    /// Whether images are height x width x channels, not channels x height x width.
    public var channelsLast = false
    /// Whether an array with one axis is read, as rows of one value: labels are kept so.
    public var allowsVectors = false
    /// What becomes of pictures before they are rows; nil is as the expected rows were made, or nothing.
    public var pictures: PictureOptions?
    /// Whether pictures that cannot be read are left out, counted and told.
    public var skipsBroken = false
    /// Which array of an npz archive is read; nil where it has only one.
    public var array: String?
    /// The layout of `raw` records, which nothing in the file tells.
    public var raw: RawLayout?
    /// Records without any header: label bytes, then values, little-endian.
    public struct RawLayout: Sendable {
        public var shape: [Int] = []
        public var labelBytes = 0
        public var scalar = ScalarType.uint8

        public init() {}
    }

    /// Options that hold because something else says so: statistics, or what becomes of the rows. They need not apply.
    public var assumed: Set<InputOption> = []
    /// Other inputs of the same run: an option that applies to one of them is no error.
    public var companions: [String] = []
    /// Whether statistics are learnt from the rows: a folder or an archive of several splits is then an error.
    public var isTraining = false

    /// What the rows must agree with: the data that statistics were fitted on, or the first of several inputs.
    public var expected: Expectation?

    public struct Expectation: Sendable {
        public var description: DatasetDescription
        /// Where it comes from, for messages.
        public var origin: String

        public init(_ description: DatasetDescription, from origin: String) {
            self.description = description
            self.origin = origin
        }
    }

    public init() {}
}

extension InputOptions {
    /// The byte between the fields of a table, as far as options and the format say.
    func delimiter(for format: Format) -> UInt8 {
        delimiter ?? (format == .tsv ? UInt8(ascii: "\t") : UInt8(ascii: decimal == UInt8(ascii: ",") ? ";" : ","))
    }
}
