public import Datasets
internal import Words

/// Reads any format and writes any other; values stay what they are, but for the scalar type that is asked for.
public func convert(
    _ paths: [String], reading options: InputOptions = InputOptions(), writing output: OutputOptions,
    in run: Run = Run()
) throws {
    let inputs = try Inputs(paths, options: options)
    let input = inputs.description
    let format = output.format(for: input.format)
    var scalar = output.scalar ?? input.scalar.working
    if format.holdsBytes {
        guard output.scalar ?? .uint8 == .uint8 else {
            throw Refusal("\(format.rawValue) holds bytes", hint: "leave --dtype out")
        }
        scalar = .uint8
    }
    var written = OutputDescription(
        file: output.name, format: format,
        shape: input.pictures?.rows == .pixels ? [input.features] : input.shape, scalar: scalar,
        featureNames: (0..<input.features).map(input.name(ofFeature:)), labelNames: input.labelNames)
    written.channels = input.channels
    let type = scalar
    try transformRows(inputs, output, written, reading: inputs.paths, in: run) { block, origin in
        try block.converted(to: type, from: origin, for: written)
    }
}
