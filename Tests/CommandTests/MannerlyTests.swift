import Foundation
import TestSupport
import Testing

/// Small things that people stumble on.
@Suite struct MannerlyTests {
    private let train = fixture("patches-train.bin")
    private let val = fixture("patches-val.bin")
    private let iris = fixture("iris-train.csv")

    @Test func theProgramAlonePrintsItsHelp() throws {
        let folder = try Folder()
        let alone = try folder.nnprep()
        #expect(alone.status == 0 && alone.errors.isEmpty)
        #expect(alone.text == (try folder.nnprep("--help")).text)
    }

    /// As sort, jq and miller do.
    @Test func withoutInputsStandardInputIsRead() throws {
        let folder = try Folder()
        let outcome = try folder.shell(
            """
            nnprep fit < '\(train)'; nnprep apply --stats stats.json < '\(val)' > a.npy
            nnprep apply --stats stats.json '\(val)' -o b.npy
            cat '\(val)' | nnprep inspect --input-format cifar10 | grep rows
            nnprep fit -o - < '\(train)' | nnprep export --to torchvision; nnprep export --to python < stats.json | head -c 9
            """)
        #expect(outcome.text.contains("  rows      200\n") && outcome.text.hasSuffix("# Written"))
        #expect(try folder.read("a.npy") == folder.read("b.npy"))
        let looked = try folder.shell(
            """
            nnprep plot samples < '\(val)' > a.png; nnprep plot samples '\(val)' -o b.png
            nnprep check --stats stats.json --input-format cifar10 < '\(train)'
            """)
        #expect(looked.status == 0 && looked.text.contains("drift: none found"), "\(looked.errors)")
        #expect(try folder.read("a.png") == folder.read("b.png"))
        // Nothing comes from there, or the statistics do.
        let lines = [
            ("nnprep fit < /dev/null", "missing INPUT"), ("nnprep apply --stats - < stats.json", "missing INPUT"),
            ("nnprep check --stats stats.json < /dev/null", "missing SPLIT"),
            ("nnprep check --stats - < stats.json", "missing SPLIT"),
            ("nnprep plot samples < /dev/null", "plot samples needs a file of rows"),
            ("nnprep plot white --stats - < stats.json", "plot white needs a file of rows"),
        ]
        for (line, message) in lines {
            let refused = try folder.shell(line)
            #expect(refused.status == 2)
            #expect(refused.errors.contains(message), "\(refused.errors)")
        }
    }

    @Test(.enabled(if: succeeds("script --version"), "needs a terminal to try: util-linux's script"))
    func aPersonIsToldThatLabelsAreLost() throws {
        let folder = try Folder()
        try folder.nnprep("fit", train)
        let script = "script -qec \"$(declare -f nnprep); nnprep apply --stats stats.json '\(val)' -o x.npy\" /dev/null"
        #expect(
            try folder.shell("export -f nnprep; SHELL=/bin/bash \(script)").text.contains("no place for the labels"))
    }

    @Test func epsilonMayBeNothingWhereTheRankIsFull() throws {
        let folder = try Folder()
        let whiten = ["fit", "--label-column", "species", "--whiten", "pca", iris]
        #expect(try folder.nnprep(whiten + ["--epsilon", "0"]).status == 0)
        try folder.nnprep(
            "apply", "--stats", "stats.json", iris, "--dtype", "float64", "--output-format", "npy", "-o", "y.npy")
        let rows = try Array2D(npy: folder.read("y.npy"))
        for column in 0..<4 {
            let values = (0..<rows.shape[0]).map { rows.row($0)[rows.row($0).startIndex + column] }
            #expect(abs(values.reduce(0) { $0 + $1 * $1 } / Double(values.count) - 1) < 1e-10)
        }
        // The inverse divides by nothing either.
        let back = try folder.nnprep(
            "inverse", "--stats", "stats.json", "y.npy", "--dtype", "float64", "--output-format", "csv")
        #expect(back.status == 0 && back.text.contains("5.1"))
        // Of twice the same column, one component is nothing.
        try folder.write("flat.csv", "a,b,c\n1,1,2\n2,2,5\n4,4,1\n3,3,3\n")
        let refused = try folder.nnprep("fit", "--whiten", "pca", "--epsilon", "0", "flat.csv", "-o", "flat.json")
        #expect(refused.status == 1)
        #expect(
            refused.errors.contains("flat.csv: the rank is 2, and 3 components are to be whitened"), "\(refused.errors)"
        )
        #expect(try folder.nnprep("fit", "--whiten", "pca", "--pca", "2", "--epsilon", "0", "flat.csv").status == 0)
    }

    /// Rows of 0 to 255 and of 0 to 1 give the same whitened rows.
    @Test func aRelativeEpsilonDoesNotDependOnTheScale() throws {
        let folder = try Folder()
        let small = fixture("small-train.npy")
        for (name, divisor) in [("a", "1"), ("b", "255")] {
            let fit = try folder.nnprep(
                "fit", "--pca", "20", "--whiten", "pca", "--epsilon", "0.1%", "--divide-by", divisor, small, "-o",
                "\(name).json")
            #expect(fit.status == 0, "\(fit.errors)")
            try folder.nnprep("apply", "--stats", "\(name).json", small, "--dtype", "float64", "-o", "\(name).npy")
        }
        let (a, b) = (try Array2D(npy: folder.read("a.npy")), try Array2D(npy: folder.read("b.npy")))
        #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-9 })
        let text = try folder.nnprep("inspect", "a.json").text
        #expect(text.contains("(0.1 % of the mean variance)"), "\(text)")
        let object = try #require(try JSONSerialization.jsonObject(with: folder.read("a.json")) as? [String: Any])
        let (recipe, pca) = (object["recipe"] as? [String: Any], object["pca"] as? [String: Any])
        let variances = try #require(pca?["explained_variance"] as? [Double])
        let epsilon = try #require(recipe?["epsilon"] as? Double)
        #expect(abs(epsilon / (0.001 * variances.reduce(0, +) / 20) - 1) < 1e-12)
    }

    @Test func filesOfTwoTypesAreTold() throws {
        let folder = try Folder()
        try folder.write("f4.npy", npy([1, 2, 3, 5] as [Float], columns: 2))
        try folder.write("f8.npy", npy([1, 2, 4, 5] as [Double], columns: 2))
        let outcome = try folder.nnprep("fit", "f4.npy", "f8.npy")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("f8.npy holds float64, and f4.npy float32: the statistics say the latter"))
    }

    /// A link to a file that is not there yet is kept, and the file made where it points.
    @Test func linksToNothingYetAreFollowed() throws {
        let folder = try Folder()
        let outcome = try folder.shell(
            """
            mkdir deep; ln -s deep/real.json a.json; ln -s a.json stats.json
            nnprep fit '\(train)' && test -L stats.json && test -L a.json && test -f deep/real.json && echo kept
            nnprep fit '\(train)' && test -L stats.json && echo again
            ln -s loop loop; nnprep fit '\(train)' -o loop; ln -s nowhere/x.json lost.json; nnprep fit '\(train)' -o lost.json
            """)
        #expect(outcome.text == "kept\nagain\n")
        #expect(outcome.errors.contains("loop: cannot write") && outcome.errors.contains("lost.json: cannot write"))
    }
}
