package import Datasets

/// Where rows go, and as what.
package struct OutputOptions: Sendable {
    /// "-" for standard output.
    package var path: String
    /// Nil for what the path's extension says, else what is like the input.
    package var format: Format?
    /// Nil for what the workflow makes by itself.
    package var scalar: WorkingScalar?
    /// Whether npz is compressed.
    package var compresses = false
    /// Where labels go that the output has no place for.
    package var labels: String?
    /// Between a table's fields; nil for what its format has.
    package var delimiter: UInt8?

    package init(path: String = "-") { self.path = path }

    /// The format: as asked for, by the output's name, or like the input.
    func format(for input: Format) -> Format {
        format ?? Format(fileName: path) ?? (input.isText ? input : .npy)
    }

    var name: String { displayName(path, output: true) }
}
