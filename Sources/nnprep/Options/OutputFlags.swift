import Datasets
import Flags
import Workflows

/// The scalar types that transformed rows can have.
enum FloatType: String, CaseIterable, Sendable {
    case float32, float64

    var scalar: WorkingScalar { self == .float32 ? .float32 : .float64 }
}

protocol HasOutputOptions: SendableMetatype {
    var output: OutputOptions { get set }
}

extension HasOutputOptions where Self: HasInputOptions {
    /// Where rows go, with what the options of the input say of it.
    var destination: OutputOptions {
        var output = output
        output.delimiter = input.delimiter
        return output
    }

    /// How inputs are read. A delimiter is for the output too, where that is a table.
    var reading: InputOptions {
        var input = input
        if (output.format ?? Format(fileName: output.path))?.isText ?? false { input.assumed.insert(.delimiter) }
        return input
    }
}

extension Flag where Arguments: HasOutputOptions & HasCommonOptions {
    /// - Parameters:
    ///   - dtype: the option `--dtype`, which differs between commands.
    ///   - formats: those that the command writes.
    ///   - labels: what the option `--labels` does.
    static func output(
        dtype: Flag, formats: [Format] = Format.allCases.filter(\.hasRecords),
        labels: String = "write the labels here, as npy, csv or tsv by extension"
    ) -> [Flag] {
        let group = "Output"
        return [
            Flag(
                "output", short: "o", metavar: "FILE", group: group, help: "where to write; - is standard output",
                default: "-", completion: .file
            ) { (arguments, text) throws(FlagError) in
                arguments.output.path = try text.path()
                arguments.common.writesRows = arguments.output.path == "-"
            },
            Flag(
                "output-format", metavar: "FORMAT", group: group,
                help:
                    "the format to write; otherwise the output's name tells, and where it does not, tables give tables "
                    + "and all else npy",
                choices: formats.map { Choice($0.rawValue) }
            ) { (arguments, text) throws(FlagError) in
                arguments.output.format = try text.choice(among: formats)
            },
            dtype,
            Flag(switch: "compress", group: group, help: "compress npz, as numpy.savez_compressed does") {
                $0.output.compresses = true
            },
            Flag(
                "labels", metavar: "FILE", group: group,
                help: labels,
                completion: .file(extensions: ["npy", "csv", "tsv"])
            ) { (arguments, text) throws(FlagError) in arguments.output.labels = try text.path() },
        ]
    }

    static var floatType: Flag {
        Flag(
            "dtype", oneOf: FloatType.self, group: "Output",
            help: "what to compute in, and the type of the values written", default: .float32
        ) { $0.output.scalar = $1.scalar }
    }
}
