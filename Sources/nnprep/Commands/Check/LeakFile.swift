import Datasets
import Words
import Workflows

/// The pairs as a table or as JSON lines, the nearest first.
struct LeakFile: ~Copyable {
    private enum Kind {
        case table(delimiter: String)
        case jsonLines
    }

    private let sink: ByteSink
    private let kind: Kind

    /// Opens the file, so that a path that cannot be written fails before the work.
    init(_ path: String, reading read: [String]) throws {
        let kind = try Self.kind(path)
        sink = try openOutput(path, reading: read, option: "--leaks")
        self.kind = kind
    }

    private static func kind(_ path: String) throws -> Kind {
        let name = path.lowercased()
        if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") { return .jsonLines }
        if name.hasSuffix(".tsv") { return .table(delimiter: "\t") }
        if name.hasSuffix(".csv") || path == "-" { return .table(delimiter: ",") }
        throw Refusal("--leaks \(path): its name does not say what to write", hint: "end it in .csv, .tsv or .jsonl")
    }

    consuming func write(_ leaks: Leaks) throws {
        switch kind {
        case .jsonLines:
            for pair in leaks.pairs {
                let members = pair.json.map { "\(text(.string($0.key))): \(text($0.value))" }
                try sink.write(Array("{\(members.joined(separator: ", "))}\n".utf8))
            }
        case .table(let delimiter):
            let head = [
                "file", "row", "training_file", "training_row", "equal", "similarity", "contrast", "label",
                "training_label", "other_label",
            ]
            try sink.write(line(head, delimiter))
            for pair in leaks.pairs {
                try sink.write(
                    line(
                        [
                            pair.place.file, "\(pair.place.row)", pair.training.file, "\(pair.training.row)",
                            pair.isExact ? "yes" : "no", decimal(pair.similarity), decimal(pair.contrast),
                            pair.label ?? "", pair.trainingLabel ?? "", pair.hasOtherLabel ? "yes" : "no",
                        ], delimiter))
            }
        }
        try sink.finish()
    }
}

/// A value that fits on a line.
private func text(_ value: JSONValue) -> String { String(decoding: value.formatted().dropLast(), as: UTF8.self) }

private func line(_ fields: [String], _ delimiter: String) -> [UInt8] {
    Array((fields.map { quoted($0, delimiter) }.joined(separator: delimiter) + "\n").utf8)
}

/// RFC 4180.
private func quoted(_ field: String, _ delimiter: String) -> String {
    let needsQuotes = field.unicodeScalars.contains { "\"\n\r".unicodeScalars.contains($0) }
    guard needsQuotes || field.contains(delimiter) else { return field }
    let doubled = field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
    return "\"\(doubled)\""
}

extension LeakedPair {
    var json: [JSONMember] {
        [
            JSONMember("file", .string(place.file)), JSONMember("row", .number(Double(place.row))),
            JSONMember("training_file", .string(training.file)),
            JSONMember("training_row", .number(Double(training.row))), JSONMember("equal", .bool(isExact)),
            JSONMember("similarity", .finite(six(similarity))), JSONMember("contrast", .finite(six(contrast))),
            JSONMember("label", label.map(JSONValue.string) ?? .null),
            JSONMember("training_label", trainingLabel.map(JSONValue.string) ?? .null),
            JSONMember("other_label", .bool(hasOtherLabel)),
        ]
    }
}

/// Six decimals: what is beyond those is rounding.
func six(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }

private func decimal(_ value: Double) -> String { short(six(value)) }
