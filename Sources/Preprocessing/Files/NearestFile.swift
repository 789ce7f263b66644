public import Datasets
public import Words

/// The file of nearest rows, in JSON: what a part of the training rows is to a split.
///
/// `distances` and `rows` have an array for each row of the split, of up to twenty: squared distances along the whitened
/// components, and the training rows' numbers, from 1 through all of `training`. `equal` has the number of a training row
/// with equal values for each, or 0; `identical` of one with equal labels and kept columns, too. `values` and `records`
/// count how often training rows are equal in either way.
public enum NearestFile {
    static let format = "nnprep.nearest"
    static let version = 2

    /// - Parameter program: name and version of the program that writes.
    public static func write(
        _ nearest: NearestRows, by program: String, to sink: borrowing ByteSink
    ) throws(DatasetError) {
        let basis = nearest.basis
        let rows = 0..<basis.rows
        var members = [
            JSONMember("format", .string(format)), JSONMember("version", .number(Double(version))),
            JSONMember("created_by", .string(program)),
            JSONMember(
                "split",
                .object([
                    JSONMember("rows", .number(Double(basis.rows))),
                    JSONMember("contents", .string(String(basis.contents, radix: 16))),
                ])),
            JSONMember("space", basis.space.map(value) ?? .null),
            JSONMember("training", .array(nearest.training.map(\.json))),
            JSONMember(
                "distances",
                .array(rows.map { StatisticsFile.numbers(nearest.squaredDistances(of: $0).map(Double.init)) })),
            JSONMember(
                "rows",
                .array(
                    rows.map { row in
                        let distances = nearest.squaredDistances(of: row)
                        return StatisticsFile.numbers(nearest.numbers[distances.indices].map { Double($0 + 1) })
                    })),
            JSONMember("equal", StatisticsFile.numbers(nearest.equal.map { Double($0 + 1) })),
            JSONMember("identical", StatisticsFile.numbers(nearest.identical.map { Double($0 + 1) })),
            JSONMember("values", value(of: nearest.values)), JSONMember("records", value(of: nearest.records)),
        ]
        for (key, labels) in [("labels", nearest.labels), ("equal_labels", nearest.equalLabels)] {
            members.append(JSONMember(key, .array(labels.map { $0.map(JSONValue.string) ?? .null })))
        }
        var json = JSONWriter()
        json.value(.object(members))
        try json.finish { (text) throws(DatasetError) in try sink.write(text) }
    }

    private static func value(of space: NearestRows.Space) -> JSONValue {
        .object([
            JSONMember("measure", .string(space.measure.rawValue)), JSONMember("epsilon", .number(space.epsilon)),
            JSONMember("variances", StatisticsFile.numbers(space.variances)),
        ])
    }

    private static func value(of rows: DistinctRows) -> JSONValue {
        let counts = rows.counts.sorted { $0.key < $1.key }
        return .object([
            JSONMember("level", .number(Double(rows.level))),
            JSONMember("hashes", .array(counts.map { .string(String($0.key, radix: 16)) })),
            JSONMember("counts", StatisticsFile.numbers(counts.map { Double($0.value) })),
        ])
    }

    /// Whether a file that begins like this is such a file.
    package static func isLikely(_ start: [UInt8]) -> Bool {
        let text = String(decoding: start.prefix(64), as: UTF8.self)
        return text.first == "{" && text.contains("\"\(format)\"")
    }
}

extension NearestFile {
    /// Reads a file, and checks that it is whole.
    /// - Parameter name: the file's name, for messages.
    package static func read(_ text: [UInt8], name: String) throws(NearestFileError) -> NearestRows {
        do throws(JSONError) {
            let root = JSONView(try JSONValue(parsing: text.span))
            guard try root.require("format").string() == format else {
                throw root.error("this is not what --nearest has written")
            }
            let version = try root.require("version")
            guard try version.integer() == self.version else {
                throw version.error("expected \(self.version): another version of nnprep has written this")
            }
            return try nearest(root)
        } catch {
            throw NearestFileError(file: name, problem: error)
        }
    }

    private static func nearest(_ root: JSONView) throws(JSONError) -> NearestRows {
        let split = try root.require("split")
        let rows = try split.require("rows").integer(in: 1...Int.max)
        let contents = try hash(split.require("contents"))
        let space = try root.optional("space").map { (space) throws(JSONError) in
            NearestRows.Space(
                measure: try space.require("measure").choice(), epsilon: try space.require("epsilon").double(),
                variances: try space.require("variances").numbers())
        }
        var training: [FittedTransform.Source] = []
        for item in try root.require("training").items() {
            training.append(try FittedTransform.Source(item))
        }
        guard let samples = checkedSum(of: training.map(\.samples)) else {
            throw try root.require("training").error("expected fewer rows in all")
        }
        let equal = try root.require("equal").integers(in: 0...samples, count: rows).map { $0 - 1 }
        let identical = try root.require("identical").integers(in: 0...samples, count: rows).map { $0 - 1 }
        let neighbours = Contrast.neighbours
        var distances: [Float] = []
        var numbers: [Int] = []
        let theirRows = try root.require("rows").items(count: rows)
        for (values, theirs) in zip(try root.require("distances").items(count: rows), theirRows) {
            let found = try values.numbers()
            guard found.count <= neighbours, zip(found, found.dropFirst()).allSatisfy({ $0 <= $1 }),
                found.allSatisfy({ $0 >= 0 && Float($0).isFinite })
            else { throw values.error("expected up to \(neighbours) distances, ascending") }
            distances += found.map { Float($0) } + repeatElement(.infinity, count: neighbours - found.count)
            guard samples > 0 || found.isEmpty else {
                throw theirs.error("expected no numbers, as there are no training rows")
            }
            numbers += try theirs.integers(in: 1...max(1, samples), count: found.count).map { $0 - 1 }
            numbers += repeatElement(-1, count: neighbours - found.count)
        }
        return NearestRows(
            NearestRows.Basis(rows: rows, contents: contents, space: space), training: training, distances: distances,
            numbers: numbers, equal: equal, identical: identical, values: try distinctRows(root.require("values")),
            records: try distinctRows(root.require("records")), labels: try labels(root.require("labels"), rows),
            equalLabels: try labels(root.require("equal_labels"), rows))
    }

    private static func hash(_ json: JSONView) throws(JSONError) -> UInt64 {
        guard let hash = UInt64(try json.string(), radix: 16) else { throw json.error("expected a hexadecimal number") }
        return hash
    }

    private static func distinctRows(_ json: JSONView) throws(JSONError) -> DistinctRows {
        let hashes = try json.require("hashes").items()
        let numbers = try json.require("counts").integers(in: 1...Int.max, count: hashes.count)
        var counts: [UInt64: Int] = [:]
        for (item, count) in zip(hashes, numbers) { counts[try hash(item)] = count }
        let level = try json.require("level").integer(in: 0...63)
        guard counts.count == hashes.count, let rows = DistinctRows(level: level, counts: counts) else {
            throw json.error("no rows have such counts")
        }
        return rows
    }

    private static func labels(_ json: JSONView, _ count: Int) throws(JSONError) -> [String?] {
        var labels: [String?] = []
        for item in try json.items(count: count) { labels.append(item.value == .null ? nil : try item.string()) }
        return labels
    }
}

/// What is wrong with a file that should be of nearest rows.
public struct NearestFileError: ExplainedError, Equatable {
    public let file: String
    public let problem: JSONError

    public var message: String { "\(file): does not hold nearest rows: \(problem)" }
    public var hint: String? { "nnprep check --nearest writes such files" }
}
