import Foundation
import TestSupport
import Testing

/// As many threads as are asked for, or an error: never a hang.
@Suite struct ThreadTests {
    /// Training rows, others, statistics and moments.
    private func folder() throws -> Folder {
        let folder = try Folder()
        var random = SeededRandom(1)
        for (name, rows) in [("train.csv", 120), ("val.csv", 40)] {
            let lines = (0..<rows).map { row in
                (0..<4).map { _ in "\(random.normal())" }.joined(separator: ",") + ",\(row % 2)\n"
            }
            try folder.write(name, "a,b,c,d,kind\n" + lines.joined())
        }
        let made = try folder.shell(
            """
            nnprep fit --quiet --pca 2 --label-column kind train.csv -o stats.json &&
            nnprep moments --quiet --label-column kind train.csv -o moments.safetensors
            """)
        #expect(made.status == 0)
        return folder
    }

    @Test("every command works with any number of threads, and gives what one thread gives")
    func anyNumberOfThreads() throws {
        let folder = try folder()
        // The pictures and pages of some are not compared.
        let lines = [
            ("apply --stats stats.json val.csv -o applied.csv", "applied.csv"),
            ("fit --pca 2 --label-column kind train.csv -o fit.json", "fit.json"),
            ("fit --missing mean --label-column kind train.csv -o mean.json", "mean.json"),
            ("moments --label-column kind train.csv -o m.safetensors", "m.safetensors"),
            ("inverse --stats stats.json applied.csv -o back.csv", "back.csv"),
            ("convert --label-column kind train.csv -o train.npy", "train.npy"),
            ("export stats.json --to python -o export.py", "export.py"),
            ("split --label-column kind train.csv -o parts", "parts/train.csv"),
            ("inspect --label-column kind train.csv", nil),
            ("check --stats stats.json --train train.csv val.csv", nil),
            ("plot scatter --stats stats.json val.csv -o plot.svg", nil),
            ("report --stats stats.json --val val.csv -o report.html", nil),
            ("probe --train train.csv --val val.csv --label-column kind --epochs 1", nil),
        ]
        func run(_ line: String, threads: Int) throws {
            let outcome = try folder.shell("timeout 120 '\(nnprepBinary)' \(line) --quiet --threads \(threads)")
            #expect([0, 3].contains(outcome.status), "\(line), \(threads) threads: \(outcome.errors)")
        }
        var expected: [String: Data] = [:]
        for (line, file) in lines {
            try run(line, threads: 1)
            if let file { expected[file] = try folder.read(file) }
        }
        // Where Dispatch gave out no thread more, and the most that can be asked for.
        for (threads, lines) in [
            (3, lines[...]), (255, lines[..<2]), (256, lines[..<2]), (300, lines[...]), (1024, lines[...]),
        ] {
            for (line, file) in lines {
                try run(line, threads: threads)
                if let file { #expect(try folder.read(file) == expected[file], "\(line), \(threads) threads") }
            }
        }
    }

    /// Another user may be given few threads, and root's files all the same.
    private static let otherUser =
        "setpriv --reuid=54321 --clear-groups --inh-caps=-all,+dac_override --ambient-caps=-all,+dac_override"

    @Test(
        "a thread that the system refuses is an error in words, and leaves nothing behind",
        .enabled("needs the right to become another user") { succeeds("\(otherUser) true") },
        arguments: [
            (
                "fit --pca 2 --label-column kind train.csv -o out",
                ["worker 1 of 3", "worker 2 of 3", "worker 3 of 3", "reader"]
            ),
            ("fit --pca 2 moments.safetensors -o out", ["worker 1 of 3"]),
            ("apply --stats stats.json val.csv -o out --output-format csv", ["worker 3 of 3", "writer", "reader"]),
            ("check --stats stats.json --train train.csv val.csv --clean out", ["worker 2 of 3", "reader"]),
            ("convert --label-column kind train.csv -o out --output-format csv", ["writer", "reader"]),
        ])
    func refusedThreads(line: String, threads: [String]) throws {
        let folder = try folder()
        let files = try folder.files
        // A user of its own, so that nothing else counts.
        let user = Self.otherUser.replacingOccurrences(of: "54321", with: "\(Int.random(in: 20_000...60_000))")
        var refused: Set<String> = []
        for limit in 1...16 {
            let outcome = try folder.shell(
                """
                export OPENBLAS_NUM_THREADS=1
                exec timeout 60 \(user) bash -c 'ulimit -u \(limit); exec "$0" "$@"' \
                    '\(nnprepBinary)' \(line) --quiet --threads 3
                """)
            if outcome.status == 1 {
                let start = "nnprep: error: "
                #expect(outcome.errors.hasPrefix(start) && outcome.errors.contains("resource temporarily unavailable"))
                #expect(outcome.errors.contains("hint: pass a smaller --threads"))
                #expect(try folder.files == files)
                let name = outcome.errors.split(separator: "'")
                if name.count > 1 { refused.insert(String(name[1])) }
            } else {
                #expect([0, 3].contains(outcome.status) && !outcome.signalled, "\(limit): \(outcome.errors)")
                try? FileManager.default.removeItem(atPath: folder.path("out"))
            }
        }
        #expect(refused.isSuperset(of: threads), "\(refused)")
    }

    /// Threads do not wait for each other when one fails: here the reader waits for a pipe into which nothing comes.
    @Test(
        "a failure ends a run whose input is idle",
        arguments: [
            // The writer fails.
            ("apply --stats stats.json - --output-format csv > /dev/full", "1,2,3,4,0", "no space left on device"),
            // A worker fails.
            (
                "convert - -o out --output-format npy --label-column kind --input-format csv",
                "x,x,x,x,0", "'x' is not a number"
            ),
        ])
    func idleInput(line: String, row: String, message: String) throws {
        let folder = try folder()
        let files = try folder.files
        let outcome = try folder.shell(
            """
            mkfifo idle
            ( head -1 train.csv; echo \(row); yes 1,2,3,4,0 | head -n 400000; exec sleep 100 ) > idle &
            timeout 60 '\(nnprepBinary)' \(line) --quiet < idle; status=$?; kill $!; rm idle; exit $status
            """)
        #expect(outcome.status == 1 && outcome.errors.contains(message), "\(outcome.errors)")
        #expect(try folder.files == files)
    }
}
