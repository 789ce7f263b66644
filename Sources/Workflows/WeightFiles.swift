internal import Datasets
internal import Glibc
package import Models
internal import Preprocessing

/// Writes initial weights: `layer1.weight`, units x inputs, `layer1.bias` and so on, as float32.
/// - Parameters:
///   - path: a safetensors file, or a folder for npy files where it ends in "/".
///   - metadata: what the safetensors file says beside the arrays.
///   - read: files that must not be replaced.
package func writeWeights(
    _ layers: [InitialLayer<Float>], to path: String, metadata: [(String, String)], reading read: [String]
) throws {
    if path.hasSuffix("/") {
        try writeFolder(layers, path, reading: read)
    } else {
        try writeFile(layers, path, metadata, reading: read)
    }
}

private func writeFile(
    _ layers: [InitialLayer<Float>], _ path: String, _ metadata: [(String, String)], reading read: [String]
) throws {
    var writer = SafetensorsWriter(metadata: metadata)
    for (i, layer) in layers.enumerated() {
        writer.add("layer\(i + 1).weight", shape: [layer.units, layer.inputs], layer.weights)
        writer.add("layer\(i + 1).bias", shape: [layer.units], layer.biases)
    }
    let sink = try openOutput(path, reading: read, binary: "safetensors")
    try writer.write(to: sink)
    try sink.finish()
}

/// None of the files takes its name before all are complete.
private func writeFolder(_ layers: [InitialLayer<Float>], _ folder: String, reading read: [String]) throws {
    var folders: [String] = []
    var parts: [Box<RowWriter>] = []
    do {
        try makeFolders(folder, made: &folders)
        for (i, layer) in layers.enumerated() {
            for (kind, shape, values) in [("weight", [layer.inputs], layer.weights), ("bias", [], layer.biases)] {
                let path = "\(folder)layer\(i + 1).\(kind).npy"
                let sink = try openOutput(path, reading: read)
                parts.append(try part(sink, path, shape: shape, rows: layer.units, values))
            }
        }
        for part in parts { try part.take().finish() }
    } catch {
        parts = []
        for folder in folders.reversed() { unsafe _ = rmdir(folder) }
        throw error
    }
}

/// - Parameter shape: of one row.
private func part(
    _ sink: consuming ByteSink, _ path: String, shape: [Int], rows: Int, _ values: [Float]
) throws(DatasetError) -> Box<RowWriter> {
    let encoder = try OutputDescription(
        file: path, format: .npy, shape: shape, scalar: .float32, featureNames: [], labelNames: []
    ).encoder()
    var writer = try RowWriter(sink, head: encoder, rows: rows)
    let block = RowBlock(count: rows, features: shape.first ?? 1, values: .floats(values))
    try writer.write(try encoder.encode(block, firstRow: 1), rows: rows)
    try writer.complete()
    return Box(writer)
}
