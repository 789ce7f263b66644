public import Datasets

/// Where rows go, and as what.
public struct OutputOptions: Sendable {
    /// "-" for standard output.
    public var path: String
    /// Nil for what the path's extension says, else what is like the input.
    public var format: Format?
    /// Nil for what the workflow makes by itself.
    public var scalar: WorkingScalar?
    /// Whether npz is compressed.
    public var compresses = false
    /// Where labels go that the output has no place for.
    public var labels: String?
    /// Between a table's fields; nil for what its format has.
    public var delimiter: UInt8?

    public init(path: String = "-") { self.path = path }

    /// The format: as asked for, by the output's name, or like the input.
    func format(for input: Format) -> Format {
        format ?? Format(fileName: path) ?? (input.isText ? input : .npy)
    }

    var name: String { displayName(path, output: true) }
}
