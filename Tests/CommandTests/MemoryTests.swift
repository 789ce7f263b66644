import Foundation
import Glibc
import TestSupport
import Testing

/// The memory that the README promises not to exceed, as the kernel measures it.
@Suite struct MemoryTests {
    /// The largest resident size that a run shows, in bytes. Looked at time and again, because what `wait4` tells is never
    /// less than what the process that started it had.
    private func peak(of arguments: [String], in folder: Folder) throws -> Int {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: nnprepBinary)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        var peak = 0
        while process.isRunning {
            let file = "/proc/\(process.processIdentifier)/status"
            let status = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
                peak = max(peak, line.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) } ?? 0)
            }
            usleep(1000)
        }
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "exit status of \(arguments)")
        #expect(peak > 0)
        return peak * 1024
    }

    @Test func aFitWithoutProductsStaysBelow300MBAndAnApplyToo() throws {
        let folder = try Folder()
        // A long file that takes no room on the disk.
        let long = folder.path("long.bin")
        try folder.write("long.bin", Data())
        let truncated = unsafe truncate(long, 3073 * 300_000)
        try #require(truncated == 0)
        let statistics = folder.path("stats.json")
        #expect(try peak(of: ["fit", "--input-format", "cifar10", long, "-o", statistics], in: folder) < 300 << 20)
        #expect(
            try peak(
                of: ["apply", "--input-format", "cifar10", "--stats", statistics, long, "-o", "/dev/null"], in: folder)
                < 300 << 20)
    }

    @Test(arguments: [
        (["--pca", "20"], 4), (["--whiten", "pca", "--pca", "500"], 4),
        (["--pca", "all", "--solver", "eigh"], 6),
    ])
    func aFitWithProductsStaysBelow300MBAndSomeCovariances(options: [String], covariances: Int) throws {
        let folder = try Folder()
        let inputs = Array(repeating: fixture("patches-train.bin"), count: 6)
        let bound = 300 << 20 + covariances * 8 * 3072 * 3072
        #expect(try peak(of: ["fit"] + options + inputs + ["-o", folder.path("stats.json")], in: folder) < bound)
    }
}
