import Foundation
import LinearAlgebra
import Preprocessing
import TestSupport
import Testing
import Threads

@testable import Workflows

/// Several runs in one process, each with threads of its own.
@Suite struct SideBySideTests {
    private func applying(_ transform: FittedTransform, _ output: String, threads: Int) throws -> Data {
        let run = Run(threads: threads)
        try apply(transform, to: [fixture("patches-val.bin")], writing: OutputOptions(path: output), in: run)
        return try Data(contentsOf: URL(fileURLWithPath: output))
    }

    private func fitting(_ recipe: Recipe, threads: Int) throws -> FittedTransform {
        try fit(recipe, to: TrainingInputs([fixture("patches-val.bin")]), in: Run(threads: threads))
    }

    @Test("fits and applies side by side give what each gives alone")
    func sideBySide() throws {
        let folder = try Folder()
        var recipe = Recipe()
        recipe.components = .count(6)
        recipe.scale = .none
        var wide = recipe
        wide.components = .count(30)
        let transform = try fitting(recipe, threads: 1)
        let alone = try applying(transform, folder.path("alone.npy"), threads: 1)
        let fits = try [1, 2, 3].map { try fitting(wide, threads: $0).principal!.components.elements }
        let failures = Lock<[String]>([])
        let threads = try (0..<6).map { number in
            let output = folder.path("\(number).npy")
            return try SystemThread("side \(number)") { [wide] in
                do {
                    let threads = number % 3 + 1
                    let isRight =
                        number < 3
                        ? try applying(transform, output, threads: threads) == alone
                        : try fitting(wide, threads: threads).principal!.components.elements == fits[threads - 1]
                    if !isRight { failures.withLock { $0.append("run \(number) has another result") } }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(failures.withLock { $0 } == [])
        #expect(ThreadPool.current == nil)
    }

    @Test("a run's threads serve all calls within, and are gone afterwards")
    func threadsOfOneRun() throws {
        let run = Run(threads: 3)
        try run.withThreads {
            let pool = try #require(ThreadPool.current)
            #expect(computingThreads == 3)
            try run.withThreads { #expect(ThreadPool.current === pool) }
            try Run(threads: 2).withThreads { #expect(computingThreads == 2) }
            #expect(ThreadPool.current === pool)
        }
        #expect(computingThreads == 1)
    }
}
