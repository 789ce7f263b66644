package import Foundation

/// What a finished process left.
package struct Outcome {
    package var status: Int32
    /// Whether a signal ended it.
    package var signalled: Bool
    package var output: Data
    package var errors: String

    package var text: String { String(decoding: output, as: UTF8.self) }
}

/// A folder for one test, removed with it; the commands run in it.
package final class Folder {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("nnprep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    package func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    package func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    package func write(_ name: String, _ data: Data) throws { try data.write(to: url.appendingPathComponent(name)) }

    package func read(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }

    /// The names of all files in it, hidden ones too.
    package var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
    }

    /// Runs the program as a process.
    /// - Parameter input: what it reads from standard input.
    @discardableResult
    package func nnprep(_ arguments: [String], input: Data? = nil) throws -> Outcome {
        try run(nnprepBinary, arguments, input: input)
    }

    @discardableResult
    package func nnprep(_ arguments: String..., input: Data? = nil) throws -> Outcome {
        try nnprep(arguments, input: input)
    }

    /// Runs a line of shell in which `nnprep` is the program.
    package func shell(_ line: String) throws -> Outcome {
        let quoted = nnprepBinary.replacingOccurrences(of: "'", with: "'\\''")
        return try run("/bin/bash", ["-c", "set -o pipefail; nnprep() { '\(quoted)' \"$@\"; }; " + line], input: nil)
    }

    /// By `posix_spawn`: Foundation's `Process` takes longer than most commands.
    private func run(_ program: String, _ arguments: [String], input: Data?) throws -> Outcome {
        // Files, not pipes: no output can be so long that the process waits for us.
        let outputs = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: outputs, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: outputs) }
        func file(_ name: String) -> String { outputs.appendingPathComponent(name).path }
        try (input ?? Data()).write(to: outputs.appendingPathComponent("in"))

        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, file("in"), O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, file("out"), O_WRONLY | O_CREAT, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, file("err"), O_WRONLY | O_CREAT, 0o600)
        // `env` changes the folder and becomes the program.
        let line = ["env", "-C", url.path, program] + arguments
        var words = unsafe line.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe words.indices { unsafe free(words[index]) } }
        var process = pid_t()
        let failure = unsafe posix_spawn(&process, "/usr/bin/env", &actions, nil, &words, environ)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return Outcome(
            status: signal == 0 ? status >> 8 & 0xFF : signal, signalled: signal != 0,
            output: try Data(contentsOf: outputs.appendingPathComponent("out")),
            errors: String(decoding: try Data(contentsOf: outputs.appendingPathComponent("err")), as: UTF8.self))
    }
}

/// The program that was built with these tests, which stands beside their bundle; or that which the environment names.
package let nnprepBinary: String = {
    if let path = ProcessInfo.processInfo.environment["NNPREP_BINARY"] { return path }
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("nnprep").path
}()

/// A file of the project's Fixtures.
package func fixture(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures").appendingPathComponent(name).path
}
