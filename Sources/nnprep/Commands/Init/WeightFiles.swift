import Datasets
import Glibc
import Models
import Preprocessing

/// The files that `init` writes: one in the safetensors format, or a folder of npy files.
enum WeightFiles {
    static func write(_ layers: [InitialLayer<Float>], _ arguments: Init.Arguments) throws(Failure) {
        try arguments.output.hasSuffix("/") ? writeFolder(layers, arguments) : writeOne(layers, arguments)
    }

    private static func writeOne(_ layers: [InitialLayer<Float>], _ arguments: Init.Arguments) throws(Failure) {
        let initializer = arguments.initializer
        var writer = SafetensorsWriter(metadata: [
            ("format", "pt"), ("created_by", "\(programName) \(programVersion)"),
            ("scheme", initializer.scheme.rawValue), ("distribution", initializer.distribution.rawValue),
            ("seed", "\(arguments.seed)"),
        ])
        for (i, layer) in layers.enumerated() {
            writer.add("layer\(i + 1).weight", shape: [layer.units, layer.inputs], layer.weights)
            writer.add("layer\(i + 1).bias", shape: [layer.units], layer.biases)
        }
        let sink = try openOutput(
            arguments.output, reading: [arguments.data, arguments.statistics].compactMap(\.self))
        guard !sink.isTerminal else {
            throw .refused(
                "standard output is a terminal, and safetensors is binary", hint: "write to a file with -o FILE")
        }
        try dataset(consuming: sink) { (sink) throws(DatasetError) in
            try writer.write(to: sink)
            try sink.finish()
        }
    }

    private final class Part {
        var writer: RowWriter?
        init(_ writer: consuming RowWriter) { self.writer = consume writer }
    }

    /// None of the files takes its name before all are complete.
    private static func writeFolder(_ layers: [InitialLayer<Float>], _ arguments: Init.Arguments) throws(Failure) {
        let read = [arguments.data, arguments.statistics].compactMap(\.self)
        var folders: [String] = []
        var parts: [Part] = []
        do throws(Failure) {
            try dataset { () throws(DatasetError) in try makeFolders(arguments.output, made: &folders) }
            for (i, layer) in layers.enumerated() {
                let name = "\(arguments.output)layer\(i + 1)"
                for (kind, shape, values) in [("weight", [layer.inputs], layer.weights), ("bias", [], layer.biases)] {
                    let path = "\(name).\(kind).npy"
                    let sink = try openOutput(path, reading: read)
                    parts.append(
                        try dataset(consuming: sink) { (sink) throws(DatasetError) in
                            try part(sink, path, shape: shape, rows: layer.units, values)
                        })
                }
            }
            try dataset { () throws(DatasetError) in
                for part in parts { try part.writer.take()!.finish() }
            }
        } catch {
            parts = []
            for folder in folders.reversed() { unsafe _ = rmdir(folder) }
            throw error
        }
    }

    /// - Parameter shape: of one row.
    private static func part(
        _ sink: consuming ByteSink, _ path: String, shape: [Int], rows: Int, _ values: [Float]
    ) throws(DatasetError) -> Part {
        let encoder = try OutputDescription(
            file: path, format: .npy, shape: shape, scalar: .float32, featureNames: [], labelNames: []
        ).encoder()
        var writer = try RowWriter(sink, head: encoder, rows: rows)
        let block = RowBlock(count: rows, features: shape.first ?? 1, values: .floats(values))
        try writer.write(try encoder.encode(block, firstRow: 1), rows: rows)
        try writer.complete()
        return Part(writer)
    }
}
