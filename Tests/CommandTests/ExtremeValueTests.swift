import Foundation
import TestSupport
import Testing

/// Every power of ten that a double holds, of both signs, through every command and every output: right, or refused in
/// words. `NNPREP_SWEEP=all` takes every power through every run; otherwise they are dealt out among the runs.
@Suite struct ExtremeValueTests {
    /// Commands one after the other, until one refuses. `x` is a table of extreme values, `t` of ordinary ones.
    struct Run: Sendable, CustomTestStringConvertible {
        let commands: [String]
        /// Why values between 1e-30 and 1e30 may be refused, too; nil where they may not.
        let excuse: String?
        var testDescription: String { commands.joined(separator: "; ") }

        init(_ commands: String..., excuse: String? = nil) {
            self.commands = commands
            self.excuse = excuse
        }
    }

    static let runs: [Run] = [
        Run(
            "fit x.csv -o s.json", "apply --stats s.json x.csv -o z.csv",
            "inverse --stats s.json --dtype float64 z.csv -o back.csv"),
        Run("fit x.csv -o s.json", "apply --stats s.json --dtype float64 x.csv -o z.npy", "inspect z.npy"),
        Run("fit --scale minmax x.csv -o s.json", "apply --stats s.json x.csv -o z.npy"),
        Run("fit --scale maxabs x.csv -o s.json", "apply --stats s.json x.csv -o z.raw --dtype float64"),
        Run("fit --center global --scale-per global x.csv -o s.json", "apply --stats s.json x.csv -o z.csv"),
        Run("fit --per-sample standardize x.csv -o s.json", "apply --stats s.json x.csv -o z.csv"),
        Run("fit --per-sample center --divide-by 1e-100 x.csv -o s.json", "apply --stats s.json x.csv -o z.csv"),
        Run(
            "fit --pca all x.csv -o s.json", "apply --stats s.json x.csv -o z.npy",
            "inverse --stats s.json z.npy -o b.npy"),
        Run("fit --pca 1 --whiten pca x.csv -o s.json", "apply --stats s.json --dtype float64 x.csv -o z.csv"),
        Run("fit --whiten zca x.csv -o s.json", "apply --stats s.json x.csv -o z.npy"),
        Run(
            "fit --whiten zca --epsilon 1e-300 x.csv -o s.json", "apply --stats s.json x.csv -o z.npy",
            excuse: "beside another feature, a variance of rounding alone is divided by its root"),
        Run("fit --pca 1 --solver lanczos x.csv -o s.json", "apply --stats s.json x.csv -o z.npy"),
        Run("fit --pca 1 --solver dual w.csv -o s.json", "apply --stats s.json w.csv -o z.npy"),
        Run("fit --scale none t.csv -o s.json", "apply --stats s.json x.csv -o z.npy"),
        Run("fit t.csv -o s.json", "apply --stats s.json x.csv -o z.csv", "inverse --stats s.json z.csv -o b.raw"),
        Run(
            "fit --whiten pca t.csv -o s.json", "apply --stats s.json x.csv -o z.npy",
            "inverse --stats s.json x.csv -o b.npy"),
        Run("fit t.csv -o s.json", "inverse --stats s.json x.csv -o b.idx"),
        Run("convert x.csv -o x.npy", "convert x.npy -o y.csv", "convert y.csv -o x.raw --dtype float32"),
        Run("convert x.csv -o x.idx --dtype uint8", excuse: "no bytes"),
        Run(
            "convert x.csv -o x.npy --dtype float32", "fit x.npy -o s.json", "apply --stats s.json x.npy -o z.npy"),
        Run(
            "moments x.csv -o m.safetensors", "fit --pca 1 m.safetensors -o s.json",
            "export s.json --to python -o p.py"),
        Run(
            "fit --pca 1 x.csv -o s.json", "export s.json --to safetensors -o s.safetensors", "inspect --json s.json"),
        Run("inspect x.csv", "inspect --json x.csv", "split x.csv -o parts --val 0.3 --test 0"),
        Run("plot histogram x.csv -o h.svg", "plot histogram x.csv -o h.png"),
        Run(
            "fit --pca 2 x.csv -o s.json", "plot spectrum --stats s.json -o s.svg",
            "plot scatter --stats s.json x.csv -o x.svg"),
        Run(
            "fit t.csv -o s.json", "plot scatter --stats s.json x.csv -o s.png",
            "plot histogram --stats s.json x.csv -o h.svg"),
        Run(
            "fit --label-column a t.csv -o s.json",
            "probe --train t.csv --val x.csv --target a --stats s.json --epochs 1 --learning-rate 0.1"),
        Run(
            "probe --train x.csv --val t.csv --target b --epochs 1",
            "probe --train x.csv --val t.csv --target a --epochs 1"),
        Run(
            "init --layers 2,3 --data x.csv -o w.safetensors",
            "init --layers 2,3,3 --scheme sparse --data x.csv -o w"),
    ]

    /// Values for one of the runs: every 128th power, and those where squares or types end with one sign.
    private static func values(_ number: Int) -> [(text: String, power: Int)] {
        let takesAll = ProcessInfo.processInfo.environment["NNPREP_SWEEP"] == "all"
        let step = takesAll ? 1 : 128
        let dealt = stride(from: -323 + number * step / runs.count, through: 308, by: step)
        let values = dealt.flatMap { [("1e\($0)", $0), ("-1e\($0)", $0)] }
        return takesAll ? values : values + [-323, -154, 154, 308].map { ("\(number % 2 == 0 ? "" : "-")1e\($0)", $0) }
    }

    @Test(arguments: Array(runs.enumerated()))
    func everyPowerOfTen(number: Int, run: Run) throws {
        for (value, power) in Self.values(number) {
            try check(run, value, refusalIsFine: run.excuse != nil || abs(power) > 30)
        }
    }

    private func check(_ run: Run, _ value: String, refusalIsFine: Bool) throws {
        let folder = try Folder()
        let opposite = value.hasPrefix("-") ? String(value.dropFirst()) : "-" + value
        let half = "\(Double(value)! / 2)"
        try folder.write("x.csv", "a,b\n\(value),1\n\(opposite),2\n\(half),4\n\(value),\(half)\n")
        try folder.write("w.csv", "a,b,c\n\(value),1,\(half)\n\(opposite),2,\(value)\n")
        try folder.write("t.csv", "a,b\n1,7\n2,3\n4,5\n3,3\n")
        for command in run.commands {
            let before = try folder.files
            let outcome = try folder.nnprep(command.split(separator: " ").map(String.init) + quiet(command))
            try #require(
                !outcome.signalled && [0, 1].contains(outcome.status), "\(value): \(command): \(outcome.errors)")
            guard outcome.status == 0 else {
                #expect(refusalIsFine, "\(value): \(command): \(outcome.errors)")
                #expect(outcome.errors.hasPrefix("nnprep: error: "), "\(value): \(command)")
                let left = try folder.files
                #expect(left == before, "\(value): \(command)")
                return
            }
            for name in try folder.files where !before.contains(name) {
                #expect(!name.hasPrefix("."), "\(value): \(command)")
                try expectFinite(folder, name, "\(value): \(command)")
            }
        }
        if run.commands[0] == "fit x.csv -o s.json", run.commands[1].hasSuffix("z.csv") {
            try expectStandardized(folder, value)
        }
    }

    private func quiet(_ command: String) -> [String] {
        ["apply", "fit", "init", "probe", "convert"].contains { command.hasPrefix($0) } ? ["--quiet"] : []
    }

    private func expectFinite(_ folder: Folder, _ name: String, _ what: Comment) throws {
        if name.hasSuffix(".npy") {
            let values = try Array2D(npy: folder.read(name)).values
            #expect(values.allSatisfy { $0.isFinite }, what)
        } else if name.hasSuffix(".raw") {
            // Eight values: bytes, floats or doubles.
            let bytes = [UInt8](try folder.read(name))
            let size = bytes.count / 8
            let exponent: [UInt8] = size == 4 ? [0x80, 0x7F] : [0xF0, 0x7F]
            for end in stride(from: size, through: bytes.count, by: size) where size > 1 {
                #expect([bytes[end - 2] & exponent[0], bytes[end - 1] & exponent[1]] != exponent, what)
            }
        } else if [".csv", ".json", ".svg"].contains(where: { name.hasSuffix($0) }) {
            let text = String(decoding: try folder.read(name), as: UTF8.self)
            let words = text.lowercased().split { !$0.isLetter && $0 != "-" }
            #expect(!words.contains { ["nan", "-nan", "inf", "-inf", "infinity"].contains($0) }, what)
        }
    }

    /// v, -v, v/2, v have a mean of 0.375 v and a deviation of 0.81968 v, whatever v is.
    private func expectStandardized(_ folder: Folder, _ value: String) throws {
        let v = Double(value)!
        let lines = String(decoding: try folder.read("z.csv"), as: UTF8.self).split(separator: "\n").dropFirst()
        let found = lines.map { Double($0.split(separator: ",")[0])! }
        // From -v to v are 4 units in the last place of 1e-323: constant.
        guard 2 * abs(v) > 4 * v.ulp else {
            #expect(found == [0, 0, 0, 0], "\(value)")
            return
        }
        let deviation = (3.25 / 4 - 0.375 * 0.375).squareRoot() * (v < 0 ? -1 : 1)
        for (z, share) in zip(found, [1, -1, 0.5, 1]) {
            #expect(abs(z - (share - 0.375) / deviation) < 2e-7, "\(value): \(found)")
        }
        let back = String(decoding: try folder.read("back.csv"), as: UTF8.self).split(separator: "\n").dropFirst()
        for (line, share) in zip(back, [1, -1, 0.5, 1]) {
            #expect(abs(Double(line.split(separator: ",")[0])! / v - share) < 1e-6, "\(value): \(line)")
        }
    }

    /// Not numbers and infinities, which only arrays can hold: no statistics of them, and no rows.
    @Test(
        arguments: ["nan", "-nan", "inf", "-inf"],
        [
            "fit x.npy -o o.json", "moments x.npy -o o.safetensors", "apply --stats s.json x.npy -o o.npy",
            "apply --stats s.json x.npy -o o.csv", "inverse --stats s.json x.npy -o o.npy",
            "inverse --stats s.json x.npy -o o.raw", "convert x.npy -o o.npy", "convert x.npy -o o.csv",
            "plot histogram x.npy -o o.svg", "plot scatter --stats s.json x.npy -o o.png", "inspect x.npy",
            "probe --train x.npy --val t.npy --labels-of none", "init --layers 2,3 --data x.npy -o o.safetensors",
        ])
    func whatIsNoNumberIsRefused(_ value: String, _ command: String) throws {
        let folder = try Folder()
        let number = try #require(Double(value))
        try folder.write("t.npy", npy([1, 7, 2, 3, 4, 5] as [Double], columns: 2))
        try folder.nnprep("fit", "t.npy", "-o", "s.json")
        for x in [
            npy([1, 7, 2, number, 4, 5], columns: 2), npy([1, 7, 2, Float(number), 4, 5], columns: 2),
        ] {
            try folder.write("x.npy", x)
            let before = try folder.files
            let outcome = try folder.nnprep(command.split(separator: " ").map(String.init))
            #expect(!outcome.signalled && outcome.status > 0, "\(outcome.errors)")
            if !command.hasPrefix("probe") {
                #expect(outcome.errors.contains("x.npy: row 2, feature x2: "), "\(outcome.errors)")
            }
            let left = try folder.files
            #expect(left == before)
        }
    }

    @Test func whereTheDivisorIsTooSmallTheHintNamesAnother() throws {
        let folder = try Folder()
        try folder.write("x.csv", "a\n1\n2\n")
        for scale in ["std", "minmax", "maxabs", "none"] {
            let outcome = try folder.nnprep("fit", "x.csv", "--scale", scale, "--divide-by", "1e-320")
            #expect(outcome.errors.hasSuffix("\n  hint: fit the data itself with --divide-by 1\n"), "\(outcome.errors)")
        }
    }

    /// What a hint says works, and a fit that succeeds can be looked at.
    @Test(
        arguments: [1e200, 1e-170, 1.7e308], [["--scale", "std"], ["--pca", "1"], ["--scale", "minmax"]])
    func hintsOfExtremeValuesHelp(size: Double, options: [String]) throws {
        let folder = try Folder()
        try folder.write("x.csv", "a\n" + [1, -1, 0.5, 0.25].map { "\(size * $0)\n" }.joined())
        if options[0] == "--pca" { try folder.write("x.csv", "a,b\n\(size),1\n\(-size),2\n\(size / 2),4\n") }
        let first = try folder.nnprep(["fit", "x.csv"] + options)
        if first.status != 0 {
            if first.errors.contains("bring the features to a common scale") {
                // No divisor brings the squares of both features into range.
                #expect(size > 1e300 && options == ["--pca", "1"])
                return
            }
            let hint = try #require(first.errors.firstMatch(of: /--divide-by ([0-9e+.-]+)/))
            let again = try folder.nnprep(["fit", "x.csv", "--divide-by", String(hint.1)] + options)
            #expect(again.status == 0, "\(first.errors)\(again.errors)")
            if first.errors.contains("--scale minmax") {
                #expect(try folder.nnprep("fit", "--scale", "minmax", "x.csv").status == 0)
            }
        } else {
            #expect(options != ["--scale", "std"])
        }
        for command in [
            "inspect stats.json", "inspect --json stats.json", "check --stats stats.json x.csv",
            "report --stats stats.json --val x.csv -o r.html",
            "apply --stats stats.json --dtype float64 x.csv -o z.npy",
        ] {
            let outcome = try folder.nnprep(command.split(separator: " ").map(String.init))
            #expect(!outcome.signalled && [0, 3].contains(outcome.status), "\(command): \(outcome.errors)")
        }
    }
}
