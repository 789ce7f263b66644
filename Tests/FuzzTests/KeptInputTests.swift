import Foundation
import FuzzChecks
import TestSupport
import Testing

/// Every input that the fuzzer started from, and every one that once broke something.
@Suite struct KeptInputTests {
    private static func inputs(_ kind: String, of check: Check) throws -> [URL] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let folder = tests.appendingPathComponent("Fuzz/\(kind)/\(check)")
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    }

    @Test(arguments: Check.allCases)
    func seedsAndWhatOnceBrokeAreFine(check: Check) throws {
        let seeds = try Self.inputs("seeds", of: check)
        #expect(!seeds.isEmpty)
        for url in try seeds + Self.inputs("regressions", of: check) {
            #expect(throws: Never.self, "\(check)/\(url.lastPathComponent)") {
                try check.run([UInt8](Data(contentsOf: url)))
            }
        }
    }

    /// Bytes cut off and bytes changed: what the fuzzer does first, and without it.
    @Test(arguments: Check.allCases, seedOfThisRun)
    func damagedSeedsAreFine(check: Check, seed: UInt64) throws {
        var random = SeededRandom(seed)
        for url in try Self.inputs("seeds", of: check) {
            let whole = [UInt8](try Data(contentsOf: url))
            for _ in 0..<50 {
                var damaged = Array(whole.prefix(Int.random(in: 0...whole.count, using: &random)))
                if let place = damaged.indices.randomElement(using: &random) {
                    damaged[place] = .random(in: 0...255, using: &random)
                }
                #expect(throws: Never.self, "\(url.lastPathComponent): \(damaged)") { try check.run(damaged) }
            }
        }
    }
}
