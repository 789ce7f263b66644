import Foundation
import TestSupport
import Testing
import Threads

@testable import Datasets

/// Unfinished outputs, by any number of threads at once.
@Suite struct TemporaryFilesTests {
    @Test("an ending process removes all unfinished files, however many there are")
    func manyFiles() async {
        // In a process of its own: it removes the unfinished files of all tests.
        await #expect(processExitsWith: .success) {
            let folder = try Folder()
            let finished = Lock(0)
            let threads = try (0..<4).map { thread in
                let path = folder.path("\(thread)-")
                return try SystemThread("writer") {
                    do {
                        for number in 0..<50 {
                            let sink = try ByteSink(path: path + "\(number)")
                            try sink.write([1, 2, 3])
                            try sink.finish()
                            finished.withLock { $0 += 1 }
                        }
                    } catch {}
                }
            }
            for thread in threads { thread.join() }
            var files = try folder.files.count
            precondition(finished.withLock { $0 } == 200 && files == 200)
            var sinks: [Holder] = []
            for number in 0..<40 { sinks.append(Holder(try ByteSink(path: folder.path("open\(number)")))) }
            files = try folder.files.count
            precondition(files == 240)
            TemporaryFiles.removeAll()
            files = try folder.files.count
            precondition(files == 200 && sinks.count == 40)
        }
    }

    private final class Holder {
        let sink: ByteSink
        init(_ sink: consuming ByteSink) { self.sink = sink }
    }

    @Test("an output that is being written cannot be opened again")
    func twice() throws {
        let folder = try Folder()
        let path = folder.path("x")
        let first = try ByteSink(path: path)
        #expect(throws: DatasetError.self) { _ = try ByteSink(path: path) }
        try first.write([1])
        try first.finish()
        #expect(try folder.read("x") == Data([1]))
        try ByteSink(path: path).finish()
        #expect(try folder.files == ["x"])
        #expect(try folder.read("x").isEmpty)
    }
}
