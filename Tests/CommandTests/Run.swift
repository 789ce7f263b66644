import Foundation
import Testing

/// What a finished process left.
struct Outcome {
    var status: Int32
    /// Whether a signal ended it.
    var signalled: Bool
    var output: Data
    var errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
}

/// A folder for one test, removed with it; the commands run in it.
final class Folder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("nnprep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ data: Data) throws { try data.write(to: url.appendingPathComponent(name)) }

    func read(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }

    /// The names of all files in it, hidden ones too.
    var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
    }

    /// Runs the program as a process.
    /// - Parameter input: what it reads from standard input.
    @discardableResult
    func nnprep(_ arguments: [String], input: Data? = nil) throws -> Outcome {
        try run(nnprepBinary, arguments, input: input)
    }

    @discardableResult
    func nnprep(_ arguments: String..., input: Data? = nil) throws -> Outcome {
        try nnprep(arguments, input: input)
    }

    /// Runs a line of shell in which `nnprep` is the program.
    func shell(_ line: String) throws -> Outcome {
        let quoted = nnprepBinary.replacingOccurrences(of: "'", with: "'\\''")
        return try run("/bin/bash", ["-c", "set -o pipefail; nnprep() { '\(quoted)' \"$@\"; }; " + line], input: nil)
    }

    private func run(_ program: String, _ arguments: [String], input: Data?) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = url
        // Files, not pipes: no output can be so long that the process waits for us.
        let name = UUID().uuidString
        let outputs = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: outputs, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: outputs) }
        for file in ["in", "out", "err"] {
            try (file == "in" ? input ?? Data() : Data()).write(to: outputs.appendingPathComponent(file))
        }
        process.standardInput = try FileHandle(forReadingFrom: outputs.appendingPathComponent("in"))
        process.standardOutput = try FileHandle(forWritingTo: outputs.appendingPathComponent("out"))
        process.standardError = try FileHandle(forWritingTo: outputs.appendingPathComponent("err"))
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, signalled: process.terminationReason == .uncaughtSignal,
            output: try Data(contentsOf: outputs.appendingPathComponent("out")),
            errors: String(decoding: try Data(contentsOf: outputs.appendingPathComponent("err")), as: UTF8.self))
    }
}

/// The program that was built with these tests: it stands beside their bundle.
let nnprepBinary: String = {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("nnprep").path
}()

/// A file of the project's Fixtures.
func fixture(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures").appendingPathComponent(name).path
}

/// A numpy array of floating values, read without any code of the project.
struct Array2D {
    var shape: [Int]
    var values: [Double]

    init(npy data: Data) throws {
        try #require(data.count > 10 && data.prefix(6) == Data([0x93] + Array("NUMPY".utf8)))
        let length = Int(data[8]) | Int(data[9]) << 8
        let header = String(decoding: data[10..<10 + length], as: UTF8.self)
        let shapeText = try #require(header.split(separator: "(").last?.split(separator: ")").first)
        shape = shapeText.split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        let body = data[(10 + length)...]
        if header.contains("'<f8'") {
            values = stride(from: body.startIndex, to: body.endIndex, by: 8).map { start in
                Double(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(body[start + $1]) << UInt64(8 * $1) })
            }
        } else if header.contains("'<f4'") {
            values = stride(from: body.startIndex, to: body.endIndex, by: 4).map { start in
                Double(Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(body[start + $1]) << UInt32(8 * $1) }))
            }
        } else {
            try #require(header.contains("'|u1'"))
            values = body.map(Double.init)
        }
        #expect(values.count == shape.reduce(1, *))
    }

    var columns: Int { shape.dropFirst().reduce(1, *) }

    func row(_ index: Int) -> ArraySlice<Double> { values[index * columns..<(index + 1) * columns] }
}
