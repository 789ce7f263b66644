import Foundation
import TestSupport
import Testing

/// `init`, as a process.
@Suite struct InitTests {
    /// The header of a safetensors file, and the values of one of its tensors; read without any code of the project.
    private func tensor(_ name: String, _ file: Data) throws -> (shape: [Int], values: [Float]) {
        let length = (0..<8).reduce(0) { $0 | Int(file[$1]) << (8 * $1) }
        let header = try #require(
            try JSONSerialization.jsonObject(with: file[8..<8 + length]) as? [String: [String: Any]])
        let entry = try #require(header[name])
        #expect(entry["dtype"] as? String == "F32")
        let offsets = try #require(entry["data_offsets"] as? [Int])
        let bytes = Array(file[(8 + length + offsets[0])..<(8 + length + offsets[1])])
        let values = stride(from: 0, to: bytes.count, by: 4).map { start in
            Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
        }
        return (try #require(entry["shape"] as? [Int]), values)
    }

    @Test func writesTensorsAsPyTorchKeepsThem() throws {
        let folder = try Folder()
        let outcome = try folder.nnprep("init", "--layers", "30,20,5", "--bias", "0.01", "--seed", "7")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.text.split(separator: "\n").count == 3 && outcome.text.contains("20 x 30"))
        let file = try folder.read("weights.safetensors")
        let weight = try tensor("layer1.weight", file)
        #expect(weight.shape == [20, 30] && weight.values.count == 600)
        #expect(try tensor("layer2.bias", file).values == [0.01, 0.01, 0.01, 0.01, 0.01])
        #expect(try tensor("layer2.weight", file).shape == [5, 20])

        // The same weights as npy files; others with another seed.
        #expect(try folder.nnprep("init", "--layers", "30,20,5", "--seed", "7", "-o", "a/b/").status == 0)
        let array = try Array2D(npy: folder.read("a/b/layer1.weight.npy"))
        #expect(array.shape == [20, 30] && array.values.map { Float($0) } == weight.values)
        #expect(try Array2D(npy: folder.read("a/b/layer1.bias.npy")).shape == [20])
        #expect(try folder.nnprep("init", "--layers", "30,20,5", "--seed", "8", "-o", "c").status == 0)
        #expect(try tensor("layer1.weight", folder.read("c")).values != weight.values)
    }

    @Test func showsWhatBecomesOfABatch() throws {
        let folder = try Folder()
        #expect(try folder.nnprep("fit", fixture("patches-train.bin")).status == 0)
        func deviations(_ scheme: String) throws -> [Double] {
            let outcome = try folder.nnprep(
                "init", "--layers", "3072,100,100,100", "--scheme", scheme, "--data", fixture("patches-train.bin"),
                "--stats", "stats.json", "-o", "w")
            try #require(outcome.status == 0, "\(outcome.errors)")
            // layer1  100 x 3072  std  mean  std  zeros %
            return outcome.text.split(separator: "\n").dropFirst().compactMap {
                Double($0.split(separator: " ")[6])
            }
        }
        let he = try deviations("he")
        #expect(he.count == 3 && he.allSatisfy { $0 > 0.3 && $0 < 3 })
        let small = try deviations("small")
        #expect(small[2] < 0.3 * small[1] && small[1] < 0.3 * small[0])
        #expect(try deviations("zeros") == [0, 0, 0])
    }

    @Test func saysWhatIsWrong() throws {
        let folder = try Folder()
        let zeros = try folder.nnprep("init", "--layers", "4,3", "--scheme", "zeros")
        #expect(zeros.status == 0 && zeros.errors.contains("no symmetry breaking"))
        let narrow = try folder.nnprep("init", "--layers", "5,3", "--data", fixture("iris-train.csv"), "-o", "w")
        #expect(narrow.status == 1)
        #expect(narrow.errors.contains("5 inputs, but the rows of") && narrow.errors.contains("--layers 4,3"))
        let huge = try folder.nnprep("init", "--layers", "2000000000,2000000000,2000000000")
        #expect(huge.status == 1 && huge.errors.contains("choose fewer units"))
        for layers in ["4", "4,0", "4,x", ""] { #expect(try folder.nnprep("init", "--layers", layers).status == 2) }
        #expect(try folder.nnprep("init", "--layers", "4,3", "--stats", "s.json").status == 2)
        for bias in ["1e39", "-3.5e38", "nan"] {
            #expect(try folder.nnprep("init", "--layers", "4,3", "--bias", bias).status == 2)
        }
        #expect(try folder.files == ["weights.safetensors"])
    }
}

/// `probe`, as a process; small and quick.
@Suite struct ProbeTests {
    private let iris = ["probe", "--train", fixture("iris-train.csv"), "--val", fixture("iris-val.csv")]
    private let patches = ["probe", "--train", fixture("patches-train.bin"), "--val", fixture("patches-val.bin")]

    private func json(_ outcome: Outcome) throws -> [String: Any] {
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    }

    @Test func classesFromATablesText() throws {
        let folder = try Folder()
        let outcome = try folder.nnprep(iris + ["--learning-rate", "0.03"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let lines = outcome.text.split(separator: "\n")
        #expect(lines[0].contains("105 rows to train on, 45 to judge by: 3 classes by softmax"))
        #expect(
            lines[1].hasPrefix("10 epochs, momentum 0.9, decay 0.95, seed 1, 4-3, learning rate 0.03"), "\(lines[1])")
        #expect(lines[2].split(separator: " ").prefix(2) == ["epoch", "train"])
        #expect(lines.count == 14 && lines[13].contains("best"))
        // Seeded: the same but for the seconds.
        let first = try json(folder.nnprep(iris + ["--json", "--learning-rate", "0.03"]))
        let second = try json(folder.nnprep(iris + ["--json", "--learning-rate", "0.03"]))
        #expect(first["best_val_accuracy"] as? Double == second["best_val_accuracy"] as? Double)
        #expect(try #require(first["best_val_accuracy"] as? Double) > 0.8)
        #expect((first["epochs"] as? [Any])?.count == 10)
    }

    @Test(arguments: ["svm", "squared-hinge", "hierarchical"])
    func otherLossesOfClasses(_ loss: String) throws {
        let folder = try Folder()
        #expect(try folder.nnprep("fit", fixture("iris-train.csv"), "--label-column", "species").status == 0)
        let report = try json(
            folder.nnprep(iris + ["--stats", "stats.json", "--loss", loss, "--json", "--learning-rate", "0.01"]))
        #expect(report["loss"] as? String == loss)
        #expect(try #require(report["best_val_accuracy"] as? Double) > 0.75)
    }

    /// What `probe` says of y = 6x for x of -1 and 1: the loss (w - 1)², as the target is scaled to a deviation of 1,
    /// of a weight w that starts near 0.
    private func line(_ words: String..., scale: Int = 1) throws -> [String: Any] {
        let folder = try Folder()
        func table(_ rows: Int) -> String {
            "x,y\n" + (0..<rows).map { "\(($0 % 2 * 2 - 1) * scale),\($0 % 2 * 12 - 6)\n" }.joined()
        }
        try folder.write("line.csv", table(1000))
        try folder.write("val.csv", table(2))
        let common = ["probe", "--train", "line.csv", "--val", "val.csv", "--target", "y", "--json"]
        return try json(folder.nnprep(common + words.flatMap { $0.split(separator: " ").map(String.init) }))
    }

    private func losses(_ report: [String: Any], _ name: String = "train_loss") throws -> [Double] {
        try #require(report["epochs"] as? [[String: Any]]).map { try #require($0[name] as? Double) }
    }

    /// All rows in each step: the residual r = w - 1 goes through known values. Momentum m: v = m v - rate 2r, r += v.
    @Test(arguments: [
        ("--learning-rate 0.25 --momentum 0 --decay 1", [1, 0.5, 0.25, 0.125]),
        ("--learning-rate 0.1 --momentum 0 --decay 1", [1, 0.8, 0.64, 0.512]),
        ("--learning-rate 0.25 --momentum 0.5 --decay 1", [1, 0.5, 0, -0.25]),
        ("--learning-rate 0.25 --momentum 0 --decay 0.5", [1, 0.5, 0.375, 0.328125]),
        ("--learning-rate 0.25 --momentum 0 --decay 1 --epochs 3", [1, 0.5, 0.25]),
    ])
    func stepsOfDescent(_ words: String, residuals: [Double]) throws {
        let report = try line("--batch 1000", words.contains("--epochs") ? words : words + " --epochs 4")
        let losses = try losses(report)
        #expect(losses.count == residuals.count && report["batch"] as? Int == 1000)
        for (loss, residual) in zip(losses, residuals) { #expect(abs(loss - residual * residual) < 0.002, "\(losses)") }
    }

    /// Where descent comes to rest: the least of (w - 1)² with half λ w², or λ |w|, or a longest w; and of the
    /// expectation over dropped inputs, (w - 1)² + p/(1-p) w². All at w = ½.
    @Test(arguments: ["--l2 2", "--l1 1", "--max-norm 0.5", "--input-dropout 0.5"])
    func whatHoldsWeightsBack(_ option: String) throws {
        let words = "--batch 1000 --learning-rate 0.02 --momentum 0 --epochs 200"
        #expect(abs(try losses(line(words, "--decay 1", option), "val_loss").last! - 0.25) < 0.02)
        #expect(try losses(line(words, "--decay 1"), "val_loss").last! < 1e-6)
    }

    @Test func hiddenLayersBatchesAndSeeds() throws {
        let words = "--learning-rate 0.01 --epochs 4 --momentum 0 --batch"
        let hidden = words + " 1000 --hidden 20,10"
        let plain = try line(hidden)
        #expect(plain["hidden"] as? [Int] == [20, 10] && (plain["dead_units"] as? [Double])?.count == 2)
        // With all rows in each step and nothing dropped, the loss of an epoch is what the one before has left.
        let (train, val) = (try losses(plain), try losses(plain, "val_loss"))
        for (before, after) in zip(val, train.dropFirst()) { #expect(abs(before - after) < 1e-5) }
        let dropped = try line(hidden, "--dropout 0.3")
        #expect(
            zip(try losses(dropped, "val_loss"), try losses(dropped).dropFirst()).allSatisfy { abs($0 - $1) > 1e-4 })
        // Normalized batches do not know the scale of the rows.
        let normalized = try (losses(line(hidden, "--batch-norm")), losses(line(hidden, "--batch-norm", scale: 1000)))
        #expect(zip(normalized.0, normalized.1).allSatisfy { abs($0 - $1) < 1e-4 }, "\(normalized)")
        #expect(try losses(line(hidden, scale: 1000))[0] > 10 * train[0])
        // Ten steps an epoch, not one.
        let batches = try line(words + " 100")
        #expect(batches["batch"] as? Int == 100)
        #expect(try losses(batches, "val_loss")[0] < 0.7 && losses(line(words + " 1000"), "val_loss")[0] > 0.9)
        #expect(try losses(line(hidden, "--seed 1")) == train && losses(line(hidden, "--seed 2")) != train)
    }

    @Test func numbersAndAttributes() throws {
        let folder = try Folder()
        let numbers = try json(
            folder.nnprep(iris + ["--target", "petal_width", "--label-column", "species", "--epochs", "40", "--json"]))
        #expect(numbers["loss"] as? String == "l2" && numbers["features"] as? Int == 3)
        #expect(try #require(numbers["best_val_r2"] as? Double) > 0.8)

        var table = "x,y,right,upper\n"
        for i in 0..<60 {
            let (x, y) = (Double(i % 8) - 3.5, Double(i % 7) - 2.9)
            table += "\(x),\(y),\(x > 0 ? 1 : 0),\(y > 0 ? 1 : 0)\n"
        }
        try folder.write("a.csv", table)
        let words = [
            "probe", "--train", "a.csv", "--val", "a.csv", "--label-column", "right", "--label-column", "upper",
        ]
        for loss in [[], ["--loss", "hinge"]] {
            let report = try json(folder.nnprep(words + loss + ["--learning-rate", "0.1", "--json"]))
            #expect(report["loss"] as? String == loss.last ?? "logistic" && report["outputs"] as? Int == 2)
            #expect(try #require(report["best_val_accuracy"] as? Double) > 0.9)
        }
    }

    /// The statistics know the label as well, but it is not an attribute for that.
    @Test func labelColumnsAreThoseThatAreNamed() throws {
        let folder = try Folder()
        try folder.write(
            "t.csv", "x,kind,up\n" + (0..<40).map { "\($0 % 9),\($0 % 9 > 4 ? "b" : "a"),\($0 % 2)\n" }.joined())
        #expect(try folder.nnprep("fit", "t.csv", "--label-column", "kind", "--label-column", "up").status == 0)
        let words = ["probe", "--train", "t.csv", "--val", "t.csv", "--stats", "stats.json", "--learning-rate", "0.1"]
        let kinds = try json(folder.nnprep(words + ["--label-column", "kind", "--json"]))
        #expect(kinds["loss"] as? String == "softmax" && kinds["features"] as? Int == 1)
        #expect(try #require(kinds["best_val_accuracy"] as? Double) > 0.9)
        let both = try folder.nnprep(words)
        #expect(both.status == 1 && both.errors.contains("neither 0 nor 1"))
        let named = try folder.nnprep(patches + ["--label-column", "fine_label"])
        #expect(named.status == 1 && named.errors.contains("has no label 'fine_label'"))
    }

    @Test func comparesRecipesBestFirst() throws {
        let folder = try Folder()
        let recipes = ["raw", "center", "std", "minmax", "maxabs", "pca:2", "whiten:0.99", "zca"]
        let words = iris + ["--compare", recipes.joined(separator: ","), "--epochs", "5"]
        let outcome = try folder.nnprep(words + ["--learning-rate", "0.05"])
        try #require(outcome.status == 0, "\(outcome.errors)")
        let rows = outcome.text.split(separator: "\n").dropFirst(4).map { $0.split(separator: " ").map(String.init) }
        #expect(rows.map { $0[0] }.sorted() == recipes.sorted())
        let merits = rows.compactMap { Double($0[6]) }
        #expect(merits.count == 8 && merits == merits.sorted(by: >))
        let report = try json(folder.nnprep(words + ["--json"]))
        #expect((report["recipes"] as? [[String: Any]])?.count == 8)
        #expect(try folder.files.isEmpty)
    }

    /// What learns nothing is marked and comes last, whatever its accuracy by chance.
    @Test func whatIsNotTrainedIsNotRanked() throws {
        let folder = try Folder()
        let words = patches + ["--compare", "raw,std", "--epochs", "2", "--learning-rate"]
        let still = try folder.nnprep(words + ["1e-12"])
        #expect(still.status == 0 && still.text.components(separatedBy: "(not trained)").count == 3, "\(still.text)")
        #expect(still.errors.contains("std: not trained: the loss stays at or above 1.3863"), "\(still.errors)")
        let report = try json(folder.nnprep(words + ["0.001", "--json"]))
        let recipes = try #require(report["recipes"] as? [[String: Any]])
        #expect(recipes[0]["trained"] as? Bool == true)
        #expect(abs(try #require(recipes[0]["chance_loss"] as? Double) - log(4)) < 1e-12)
    }

    /// A recipe's scale alone is no merit: rows of 0 to 255 and of 0 to 1 come to the same.
    @Test func recipesAreComparedAtOneScale() throws {
        let folder = try Folder()
        func table(_ scale: Double) -> String {
            "x,y,k\n"
                + (0..<80).map { "\(Double($0 % 9) * scale),\(Double($0 % 5) * scale),\($0 % 9 > 4 ? "b" : "a")\n" }
                .joined()
        }
        var reports: [[String: Any]] = []
        for scale in [1.0, 1024] {
            try folder.write("t.csv", table(scale))
            let words = [
                "probe", "--train", "t.csv", "--val", "t.csv", "--compare", "raw,center", "--learning-rate", "0.1",
            ]
            let report = try json(folder.nnprep(words + ["--json"]))
            let recipes = try #require(report["recipes"] as? [[String: Any]])
            reports.append(try #require(recipes.first { $0["recipe"] as? String == "raw" }))
        }
        #expect(try losses(reports[0]) == losses(reports[1]))
        let scales = reports.compactMap { $0["input_scale"] as? Double }
        #expect(scales.count == 2 && abs(scales[1] / scales[0] - 1024) < 1e-3)
    }

    @Test func severalSeedsGiveAMeanAndADeviation() throws {
        let folder = try Folder()
        let words = iris + ["--epochs", "3", "--seeds", "3", "--seed", "5", "--learning-rate", "0.02"]
        let text = try folder.nnprep(words)
        #expect(text.status == 0 && text.text.contains("\n3 seeds: best val accuracy ") && text.text.contains(" ± "))
        let report = try json(folder.nnprep(words + ["--json"]))
        let runs = try #require(report["runs"] as? [[String: Any]])
        #expect(runs.map { $0["seed"] as? Int } == [5, 6, 7])
        // Each run is what it would be alone.
        let alone = try json(
            folder.nnprep(iris + ["--epochs", "3", "--seed", "6", "--learning-rate", "0.02", "--json"]))
        #expect(try losses(alone) == losses(runs[1]))
        let comparison = try json(folder.nnprep(words + ["--compare", "std,center", "--json"]))
        for recipe in try #require(comparison["recipes"] as? [[String: Any]]) {
            let merits = try #require(recipe["runs"] as? [[String: Any]]).compactMap {
                $0["best_val_accuracy"] as? Double
            }
            let mean = merits.reduce(0, +) / 3
            let square = merits.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2
            #expect(abs(try #require(recipe["mean"] as? Double) - mean) < 1e-12)
            #expect(abs(try #require(recipe["deviation"] as? Double) - square.squareRoot()) < 1e-12)
        }
    }

    @Test func severalTargetsArePredictedTogether() throws {
        let folder = try Folder()
        let words =
            iris + [
                "--target", "petal_width", "--target", "petal_length", "--label-column", "species", "--epochs", "40",
            ]
        let report = try json(folder.nnprep(words + ["--json"]))
        #expect(report["outputs"] as? Int == 2 && report["features"] as? Int == 2 && report["loss"] as? String == "l2")
        #expect(try #require(report["best_val_r2"] as? Double) > 0.6)
        #expect(try folder.nnprep(words).text.contains("'petal_width', 'petal_length' by l2"))
    }

    /// All that it takes to do it again.
    @Test func thePlanIsTold() throws {
        let folder = try Folder()
        let words =
            iris + [
                "--hidden", "8", "--init", "glorot", "--dropout", "0.1", "--l2", "0.01", "--max-norm", "3",
                "--batch-norm",
                "--epochs", "2", "--learning-rate", "0.01",
            ]
        let text = try folder.nnprep(words).text
        #expect(
            text.contains(
                "\n2 epochs, batch normalization, dropout 0.1, l2 0.01, max-norm 3, momentum 0.9, decay 0.95, "
                    + "weights by glorot, seed 1"), "\(text)")
        let report = try json(folder.nnprep(words + ["--json"]))
        #expect(report["init"] as? String == "glorot" && report["dropout"] as? Double == 0.1)
        #expect(report["planned_epochs"] as? Int == 2 && report["batch_norm"] as? Bool == true)
        #expect(try folder.nnprep(iris + ["--init", "glorot"]).status == 2)
        let fragile = try folder.nnprep(
            iris + ["--target", "petal_width", "--label-column", "species", "--hidden", "8", "--dropout", "0.5"])
        #expect(fragile.errors.contains("an L2 loss after dropout is fragile"), "\(fragile.errors)")
    }

    @Test func warnsAtTheSignsOfFailure() throws {
        let folder = try Folder()
        let raw = try folder.nnprep(patches + ["--epochs", "1", "--learning-rate", "1e-7"])
        #expect(raw.status == 0 && raw.errors.contains("far from ln(4) = 1.3863"))
        let dead = try folder.nnprep(patches + ["--epochs", "2", "--learning-rate", "0.01", "--hidden", "20"])
        #expect(dead.status == 0 && dead.errors.contains("of the units of hidden layer 1 are 0 for every row"))
        let nan = try folder.nnprep(patches + ["--learning-rate", "1e30", "--loss", "squared-hinge"])
        #expect(nan.status == 0 && nan.errors.contains("no longer finite in epoch 1") && nan.errors.contains("lower"))
        // No rate at all is small enough.
        try folder.write("huge.csv", "x,y\n" + (0..<30).map { "\($0 % 5)e37,\($0 % 5)\n" }.joined())
        let huge = try folder.nnprep("probe", "--train", "huge.csv", "--val", "huge.csv", "--target", "y")
        #expect(huge.status == 0 && huge.errors.contains("the loss is no longer finite in epoch 1"), "\(huge.errors)")
        // A comparison goes on to the next recipe.
        let words = ["--compare", "raw,std", "--learning-rate", "1e30", "--loss", "squared-hinge"]
        let both = try folder.nnprep(patches + words)
        #expect(both.status == 0 && both.errors.contains("raw: the loss is no longer finite in epoch 1"))
        #expect(both.errors.contains("std: the loss is no longer finite") && both.text.contains("diverged"))
        let quiet = try folder.nnprep(patches + ["--learning-rate", "1e30", "--loss", "squared-hinge", "--quiet"])
        #expect(quiet.status == 0 && quiet.errors.isEmpty)
    }

    /// A tenth of the rows to judge by is enough, whatever file they are in; labels do not matter.
    @Test func rowsThatWereTrainedOnCannotJudge() throws {
        let folder = try Folder()
        func table(_ values: Range<Int>) -> String { "x,k\n" + values.map { "\($0),\($0 % 2)\n" }.joined() }
        try folder.write("train.csv", table(0..<40))
        for (values, shared) in [(0..<40, 40), (36..<76, 4), (37..<77, nil), (40..<80, nil)] as [(Range<Int>, Int?)] {
            try folder.write("val.csv", table(values))
            let outcome = try folder.nnprep(
                "probe", "--train", "train.csv", "--val", "val.csv", "--label-column", "k", "--epochs", "1")
            #expect(outcome.status == 0)
            let words = "val.csv: \(shared ?? 0) of its 40 rows are among those of train.csv"
            #expect(outcome.errors.contains(words) == (shared != nil), "\(outcome.errors)")
        }
    }

    /// By their names; the training file may well be among them.
    @Test func statisticsOfTheRowsToJudgeByAreNoticed() throws {
        let folder = try Folder()
        func table(_ values: Range<Int>) -> String { "x,k\n" + values.map { "\($0),\($0 % 2)\n" }.joined() }
        try folder.write("train.csv", table(0..<40))
        try folder.write("val.csv", table(40..<80))
        for (fitted, warns) in [(["train.csv"], false), (["train.csv", "val.csv"], true)] {
            try folder.nnprep(["fit", "--label-column", "k", "-o", "s.json"] + fitted)
            let outcome = try folder.nnprep(
                "probe", "--train", "train.csv", "--val", "val.csv", "--stats", "s.json", "--epochs", "1")
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("s.json: was fitted on val.csv, it seems") == warns, "\(outcome.errors)")
        }
    }

    /// A run that fails leaves no folder, and no file of a layer that came before.
    @Test func aFolderOfWeightsIsWholeOrNotThere() throws {
        let folder = try Folder()
        let outcome = try folder.shell("ulimit -f 100; nnprep init --layers 10,10,5000 -o deep/weights/ --quiet")
        #expect(outcome.status == 1 && outcome.errors.contains("file too large"), "\(outcome.errors)")
        #expect(try folder.files.isEmpty)
    }

    /// However small or large the numbers, the columns stay apart.
    @Test func columnsDoNotRunIntoOneAnother() throws {
        let folder = try Folder()
        for (name, values) in [("train", 0..<200), ("val", 200..<300)] {
            let lines = values.map { "\(Double($0 * 37 % 101) / 50 - 1),\(Double($0 * 37 % 101) / 25)\n" }
            try folder.write("\(name).csv", "x,y\n" + lines.joined())
        }
        let outcome = try folder.nnprep(
            "probe", "--train", "train.csv", "--val", "val.csv", "--target", "y", "--epochs", "40", "--learning-rate",
            "0.1")
        let lines = outcome.text.split(separator: "\n").dropFirst(2).prefix(41)
        #expect(lines.count == 41 && lines.last!.contains("e-"), "\(outcome.text)")
        #expect(lines.dropFirst().allSatisfy { $0.split(separator: " ").count == 8 }, "\(outcome.text)")
    }

    /// What is wrong, in words, and what to do.
    @Test(
        arguments: [
            ("1,2\n3,4\n", [], "has no labels to predict", "--label-column"),
            ("x,c\n1,a\n2,a\n", [], "every row has the label 'a'", "at least two classes"),
            (
                "x,c\n1,a\n2,\n3,b\n", ["--label-column", "c"], "row 2: 'c', which is to be predicted, is missing",
                "leave"
            ),
            ("x,c\n1,1\n2,\n3,4\n", ["--target", "c"], "row 2: 'c', which is to be predicted, is missing", "leave"),
            ("x,c\n1,a\n2,b\n", ["--batch", "3"], "has 2 rows, fewer than the 3 of --batch", "--batch 2"),
            ("x,c\n1,a\n2,b\n", ["--target", "c"], "the target 'c' is 'a', not a number", "--label-column c"),
            ("x,c\n1,5\n2,5\n", ["--target", "c"], "is 5 in every row", ""),
            ("x,c\n1,a\n2,b\n", ["--loss", "hinge"], "the attribute 'c' is 'a', neither 0 nor 1", "--label-column"),
            ("x,c\n1,a\n2,b\n", ["--loss", "l2"], "--loss l2 is for numbers", "--target"),
            ("x,c\n1,1\n2,2\n", ["--target", "c", "--loss", "svm"], "--loss svm is for classes", "l2 or l1"),
            ("x,c\n1,a\n2,b\n", ["--target", "z"], "has no column 'z'", "'x', 'c'"),
            ("x,c\n1,a\n2,b\n", ["--label-column", "c", "--stats", "stats.json"], "stats.json", ""),
            (
                "x,c,d\n1,a,0\n2,b,1\n", ["--label-column", "c", "--label-column", "d", "--loss", "softmax"],
                "softmax predicts one label", "--loss logistic"
            ),
            ("x,c\n1, 5\n2,5 \n", ["--target", "c", "--label-column", "2"], "is 5 in every row", ""),
            ("x,c\n1,a\n2,b\n", ["--label-column", "c", "--label-column", "2", "--batch", "9"], "of --batch", ""),
            ("x,c\n", ["--label-column", "c"], "has no rows", ""),
            (
                "x,c\n1,a\n2,b\n", ["--compare", "pca:7"],
                "t.csv, for pca:7: 7 components were asked for, but 2 rows of 1 features have at most 1", "use --pca 1"
            ),
            ("x,c\n1,a\n2,b\n", ["--hidden", "3", "--batch-norm", "--batch", "1"], "at least 2 rows", "--batch"),
        ] as [(String, [String], String, String)])
    func errorsInWords(_ table: String, _ words: [String], _ message: String, _ hint: String) throws {
        let folder = try Folder()
        try folder.write("t.csv", table)
        let outcome = try folder.nnprep(["probe", "--train", "t.csv", "--val", "t.csv"] + words)
        #expect(outcome.status == 1 && !outcome.signalled && outcome.output.isEmpty)
        #expect(
            outcome.errors.contains(message) && (hint.isEmpty || outcome.errors.contains(hint)), "\(outcome.errors)")
    }

    @Test func validationMustFitTheTraining() throws {
        let folder = try Folder()
        try folder.write("t.csv", "x,c\n1,a\n2,b\n")
        try folder.write("other.csv", "x,c\n1,a\n2,q\n")
        try folder.write("wide.csv", "x,y,c\n1,2,a\n2,2,b\n")
        func errors(_ val: String) throws -> String {
            let outcome = try folder.nnprep("probe", "--train", "t.csv", "--val", val)
            #expect(outcome.status == 1)
            return outcome.errors
        }
        #expect(try errors("other.csv").contains("the label 'q' does not occur in the training rows"))
        #expect(try errors("wide.csv").contains("'y'"))
        #expect(try errors("missing.csv").contains("missing.csv"))
        for words in [
            ["--compare", "pca:x"], ["--compare", "std:3"], ["--compare", "nope"],
            ["--compare", "std", "--stats", "s"],
            ["--dropout", "1"], ["--momentum", "1"], ["--learning-rate", "0"], ["--hidden", "0"], ["--loss", "huber"],
        ] {
            #expect(try folder.nnprep(["probe", "--train", "t.csv", "--val", "t.csv"] + words).status == 2, "\(words)")
        }
    }
}
