import Foundation
import TestSupport
import Testing

/// The commands as the README shows them.
@Suite struct CommandLineTests {
    private let train = fixture("patches-train.bin")
    private let val = fixture("patches-val.bin")

    @Test func fitThenApply() throws {
        let folder = try Folder()
        #expect(try folder.nnprep("fit", train).status == 0)
        #expect(try folder.files == ["stats.json"])
        let outcome = try folder.shell("nnprep apply --stats stats.json '\(val)' > val.npy")
        #expect(outcome.status == 0)
        // What a script logs: nothing.
        #expect(outcome.errors.isEmpty)
        let array = try Array2D(npy: folder.read("val.npy"))
        #expect(array.shape == [200, 3072])
    }

    /// Through pipes, from a file, and with several inputs: the same bytes.
    @Test func pipesAndFilesGiveTheSame() throws {
        let folder = try Folder()
        #expect(
            try folder.shell(
                """
                nnprep fit --pca 20 --whiten pca '\(train)' -o stats.json
                nnprep fit --pca 20 --whiten pca '\(train)' -o - | \
                    nnprep apply --quiet --stats - '\(val)' -o piped.npy
                nnprep apply --quiet --stats stats.json '\(val)' -o file.npy
                cat '\(val)' | nnprep apply --quiet --stats stats.json - > stdin.npy
                nnprep apply --quiet --stats stats.json --threads 1 '\(val)' > out.npy
                """
            ).status == 0)
        let file = try folder.read("file.npy")
        for name in ["piped.npy", "stdin.npy", "out.npy"] { #expect(try folder.read(name) == file, "\(name)") }
    }

    /// Statistics of bytes do not depend on the order of the rows, on the files they are in, or on the threads.
    @Test(arguments: seedOfThisRun)
    func statisticsAreBitIdentical(seed: UInt64) throws {
        let folder = try Folder()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: train))
        let records = (0..<600).map { bytes[$0 * 3073..<($0 + 1) * 3073] }
        var shuffled = records
        var random = SeededRandom(seed)
        shuffled.shuffle(using: &random)
        try folder.write("a.bin", shuffled[..<123].reduce(Data(), +))
        try folder.write("b.bin", shuffled[123...].reduce(Data(), +))
        try folder.nnprep("fit", train, "-o", "whole.json")
        try folder.nnprep("fit", "--threads", "1", "b.bin", "a.bin", "-o", "parts.json")
        func statistics(_ name: String) throws -> String {
            let text = String(decoding: try folder.read(name), as: UTF8.self)
            return String(text[text.range(of: "\"recipe\"")!.lowerBound...])
        }
        #expect(try statistics("whole.json") == statistics("parts.json"))
    }

    @Test func tablesKeepLabelsAndNames() throws {
        let folder = try Folder()
        try folder.write("train.csv", "x,kind,y\n1,a,10\n3,b,20\n")
        try folder.write("val.csv", "kind,y,x\n\"a,b\",15,2\n")
        #expect(try folder.nnprep("fit", "train.csv", "--label-column", "kind").status == 0)
        let outcome = try folder.nnprep("apply", "--stats", "stats.json", "val.csv")
        #expect(outcome.text == "kind,x,y\n\"a,b\",0,0\n")
        let one = try folder.nnprep("apply", "--stats", "stats.json", "-", input: Data("x,y\n3,10\n".utf8))
        #expect(one.text == "x,y\n1,-1\n")
        let back = try folder.nnprep(
            "inverse", "--stats", "stats.json", "-", input: Data("kind,x,y\nq,1,-1\n".utf8))
        #expect(back.text == "kind,x,y\nq,3,10\n")
    }

    @Test func imagesComeBackAsBytes() throws {
        let folder = try Folder()
        #expect(
            try folder.shell(
                """
                nnprep fit --pca all '\(train)' -o all.json
                nnprep apply --stats all.json '\(train)' --output-format csv | \
                    nnprep inverse --stats all.json --output-format cifar10 - > back.bin
                """
            ).status == 0)
        #expect(try folder.read("back.bin") == Data(contentsOf: URL(fileURLWithPath: train)))
    }

    @Test func bytesStayBytes() throws {
        let folder = try Folder()
        #expect(try folder.nnprep("convert", val, "-o", "val.npy", "--labels", "labels.npy").status == 0)
        let pixels = try Array2D(npy: folder.read("val.npy"))
        #expect(pixels.shape == [200, 3, 32, 32])
        let labels = try Array2D(npy: folder.read("labels.npy"))
        #expect(labels.shape == [200])
        let bytes = try Data(contentsOf: URL(fileURLWithPath: val))
        #expect(labels.values == (0..<200).map { Double(bytes[$0 * 3073]) })
        #expect(pixels.values == bytes.enumerated().filter { $0.offset % 3073 != 0 }.map { Double($0.element) })
        #expect(try folder.nnprep("convert", val, "-o", "val.csv").status == 0)
        #expect(
            try folder.nnprep(
                "convert", "val.csv", "--label-column", "label", "-o", "again.bin", "--output-format", "cifar10"
            )
            .status == 0)
        #expect(try folder.read("again.bin") == bytes)
    }

    @Test(arguments: seedOfThisRun)
    func doublesSurviveATable(seed: UInt64) throws {
        let folder = try Folder()
        var random = SeededRandom(seed)
        var numbers: [Double] = []
        while numbers.count < 20_000 {
            let number = Double(bitPattern: random.next())
            if number.isFinite { numbers.append(number) }
        }
        try folder.write("a.csv", "x\n" + numbers.map { "\($0)\n" }.joined())
        #expect(try folder.nnprep("convert", "a.csv", "-o", "a.npy").status == 0)
        #expect(try Array2D(npy: folder.read("a.npy")).values.map(\.bitPattern) == numbers.map(\.bitPattern))
        #expect(try folder.nnprep("convert", "a.npy", "-o", "b.csv").status == 0)
        #expect(try folder.nnprep("convert", "b.csv", "-o", "b.npy").status == 0)
        #expect(try folder.read("b.npy") == folder.read("a.npy"))
    }

    @Test func inspectTellsWhatAFileIs() throws {
        let folder = try Folder()
        let data = try folder.nnprep("inspect", train)
        #expect(data.text.contains("rows      600\n"))
        #expect(data.text.contains("0 (150), 1 (150), 2 (150), 3 (150)"))
        try folder.nnprep("fit", "--pca", "20", train)
        let statistics = try folder.nnprep("inspect", "stats.json")
        #expect(statistics.text.contains("600 rows: patches-train.bin (600)\n"))
        let json = try #require(
            try JSONSerialization.jsonObject(with: folder.nnprep("inspect", "--json", "stats.json").output)
                as? [String: Any])
        #expect(json["components"] as? Int == 20)
        // Twenty components of many do not show the rank.
        #expect(json["rank"] is NSNull)
    }

    @Test func helpIsThereForEveryCommand() throws {
        let folder = try Folder()
        let general = try folder.nnprep("--help")
        #expect(general.status == 0)
        for command in ["fit", "apply", "inverse", "inspect", "convert"] {
            #expect(general.text.contains("  \(command) "))
            let help = try folder.nnprep(command, "--help")
            #expect(help.status == 0 && help.errors.isEmpty)
            #expect(help.text.hasPrefix("Usage: nnprep \(command)"))
            #expect(help.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
        let version = try folder.nnprep("--version").text.split(separator: "\n")
        #expect(version.count == 4 && version[0] == "nnprep 0.1.0")
        #expect(version[1].hasPrefix("kernels: ") && version[2].hasPrefix("BLAS: OpenBLAS 0."))
    }

    /// The portable kernels are everywhere; others are told of where they are not.
    @Test func kernelsAreChosenByTheEnvironment() throws {
        let folder = try Folder()
        let chosen = try folder.shell("NNPREP_KERNELS=portable nnprep --version")
        #expect(chosen.text.contains("kernels: portable\n") || chosen.text.contains("kernels: portable (also here: "))
        let unknown = try folder.shell("NNPREP_KERNELS=mmx nnprep --version")
        #expect(unknown.status == 2 && unknown.errors.contains("NNPREP_KERNELS: this processor has no kernels 'mmx'"))
    }

    /// OpenBLAS falls back to its oldest loops on processors that it does not know; what a user asks for stays.
    @Test func blasTakesTheLoopsOfThisProcessor() throws {
        let folder = try Folder()
        let chosen = try folder.shell("unset OPENBLAS_CORETYPE; nnprep --version").text
        let asked = try folder.shell("OPENBLAS_CORETYPE=Prescott nnprep --version").text
        if chosen.contains("avx2") { #expect(!chosen.contains(", Prescott\n") && asked.contains(", Prescott\n")) }
    }
}
