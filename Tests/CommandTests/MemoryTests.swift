import Foundation
import Glibc
import Testing

/// The memory that the README promises not to exceed, as the kernel measures it.
@Suite struct MemoryTests {
    /// The largest resident size that one run had, in bytes.
    private func peak(of arguments: [String], in folder: Folder) throws -> Int {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var words = unsafe ([nnprepBinary] + arguments).map { unsafe strdup($0) } + [nil]
        defer { for i in unsafe words.indices { unsafe free(words[i]) } }
        var child = pid_t()
        let spawned = unsafe posix_spawn(&child, nnprepBinary, &actions, nil, &words, environ)
        try #require(spawned == 0)
        var status: Int32 = 0
        var usage = rusage()
        let waited = unsafe wait4(child, &status, 0, &usage)
        try #require(waited == child)
        #expect(status == 0, "exit status of \(arguments)")
        return usage.ru_maxrss * 1024
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

    @Test(arguments: [["--pca", "20"], ["--whiten", "pca", "--pca", "500", "--solver", "eigh"]])
    func aFitWithProductsStaysBelow300MBAndFourTimesTheCovariance(options: [String]) throws {
        let folder = try Folder()
        let inputs = Array(repeating: fixture("patches-train.bin"), count: 6)
        let bound = 300 << 20 + 4 * 8 * 3072 * 3072
        #expect(try peak(of: ["fit"] + options + inputs + ["-o", folder.path("stats.json")], in: folder) < bound)
    }
}
