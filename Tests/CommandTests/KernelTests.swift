import Foundation
import TestSupport
import Testing

/// The program with each kernel set that this processor has: which results are the same bits.
@Suite struct KernelTests {
    private let folder: Folder
    private let sets: [String]

    init() throws {
        folder = try Folder()
        let version = try folder.nnprep("--version").text
        let line = try #require(version.firstMatch(of: /kernels: ([a-z0-9-]+)(?: \(also here: (.*)\))?\n/))
        sets = [String(line.1)] + (line.2 ?? "").split(separator: ", ").map(String.init)
        let made = try folder.shell(
            """
            cp '\(fixture("small-train.npy"))' train.npy; cp '\(fixture("small-val.npy"))' bytes.npy
            nnprep fit --quiet train.npy -o std.json
            nnprep fit --quiet --pca 30 --whiten pca train.npy -o pca.json
            nnprep fit --quiet --whiten zca train.npy -o zca.json
            nnprep apply --quiet --stats std.json --dtype float64 bytes.npy -o doubles.npy
            nnprep apply --quiet --stats std.json bytes.npy -o floats.npy
            """)
        try #require(made.status == 0, "\(made.errors)")
    }

    /// What the sets write, the names of the files by their content.
    private func written(by sets: [String], _ command: String) throws -> [Data: [String]] {
        var files: [Data: [String]] = [:]
        for set in sets {
            let outcome = try folder.shell("NNPREP_KERNELS=\(set) nnprep \(command) --quiet -o out")
            try #require(outcome.status == 0, "\(set): \(outcome.errors)")
            files[try folder.read("out"), default: []].append(set)
        }
        return files
    }

    @Test(arguments: ["fit train.npy", "fit --divide-by 255 --scale minmax train.npy bytes.npy", "moments train.npy"])
    func bytesLeadToTheSameStatistics(command: String) throws {
        let files = try written(by: sets, command)
        #expect(files.count == 1, "\(files.values)")
    }

    @Test(arguments: ["apply", "inverse"], ["std", "pca", "zca"])
    func rowsBecomeTheSame(command: String, statistics: String) throws {
        _ = try folder.shell("nnprep apply --quiet --stats pca.json --dtype float64 bytes.npy -o few.npy")
        let isFew = command == "inverse" && statistics == "pca"
        for data in isFew ? ["few.npy"] : ["bytes.npy", "floats.npy", "doubles.npy"] {
            for type in ["float32", "float64"] {
                let line = "\(command) --stats \(statistics).json --dtype \(type) --output-format npy \(data)"
                // Portable C rounds twice where the others round once, but for whole numbers; ZCA's matrix is a product.
                let areWhole = statistics == "pca" && command == "apply" && data == "bytes.npy" && type == "float32"
                let isExact = statistics == "std" || areWhole
                let files = try written(by: sets.filter { isExact || $0 != "portable" }, line)
                #expect(files.count <= 1, "\(line): \(files.values)")
            }
        }
    }

    /// Each row of a file by itself, whatever the number of threads and the type: bit for bit what it is among the others.
    @Test(arguments: ["float32", "float64"])
    func aRowAloneIsThatRowOfABatch(type: String) throws {
        let image = 192
        for set in sets {
            for (data, size) in [("bytes.npy", 1), ("floats.npy", 4), ("doubles.npy", 8)] {
                let file = try folder.read(data)
                let rows = file.suffix(50 * image * size)
                let apply = "apply --quiet --dtype \(type) --stats pca.json --output-format raw"
                func output(_ words: String) throws -> Data {
                    let outcome = try folder.shell("NNPREP_KERNELS=\(set) nnprep \(apply) \(words)")
                    try #require(outcome.status == 0, "\(set): \(outcome.errors)")
                    return outcome.output
                }
                let batch = try output("--threads 2 \(data)")
                #expect(try output("--threads 1 \(data)") == batch, "\(set)")
                let width = batch.count / 50
                for row in [0, 1, 31, 49] {
                    let start = rows.startIndex + row * image * size
                    let type = ["|u1", "<f4", "<f8"][size / 4]
                    try folder.write(
                        "row.npy", npy(type, shape: "1, 3, 8, 8", rows[start..<start + image * size]))
                    #expect(
                        try output("row.npy") == batch.dropFirst(row * width).prefix(width),
                        "\(set), \(data), row \(row)")
                }
            }
        }
    }
}
