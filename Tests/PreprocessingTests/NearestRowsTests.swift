import Datasets
import Foundation
import TestSupport
import Testing

@testable import Preprocessing

/// What parts of the training rows are to a split, merged and in a file.
@Suite struct NearestRowsTests {
    private static let rows = 5

    private static func basis(_ contents: UInt64 = 0xFEDC_BA98_7654_3210) -> NearestRows.Basis {
        NearestRows.Basis(
            rows: rows, contents: contents,
            space: NearestRows.Space(measure: .distance, epsilon: 0.125, variances: [3, 0.1]))
    }

    /// A part in which the i-th row is at distances that are often the same.
    private static func part(_ name: String, samples: Int, _ random: inout SeededRandom) -> NearestRows {
        var (distances, numbers): ([Float], [Int]) = ([], [])
        var (labels, equal): ([String?], [Int]) = ([], [])
        var (values, records) = (DistinctRows(), DistinctRows())
        values.add((0..<samples).map { _ in UInt64.random(in: 0..<9, using: &random) })
        records.add((0..<samples).map { _ in UInt64.random(in: 0...UInt64.max, using: &random) })
        for _ in 0..<rows {
            let found = (0..<samples).map { (Float(Int.random(in: 0..<9, using: &random)) / 8, $0) }.sorted { $0 < $1 }
            let kept = found.prefix(20)
            distances += kept.map(\.0) + repeatElement(.infinity, count: 20 - kept.count)
            numbers += kept.map(\.1) + repeatElement(-1, count: 20 - kept.count)
            labels.append(kept.first.map { "\(name) \($0.1)" })
            equal.append(kept.first?.0 == 0 ? kept[0].1 : -1)
        }
        return NearestRows(
            basis(), training: [.init(name: name, samples: samples)], distances: distances, numbers: numbers,
            equal: equal, identical: equal.map { $0 % 2 == 0 ? $0 : -1 }, values: values, records: records,
            labels: labels, equalLabels: zip(labels, equal).map { $1 < 0 ? nil : $0 })
    }

    private func merged(_ parts: NearestRows...) -> NearestRows {
        var all = NearestRows(Self.basis())
        for part in parts {
            let isMerged = all.merge(part)
            #expect(isMerged)
        }
        return all
    }

    @Test(arguments: seedOfThisRun)
    func partsAreAMonoid(seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<50 {
            let samples = (0..<3).map { _ in Int.random(in: 0...30, using: &random) }
            let a = Self.part("a", samples: samples[0], &random)
            let b = Self.part("b", samples: samples[1], &random)
            let c = Self.part("c", samples: samples[2], &random)
            let all = merged(a, b, c)
            #expect(merged(merged(a, b), c) == all && merged(a, merged(b, c)) == all, "seed \(seed)")
            #expect(all.samples == samples.reduce(0, +))
            for row in 0..<Self.rows {
                // The nearest of all, and of equally near ones the first.
                var found: [(Float, Int)] = []
                var before = 0
                for (part, count) in zip([a, b, c], samples) {
                    let numbers = part.numbers[row * 20..<(row + 1) * 20].filter { $0 >= 0 }
                    found += zip(part.squaredDistances(of: row), numbers.map { $0 + before })
                    before += count
                }
                let nearest = found.sorted { $0 < $1 }.prefix(20)
                #expect(Array(all.squaredDistances(of: row)) == nearest.map(\.0), "seed \(seed)")
                #expect(all.numbers[row * 20..<(row + 1) * 20].prefix(nearest.count) == nearest.map(\.1)[...])
            }
        }
        var other = NearestRows(Self.basis(1))
        let isMerged = other.merge(NearestRows(Self.basis()))
        #expect(!isMerged && other == NearestRows(Self.basis(1)))
    }

    @Test(arguments: seedOfThisRun)
    func aFileHoldsAllOfIt(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let part = Self.part("a \"b\"", samples: 23, &random)
        let text = try written(part)
        #expect(NearestFile.isLikely(Array(text.prefix(64))))
        #expect(try NearestFile.read(text, name: "f") == part)
        let none = NearestRows(NearestRows.Basis(rows: 2, contents: 0, space: NearestRows.Space?.none))
        #expect(try NearestFile.read(written(none), name: "f") == none)
        // What was changed is refused, or is another whole one.
        for _ in 0..<2_000 {
            var changed = text
            let index = Int.random(in: changed.indices, using: &random)
            changed[index] = changed[Int.random(in: changed.indices, using: &random)]
            guard let read = try? NearestFile.read(changed, name: "f") else { continue }
            var all = part
            _ = all.merge(read)
            #expect(try NearestFile.read(written(read), name: "f") == read, "seed \(seed)")
        }
    }

    @Test("a row of training rows that there are not is an error")
    func numbersAreThoseOfTrainingRows() throws {
        var random = SeededRandom(3)
        let text = String(decoding: try written(Self.part("t", samples: 23, &random)), as: UTF8.self)
        for (samples, words) in [("0", "no training rows"), ("1", "expected a whole number from")] {
            let fewer = text.replacingOccurrences(of: "\"samples\": 23", with: "\"samples\": \(samples)")
            let none = fewer.replacing(/"(?:equal|identical)": \[[^\]]*\]/) { match in
                String(match.output).replacing(/[1-9][0-9]*/, with: "0")
            }
            let error = #expect(throws: NearestFileError.self) { try NearestFile.read(Array(none.utf8), name: "f") }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }

    private func written(_ nearest: NearestRows) throws -> [UInt8] {
        let folder = try Folder()
        let sink = try ByteSink(path: folder.path("nearest.json"))
        try NearestFile.write(nearest, by: "test", to: sink)
        try sink.finish()
        return try [UInt8](folder.read("nearest.json"))
    }
}
