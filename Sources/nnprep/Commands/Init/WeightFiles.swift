import Datasets
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

    private static func writeFolder(_ layers: [InitialLayer<Float>], _ arguments: Init.Arguments) throws(Failure) {
        try dataset { () throws(DatasetError) in
            var made: [String] = []
            try makeFolders(arguments.output, made: &made)
            for (i, layer) in layers.enumerated() {
                let name = "\(arguments.output)layer\(i + 1)"
                try writeArray("\(name).weight.npy", shape: [layer.inputs], rows: layer.units, layer.weights)
                try writeArray("\(name).bias.npy", shape: [], rows: layer.units, layer.biases)
            }
        }
    }

    /// - Parameter shape: of one row.
    private static func writeArray(
        _ path: String, shape: [Int], rows: Int, _ values: [Float]
    ) throws(DatasetError) {
        let encoder = try OutputDescription(
            file: path, format: .npy, shape: shape, scalar: .float32, featureNames: [], labelNames: []
        ).encoder()
        var writer = try RowWriter(try ByteSink(path: path), head: encoder, rows: rows)
        let block = RowBlock(count: rows, features: shape.first ?? 1, values: .floats(values))
        try writer.write(try encoder.encode(block, firstRow: 1), rows: rows)
        try writer.finish()
    }
}
