import Foundation
import TestSupport
import Testing

@Suite struct ExportTests {
    private func fitted(_ options: [String], _ data: String = "patches-train.bin") throws -> Folder {
        let folder = try Folder()
        let labels = data.hasSuffix(".csv") ? ["--label-column", "species"] : []
        let outcome = try folder.nnprep(["fit", "--quiet", fixture(data)] + labels + options)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return folder
    }

    /// The parts of stats.json that are looked at.
    private struct Statistics: Decodable {
        struct Arrays: Decodable { var channelMean, channelStd: [Double]? }
        struct Transform: Decodable { var subtract, divide: [Double] }
        struct PCA: Decodable {
            var explainedVariance: [Double]
            var components: [[Double]]
        }
        var statistics: Arrays
        var transform: Transform
        var pca: PCA?

        init(_ folder: Folder) throws {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            self = try decoder.decode(Self.self, from: folder.read("stats.json"))
        }
    }

    private func numbers(_ list: Substring) -> [Double] {
        list.split { !"0123456789.e-+".contains($0) }.compactMap { Double($0) }
    }

    /// Bytes that ToTensor has divided by 255, whatever the recipe divided them by.
    @Test(arguments: [[], ["--divide-by", "255"], ["--divide-by", "7"]])
    func normalizeIsInTheScaleOfToTensor(divide: [String]) throws {
        let folder = try fitted(["--center", "channel"] + divide)
        let outcome = try folder.nnprep("export", "stats.json", "--to", "torchvision")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let line = try #require(outcome.text.split(separator: "\n").last)
        #expect(line.hasPrefix("transforms.Normalize(mean=[") && line.hasSuffix("])"))
        let lists = line.split(separator: "std=")
        let plain = try Statistics(fitted(["--center", "channel"])).statistics
        for (list, expected) in zip(lists, [plain.channelMean, plain.channelStd]) {
            for (a, b) in zip(numbers(list), try #require(expected).map { $0 / 255 }) { #expect(abs(a - b) < 1e-14) }
            #expect(numbers(list).count == 3)
        }
    }

    @Test(arguments: [
        (["--center", "feature"], "patches-train.bin", "a value of its own from each feature"),
        (["--center", "global", "--scale-per", "feature"], "patches-train.bin", "divides each feature"),
        (["--per-sample", "center", "--center", "channel"], "patches-train.bin", "each row's own mean"),
        (["--pca", "2"], "iris-train.csv", "projects on principal components"),
        (["--whiten", "zca"], "iris-train.csv", "whitens"),
        (["--center", "global"], "iris-train.csv", "no images"),
    ])
    func refusesWhatNormalizeCannotExpress(_ options: [String], _ data: String, _ reason: String) throws {
        let folder = try fitted(options, data)
        let outcome = try folder.nnprep("export", "stats.json", "--to", "torchvision", "-o", "line.py")
        #expect(outcome.status == 1 && outcome.errors.contains("Normalize cannot express"))
        #expect(outcome.errors.contains(reason) && outcome.errors.contains("--to python"), "\(outcome.errors)")
        #expect(try folder.files == ["stats.json"])
    }

    /// The header, and the numbers of stats.json to the last bit.
    @Test func safetensorsHoldTheArrays() throws {
        let folder = try fitted(["--pca", "3", "--whiten", "pca"], "iris-train.csv")
        #expect(try folder.nnprep("export", "stats.json", "--to", "safetensors", "-o", "s").status == 0)
        let data = try folder.read("s")
        let length = (0..<8).reduce(0) { $0 | Int(data[$1]) << (8 * $1) }
        #expect(length % 8 == 0)
        let header = try #require(
            JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: [String: Any]])
        func tensor(_ name: String) throws -> [Double] {
            let entry = try #require(header[name])
            let offsets = entry["data_offsets"] as! [Int]
            #expect(entry["dtype"] as? String == "F64")
            #expect((entry["shape"] as! [Int]).reduce(8, *) == offsets[1] - offsets[0])
            return stride(from: 8 + length + offsets[0], to: 8 + length + offsets[1], by: 8).map { start in
                Double(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(data[start + $1]) << UInt64(8 * $1) })
            }
        }
        let statistics = try Statistics(folder)
        let pca = try #require(statistics.pca)
        #expect(try tensor("subtract") == statistics.transform.subtract)
        #expect(try tensor("divide") == statistics.transform.divide)
        #expect(try tensor("explained_variance") == pca.explainedVariance)
        #expect(try tensor("components") == pca.components.flatMap { $0 })
        #expect(header["__metadata__"]?["whiten"] as? String == "pca")
        let ends = header.values.compactMap { ($0["data_offsets"] as? [Int])?[1] }
        #expect(8 + length + ends.max()! == data.count)
    }

    private static let numpy = "python3 -c 'import numpy'"

    /// The function gives what `apply` gives.
    @Test(
        .enabled("there is no Python with numpy") { succeeds(numpy) },
        arguments: [
            ["--center", "channel", "--divide-by", "255"], ["--per-sample", "standardize", "--scale", "minmax"],
            ["--scale", "none"],
        ])
    func pythonGivesWhatApplyGives(options: [String]) throws {
        try check(fitted(options), "patches-val.bin", rows: "np.fromfile(data, 'u1').reshape(-1, 3073)[:, 1:]")
    }

    @Test(
        .enabled("there is no Python with numpy") { succeeds(numpy) },
        arguments: [["--pca", "2", "--divide-by", "3"], ["--whiten", "zca"], ["--pca", "3", "--whiten", "pca"]])
    func pythonGivesWhatApplyGivesToTables(options: [String]) throws {
        try check(
            fitted(options, "iris-train.csv"), "iris-val.csv",
            rows: "np.loadtxt(data, delimiter=',', skiprows=1, usecols=range(4))")
    }

    private func check(_ folder: Folder, _ data: String, rows: String) throws {
        try #require(folder.nnprep("export", "stats.json", "--to", "python", "-o", "preprocess.py").status == 0)
        let script = """
            import numpy as np, sys
            from preprocess import transform
            data = sys.argv[1]
            x = \(rows)
            for dtype, tolerance in [("float32", 1e-6), ("float64", 1e-12)]:
                expected, y = np.load(dtype + ".npy"), transform(x, dtype)
                assert y.dtype == expected.dtype and y.shape == expected.shape, (y.dtype, y.shape)
                error = abs(y.astype(float) - expected).max() / abs(expected).max()
                assert error <= tolerance, (dtype, error)
            """
        try folder.write("check.py", script)
        for dtype in ["float32", "float64"] {
            let apply = try folder.nnprep(
                "apply", "--quiet", "--stats", "stats.json", "--dtype", dtype, "-o", "\(dtype).npy", fixture(data))
            try #require(apply.status == 0, "\(apply.errors)")
        }
        let outcome = try folder.shell("python3 check.py '\(fixture(data))'")
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    private static let holes = "a,b\n1000001,2\n,3\n1000004,\n1000005,6\n"

    /// The function, and the lines of the report, fill missing values as `apply` does.
    @Test(
        .enabled("there is no Python with numpy") { succeeds(numpy) },
        arguments: [[], ["--divide-by", "7", "--scale", "minmax"], ["--pca", "2", "--whiten", "zca"]])
    func missingValuesAreFilled(options: [String]) throws {
        let folder = try Folder()
        try folder.write("x.csv", Self.holes)
        #expect(try folder.nnprep(["fit", "--missing", "mean", "x.csv"] + options).status == 0)
        #expect(
            try folder.nnprep("apply", "--stats", "stats.json", "--dtype", "float64", "x.csv", "-o", "z.npy").status
                == 0)
        #expect(try folder.nnprep("export", "stats.json", "--to", "python", "-o", "m.py").status == 0)
        #expect(try folder.nnprep("report", "--stats", "stats.json", "-o", "r.html").status == 0)
        try folder.write(
            "check.py",
            """
            import html, re, numpy as np
            from m import transform
            x = np.genfromtxt("x.csv", delimiter=",", skip_header=1)
            z = np.load("z.npy")
            assert np.allclose(transform(x, np.float64), z, rtol=0, atol=1e-9)
            page = open("r.html").read()
            lines = next(html.unescape(b) for b in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.S) if "import json" in b)
            names = {"x": x}
            exec(re.sub(r"<[^>]+>", "", lines), names)
            assert np.allclose(names["y"], z, rtol=0, atol=1e-9), names["y"]
            """)
        let outcome = try folder.shell("python3 check.py")
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func normalizeFillsNothing() throws {
        let folder = try Folder()
        try folder.write("x.csv", Self.holes)
        #expect(try folder.nnprep("fit", "--missing", "mean", "x.csv").status == 0)
        let outcome = try folder.nnprep("export", "stats.json", "--to", "torchvision")
        #expect(outcome.status == 1 && outcome.errors.contains("it fills in missing values"))
        #expect(try folder.nnprep("export", "stats.json", "--to", "safetensors", "-o", "s").status == 0)
        #expect(String(decoding: try folder.read("s"), as: UTF8.self).contains("\"missing\": \"mean\""))
    }
}
