public import Datasets
internal import Words

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
    /// - Throws: where nothing was asked for, and the name's ending stands for no format. Names without an ending, devices and
    ///   pipes may hold anything, and `.txt` a table.
    func format(for input: Format) throws -> Format {
        if let format = format ?? Format(fileName: path) { return format }
        let usual = input.isText ? input : .npy
        guard let ending = ending(of: path), !isSpecialFile(path), !(usual.isText && ending == "txt") else {
            return usual
        }
        throw Refusal(
            "\(path): \(usual.rawValue) would be written, and a name that ends in .\(ending) does not say so",
            hint: "pass --output-format \(usual.rawValue), or another one, or end the name in .\(usual.rawValue)",
            kind: .usage)
    }

    var name: String { displayName(path, output: true) }
}
