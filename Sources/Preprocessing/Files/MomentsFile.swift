public import Datasets

/// The moments file: moments as a safetensors file. All tensors have one axis but those marked D x D.
///
/// | rows of | tensors |
/// | --- | --- |
/// | bytes | `count`, `sum`, `min`, `max`, and `products` (D x D) or without them `squares`: I64, of the values as they are |
/// | other numbers, or after a per-sample step | `count` (I64), `mean`, `mean_low`, `min`, `max`, and `scatter` (D x D) or without it `squared_deviations`: F64 |
///
/// The mean is `mean + mean_low`. `scatter` is Σ (x - mean)(x - mean)ᵀ, `squared_deviations` its diagonal. Matrices are
/// whole, both triangles: twice the bytes of one, but any program can use them as they are.
public enum MomentsFile {
    static let format = "nnprep.moments"
    static let version = 1

    /// - Parameter program: name and version of the program that writes.
    /// - Precondition: the moments are finished, and `impossibility` has nothing to say of them.
    public static func write(_ found: SourcedMoments, by program: String, to sink: borrowing ByteSink)
        throws(DatasetError)
    {
        let moments = found.moments
        precondition(moments.unit == 1, "sums of scaled rows")
        var writer = SafetensorsWriter(
            metadata: [
                ("format", format), ("version", "\(version)"), ("created_by", program),
                ("input", text(found.input.json)),
                ("per_sample", moments.step.perSample.rawValue),
                // Where there is no per-sample step, the rows are as they came, whatever a fit divides them by.
                ("divide_by", "\(moments.step.divideBy)"),
                ("sources", text(.array(found.sources.map(source)))),
                ("rows_fingerprint", "\(found.fingerprint)"),
            ], checksum: true)
        let features = moments.features
        writer.add("count", shape: [1], [Int64(moments.count)])
        if let exact = moments.exact {
            writer.add("sum", shape: [features], exact.rawSums)
            writer.add("min", shape: [features], exact.minima.map(Int64.init))
            writer.add("max", shape: [features], exact.maxima.map(Int64.init))
            if exact.hasProducts {
                writer.addRows("products", size: features) { exact.rawProducts($0) }
            } else {
                writer.add("squares", shape: [features], exact.rawSquares)
            }
        } else if let floating = moments.floating {
            writer.add("mean", shape: [features], floating.means)
            writer.add("mean_low", shape: [features], floating.lowMeans)
            writer.add("min", shape: [features], floating.minima)
            writer.add("max", shape: [features], floating.maxima)
            if floating.hasProducts {
                writer.addRows("scatter", size: features) {
                    symmetricRows($0, of: floating.scatter, size: features, isPacked: false)
                }
            } else {
                writer.add("squared_deviations", shape: [features], floating.scatter)
            }
        }
        try writer.write(to: sink)
    }

    private static func text(_ value: JSONValue) -> String { String(decoding: value.formatted(), as: UTF8.self) }

    private static func source(_ source: SourcedMoments.Source) -> JSONValue {
        .object([
            JSONMember("name", .string(source.name)), JSONMember("samples", .number(Double(source.samples))),
            JSONMember("rows_fingerprint", .string("\(source.fingerprint)")),
        ])
    }

    /// Whether a file that begins like this is a safetensors file: the length of a header, then the header's first key.
    /// Pictures and records do not, but by a chance of one in 2^60.
    public static func isLikely(_ start: [UInt8]) -> Bool {
        guard start.count > 16, start[5..<8].allSatisfy({ $0 == 0 }), start[8] == UInt8(ascii: "{") else {
            return false
        }
        let length = start[..<5].reversed().reduce(0) { $0 << 8 | Int($1) }
        let text = start[9...].prefix(max(0, length - 1))
        let space = Array(" \t\r\n".utf8)
        guard let first = text.first(where: { !space.contains($0) }) else { return false }
        return first == UInt8(ascii: "\"") && text.allSatisfy { $0 >= 0x20 || space.contains($0) }
    }
}
