public import Datasets
internal import Words

/// Reads any format and writes any other. Values stay what they are, unless a scalar type is asked for: arrays keep their
/// type and its order of bytes, tables the text of their numbers.
/// - Throws: `notOfType` where the output's type does not hold a value and was not asked for.
public func convert(
    _ paths: [String], reading options: InputOptions = InputOptions(), writing output: OutputOptions,
    in run: Run = Run()
) throws {
    var options = options
    let keepsTypes = output.scalar == nil
    options.keepsText = keepsTypes && (output.format ?? Format(fileName: output.path))?.isText ?? true
    let inputs = try Inputs(paths, options: options, in: run)
    let input = inputs.description
    let format = try output.format(for: input.format)
    var scalar = output.scalar ?? inputs.commonScalar.working
    if format.holdsBytes {
        guard output.scalar ?? .uint8 == .uint8 else {
            throw Refusal("\(format.rawValue) holds bytes", hint: "leave --dtype out", kind: .usage)
        }
        scalar = .uint8
    }
    var written = OutputDescription(
        file: output.name, format: format,
        shape: input.pictures?.rows == .pixels ? [input.features] : input.shape, scalar: scalar,
        featureNames: (0..<input.features).map(input.name(ofFeature:)), labelNames: input.labelNames)
    written.channels = input.channels
    // Tables and arrays keep whole numbers; what else is written is doubles.
    let isArray = format == .npy || format == .npz
    if keepsTypes, isArray || format.isText { written.stored = (inputs.commonScalar, inputs.isBigEndian) }
    let keepsIntegers = format.isText || isArray && !inputs.commonScalar.isFloating
    let (description, type) = (written, scalar)
    try transformRows(inputs, output, written, reading: inputs.paths, in: run) { block, origin in
        if keepsTypes, !keepsIntegers, let rounded = block.largeIntegers?.firstRounded,
            case .rounded(let number, _) = rounded.problem
        {
            throw DatasetError(rounded.file, at: rounded.place, .notOfType(number, type.stored))
        }
        return try block.converted(to: type, rounds: !keepsTypes, from: origin, for: description)
    }
}
