import Foundation
import TestSupport
import Testing

/// How many threads work where nothing is said: what the system gives this process.
@Suite struct BoundProcessTests {
    /// One processor, one thread of BLAS: `--version` tells.
    @Test(.enabled("there is no taskset") { succeeds("command -v taskset") })
    func aBoundProcessUsesWhatItIsBoundTo() throws {
        let folder = try Folder()
        let outcome = try folder.shell("export -f nnprep; taskset -c 0 bash -c 'nnprep --version'")
        #expect(outcome.text.contains("threads: 1\n"), "\(outcome.text)\(outcome.errors)")
    }
}
