import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Preprocessing

@Suite struct MomentsFileTests {
    /// Bytes as they are, without products, and doubles with and without: every layout of tensors.
    static let kinds: [(bytes: Bool, products: Bool)] = [(true, true), (true, false), (false, true), (false, false)]

    static func shard(
        _ rows: RowBlock, products: Bool = true, name: String = "a", step: RowStep = RowStep(.none, divideBy: 1)
    ) throws -> SourcedMoments {
        var fingerprint = RowsFingerprint()
        fingerprint.add(rows)
        var input = description(features: rows.features)
        if case .bytes = rows.values { input.scalar = .uint8 }
        return SourcedMoments(
            moments: try moments(step.applied(to: rows), products: products, step: step), input: input,
            sources: [.init(name: name, samples: rows.count, fingerprint: fingerprint)])
    }

    static func rows(_ count: Int, bytes: Bool, features: Int = 7, seed: UInt64 = 1) -> RowBlock {
        let values = ExactMomentsTests.bytes(count, features, seed: seed)
        return bytes
            ? block(values, features: features) : block(values.map { 1e6 + Double($0) / 7 }, features: features)
    }

    @Test(arguments: kinds)
    func whatIsReadIsWhatWasWritten(kind: (bytes: Bool, products: Bool)) throws {
        // More features than are held at once, so that the triangle is read in strips.
        let shard = try Self.shard(Self.rows(31, bytes: kind.bytes, features: 150), products: kind.products)
        let text = try written(shard)
        let again = try read(text)
        #expect(again.input == shard.input)
        #expect(again.sources == shard.sources)
        #expect(again.moments.count == 31 && again.moments.step == shard.moments.step)
        #expect(again.moments.hasProducts == kind.products)
        for j in 0..<150 {
            #expect(
                again.moments.distribution(of: j..<j + 1, ddof: 1) == shard.moments.distribution(of: j..<j + 1, ddof: 1)
            )
        }
        if kind.products { #expect(again.moments.covariance(ddof: 0) == shard.moments.covariance(ddof: 0)) }
        #expect(try written(again) == text)
    }

    @Test func productsCanBeLeft() throws {
        for bytes in [true, false] {
            let shard = try Self.shard(Self.rows(31, bytes: bytes))
            let again = try read(written(shard), .left)
            #expect(!again.moments.hasProducts)
            #expect(again.moments.distribution(of: 0..<7, ddof: 0) == shard.moments.distribution(of: 0..<7, ddof: 0))
        }
    }

    @Test func noRowsAreTheIdentity() throws {
        for kind in Self.kinds {
            var none = try read(written(Self.shard(Self.rows(0, bytes: kind.bytes), products: kind.products)))
            let some = try Self.shard(Self.rows(9, bytes: kind.bytes), products: kind.products)
            none.merge(some)
            #expect(none.moments.count == 9)
            #expect(none.moments.distribution(of: 0..<7, ddof: 0) == some.moments.distribution(of: 0..<7, ddof: 0))
            #expect(none.fingerprint == some.fingerprint)
        }
    }

    /// However rows are sharded, and in whatever order the shards are merged: the nearest doubles to the true values.
    @Test(arguments: 0..<4)
    func mergedBytesAreTheRoundedRationals(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let features = 4
        let all = Self.rows(900, bytes: true, features: features, seed: seed)
        var cuts = (0..<4).map { _ in Int.random(in: 0...900, using: &random) }.sorted()
        cuts = [0] + cuts + [900]
        var shards = try zip(cuts, cuts.dropFirst()).map { try Self.shard(all.rows($0..<$1)) }
        shards.shuffle(using: &random)
        var merged = try read(written(shards[0]))
        for shard in shards.dropFirst() { merged.merge(try read(written(shard))) }

        let columns = (0..<features).map { j in (0..<900).map { Int128(all.doubles[$0 * features + j]) } }
        let covariance = merged.moments.covariance(ddof: 1)
        for i in 0..<features {
            let sum = columns[i].reduce(0, +)
            #expect(merged.moments.distribution(of: i..<i + 1, ddof: 1).mean == exactQuotient(sum, 900))
            for j in 0..<features {
                let products = zip(columns[i], columns[j]).reduce(Int128(0)) { $0 + $1.0 * $1.1 }
                let exact = exactQuotient(900 * products - sum * columns[j].reduce(0, +), 900 * 899)
                #expect(covariance[i, j] == exact, "[\(i), \(j)], seed \(seed)")
            }
        }
        #expect(try merged.fingerprint == Self.shard(all).fingerprint)
    }

    @Test func fingerprintsTellRowsApart() throws {
        let rows = Self.rows(50, bytes: true)
        var order = Array(0..<50)
        var random = SeededRandom(3)
        order.shuffle(using: &random)
        var shuffled = RowsFingerprint()
        for row in order { shuffled.add(rows.rows(row..<row + 1)) }
        var whole = RowsFingerprint()
        whole.add(rows)
        #expect(shuffled == whole)
        #expect(RowsFingerprint("\(whole)") == whole)
        var other = RowsFingerprint()
        other.add(rows.rows(0..<49))
        #expect(other != whole)
        other.add(rows.rows(0..<1))
        #expect(other != whole)
    }

    // MARK: - Files that are not right

    @Test(arguments: kinds)
    func truncatedFilesAreRefused(kind: (bytes: Bool, products: Bool)) throws {
        let text = try written(Self.shard(Self.rows(5, bytes: kind.bytes, features: 3), products: kind.products))
        for count in Array(stride(from: 0, to: text.count, by: 13)) + [7, 8, text.count - 1] {
            let error = try #require(throws: TensorFileError.self) { try read(Array(text[..<count])) }
            guard case .endsEarly = error.problem else {
                Issue.record("\(count) bytes: \(error)")
                continue
            }
        }
        #expect(throws: TensorFileError("f", .goesOn(expected: text.count))) { try read(text + [0]) }
    }

    @Test(arguments: kinds, 0..<7)
    func alteredFilesAreRefused(kind: (bytes: Bool, products: Bool), start: Int) throws {
        let text = try written(Self.shard(Self.rows(5, bytes: kind.bytes, features: 3), products: kind.products))
        for i in stride(from: start, to: text.count, by: 7) {
            var altered = text
            altered[i] ^= 1 << UInt8(i % 8)
            #expect(throws: TensorFileError.self, "byte \(i)") { try read(altered) }
        }
    }

    /// Headers and sums as somebody could make them up, each with the right checksum.
    @Test(arguments: [
        (#"\"features\": 2"#, #"\"features\": 3"#, "expected the sizes of 3 features"),
        (#""version": "1""#, #""version": "7""#, "version 7 of the moments format; this program reads version 1"),
        (#""nnprep.moments""#, #""nnprep.stats""#, "is a safetensors file, but not a moments file"),
        (#""squares""#, #""squarez""#, "squares: this tensor is missing"),
        (#""per_sample": "none""#, #""per_sample": "center""#, "mean: this tensor is missing"),
        (#""per_sample": "none""#, #""per_sample": "x""#, "expected one of"),
        (#"\"samples\": 2"#, #"\"samples\": 3"#, "its sources have 3 rows, its moments 2"),
        (#"\"samples\": 2"#, #"\"samples\": 1e300"#, "expected a whole number"),
    ])
    func madeUpHeadersAreRefused(old: String, new: String, words: String) throws {
        let text = try written(Self.shard(block([UInt8](arrayLiteral: 1, 2, 3, 4), features: 2), products: false))
        let length = Int(text[0]) | Int(text[1]) << 8
        let header = String(decoding: text[8..<8 + length], as: UTF8.self)
        try #require(header.contains(old))
        let altered = header.replacingOccurrences(of: old, with: new)
        let error = try #require(throws: TensorFileError.self) {
            try read(withChecksum(altered, payload: Array(text[(8 + length)...])))
        }
        #expect("\(error)".contains(words), "\(error)")
    }

    @Test func offsetsAreChecked() throws {
        func header(_ tensors: String) -> String {
            #"{"__metadata__":{"format":"nnprep.moments","checksum":"00000000"},\#(tensors)}"#
        }
        for tensors in [
            #""a":{"dtype":"I64","shape":[4],"data_offsets":[0,16]}"#,
            #""a":{"dtype":"I64","shape":[2],"data_offsets":[16,0]}"#,
            #""a":{"dtype":"I64","shape":[2],"data_offsets":[8,24]}"#,
            #""a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}"#,
            #""a":{"dtype":"I64","shape":[-2],"data_offsets":[0,16]}"#,
            #""a":{"dtype":"I64","shape":[4294967296,4294967296],"data_offsets":[0,16]}"#,
            #""a":{"dtype":"I64","shape":[1000000000000],"data_offsets":[0,8000000000000]}"#,
            #""a":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"b":{"dtype":"I64","shape":[2],"data_offsets":[8,24]}"#,
        ] {
            #expect(throws: TensorFileError.self, "\(tensors)") {
                try read(withChecksum(header(tensors), payload: Array(repeating: 0, count: 16)))
            }
        }
        for start in [[0, 0, 0, 0, 0, 0, 0, 0], [255, 255, 255, 255, 255, 255, 255, 255]] as [[UInt8]] {
            #expect(throws: TensorFileError.self) { try read(start + Array("{}".utf8)) }
        }
    }

    /// Sums of two rows of two bytes, and the same with one of them replaced by what no rows can have.
    @Test(arguments: [
        ("count", 0, -1), ("count", 0, 1 << 60), ("count", 0, 0), ("sum", 0, 1 << 40), ("sum", 1, -1),
        ("min", 0, -1), ("min", 0, 200), ("max", 0, 256), ("max", 1, 1), ("products", 0, 0), ("products", 3, 1 << 50),
        ("products", 0, Int64.min), ("products", 1, 77),
    ])
    func impossibleSumsAreRefused(tensor: String, index: Int, value: Int64) throws {
        let good: [(String, [Int64])] = [
            ("count", [2]), ("sum", [110, 30]), ("min", [10, 10]), ("max", [100, 20]),
            ("products", [10100, 1200, 1200, 500]),
        ]
        func exact(_ tensors: [(String, [Int64])]) throws -> SourcedMoments {
            let shard = try Self.shard(block([UInt8](arrayLiteral: 10, 20, 100, 10), features: 2))
            let text = try written(shard)
            let length = Int(text[0]) | Int(text[1]) << 8
            let header = String(decoding: text[8..<8 + length], as: UTF8.self)
            return try read(withChecksum(header, payload: tensors.flatMap { littleEndianBytes($0.1) }))
        }
        #expect(try exact(good).moments.count == 2)
        let wrong = good.map { name, values in
            var values = values
            if name == tensor { values[index] = value }
            return (name, values)
        }
        let error = try #require(throws: TensorFileError.self) { try exact(wrong) }
        guard case .tensor = error.problem else {
            Issue.record("\(error)")
            return
        }
    }

    // MARK: - Files

    /// What no reader of safetensors takes is not written.
    @Test func aHeaderBeyondTheFormatsLimit() throws {
        let name = String(repeating: "x", count: 10_000_000)
        let source = SourcedMoments.Source(name: name, samples: 1, fingerprint: RowsFingerprint())
        let shard = SourcedMoments(
            moments: try moments(block([1.0, 2], features: 2)), input: description(features: 2),
            sources: Array(repeating: source, count: 10))
        #expect {
            try written(shard)
        } throws: { error in
            guard case .headerTooLong(let bytes, 100_000_000)? = (error as? DatasetError)?.problem else { return false }
            return bytes > 100_000_000
        }
    }

    private func written(_ shard: SourcedMoments) throws -> [UInt8] {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let sink = try ByteSink(path: path)
        try MomentsFile.write(shard, by: "test", to: sink)
        try sink.finish()
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private func read(_ bytes: [UInt8], _ products: MomentsFile.Products = .kept) throws -> SourcedMoments {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do {
            return try MomentsFile.read(ByteSource(path: path), products).moments
        } catch let error as TensorFileError {
            // Its name is not always the same.
            throw TensorFileError("f", error.problem)
        }
    }

    private func temporaryPath() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("moments-\(UUID().uuidString)").path
    }

    /// A file with this header, and the checksum that it says it has put right.
    private func withChecksum(_ header: String, payload: [UInt8]) -> [UInt8] {
        let digits = header.range(of: #"(?<="checksum": ?")[0-9a-f]{8}"#, options: .regularExpression)
        func file(_ checksum: String) -> [UInt8] {
            let text = Array((digits.map { header.replacingCharacters(in: $0, with: checksum) } ?? header).utf8)
            return littleEndianBytes([Int64(text.count)]) + text + payload
        }
        var sum = CRC32()
        sum.add(file("00000000").span)
        return file(hexadecimal(sum.value))
    }
}
