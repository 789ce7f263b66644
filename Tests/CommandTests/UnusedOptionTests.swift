import Datasets
import Flags
import Foundation
import TestSupport
import Testing

@testable import nnprep

/// Options that have no effect on what they are given with are errors of use, and nothing is written.
@Suite struct UnusedOptionTests {
    @Test("each option of the input has one name in the table")
    func names() {
        let names = Flag<Convert.Arguments>.input().map(\.page.name)
        #expect(Set(InputOption.allCases.map(\.flag)) == Set(names))
        #expect(InputOption.allCases.count == names.count)
    }

    private func folder() throws -> Folder {
        let folder = try Folder()
        try folder.write("x.npy", npy([1, 2, 3, 4, 5, 7] as [Double], columns: 2))
        try folder.write("y.npy", npy([1, 2, 3, 4, 5, 8] as [Double], columns: 2))
        try folder.write("t.csv", "a,b\n1,2\n3,4\n5,7\n")
        try folder.write("k.csv", "a,b,k\n1,2,u\n3,4,v\n5,7,u\n")
        try folder.write("r.raw", Data([1, 2, 3, 4, 5, 7]))
        try FileManager.default.copyItem(atPath: fixture("patches-val.bin"), toPath: folder.path("c.bin"))
        try folder.nnprep("moments", "x.npy", "-o", "m.safetensors")
        try folder.nnprep("fit", "x.npy", "-o", "s.json")
        try folder.nnprep("fit", "--pca", "2", "x.npy", "-o", "p.json")
        return folder
    }

    private func check(
        _ folder: Folder, _ line: String, _ words: String, status: Int32 = 2, input: String? = nil
    ) throws {
        let before = try folder.files
        let outcome = try folder.nnprep(
            line.split(separator: " ").map(String.init), input: try input.map { try folder.read($0) })
        #expect(outcome.status == status && !outcome.signalled, "\(line): \(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(line): \(outcome.errors)")
        #expect(outcome.output.isEmpty, "\(line)")
        #expect(try folder.files == before, "\(line)")
    }

    @Test("options of the input that are for other formats")
    func inputOptions() throws {
        let folder = try folder()
        let tables = "for tables (csv, tsv), and x.npy is npy"
        for option in [
            "--label-column 2", "--columns 1", "--drop 1", "--keep 1", "--missing-values ?", "--label-column=2 --quiet",
        ] {
            let name = option.split { $0 == " " || $0 == "=" }[0]
            try check(folder, "fit x.npy -o o.json \(option)", "error: \(name) is \(tables)\n")
        }
        try check(
            folder, "fit x.npy -o o.json --drop 1 --label-column 2", "--label-column and --drop are \(tables)\n")
        for (option, words) in [
            ("--array x", "is for npz"), ("--shape 2", "is for raw records"), ("--label-bytes 1", "is for raw records"),
            ("--dtype-in float32", "is for raw records"), ("--resize 8", "is for pictures"),
            ("--crop 8", "is for pictures"),
            ("--grey", "is for pictures"), ("--rows pixels", "is for pictures"), ("--skip-broken", "is for pictures"),
            ("--channels-last", "is for images"),
        ] {
            let name = option.split(separator: " ")[0]
            for file in ["x.npy is npy", "t.csv is csv", "c.bin is cifar10"]
            // A shape says that a file without a known ending is raw.
            where !(name == "--channels-last" && file.hasPrefix("t")) && !(name == "--shape" && file.hasPrefix("c")) {
                let path = file.split(separator: " ")[0]
                try check(folder, "fit \(path) -o o.json \(option)", "\(name) \(words)")
                try check(folder, "convert \(path) -o o.npy \(option)", ", and \(file)\n")
            }
        }
        try check(
            folder, "fit c.bin --missing skip -o o.json", "--missing is for csv, tsv, npy, npz and raw, and c.bin")
        try check(
            folder, "fit m.safetensors --input-format npy -o o.json",
            "is for files of rows, and m.safetensors holds moments")
    }

    @Test("every command that reads rows")
    func everyCommand() throws {
        let folder = try folder()
        for line in [
            "fit x.npy -o o.json", "moments x.npy -o o.safetensors", "apply --stats s.json x.npy -o o.npy",
            "inverse --stats s.json x.npy -o o.npy", "inspect x.npy", "convert x.npy -o o.csv", "split x.npy -o o",
            "check --stats s.json x.npy", "check --train x.npy y.npy", "plot histogram x.npy -o o.svg",
            "plot scatter --stats s.json x.npy -o o.svg", "report --stats s.json --val x.npy -o o.html",
            "init --layers 2,1 --data x.npy -o o.safetensors", "init --layers 2,1 --data x.npy --stats s.json -o o",
            "probe --train x.npy --val y.npy",
        ] {
            try check(folder, "\(line) --label-column 2", "--label-column is for tables (csv, tsv), and ")
        }
        for line in ["inspect s.json", "inspect m.safetensors", "fit m.safetensors -o o.json"] {
            try check(folder, "\(line) --label-column 2", "--label-column is for tables (csv, tsv), and ")
        }
        try check(
            folder, "fit - -o o.json --drop 1", "--drop is for tables (csv, tsv), and standard input is npy",
            input: "x.npy")
        try check(folder, "convert --drop 1 --output-format csv", "and standard input is npy", input: "x.npy")
        try check(folder, "convert x.npy - --drop 1 --output-format csv", "and x.npy is npy", input: "y.npy")
        try check(folder, "init --layers 2,1 --drop 1 -o o", "'--drop' is for rows: pass --data")
        try check(folder, "report --stats s.json --drop 1 -o o", "'--drop' is for data: pass --train, --val or --test")
        try check(
            folder, "plot components --stats p.json --drop 1 -o o.png", "'--drop' has no effect on plot components")
    }

    @Test("an option that applies to one of several inputs is no error")
    func severalInputs() throws {
        let folder = try folder()
        for line in [
            "nnprep fit x.npy t.csv --missing-values '?' -o o.json",
            "nnprep fit x.npy k.csv --drop k -o o.json",
            "nnprep fit x.npy - --drop k -o o.json < k.csv", "nnprep convert x.npy - --drop k -o o.npy < k.csv",
            "cat k.csv | nnprep convert - x.npy --drop k -o o.npy",
            "nnprep moments k.csv --keep k -o k.safetensors && nnprep fit k.safetensors k.csv --keep k -o o.json",
            "nnprep check --train x.npy k.csv --drop k || test $? = 3",
            "nnprep check --train k.csv x.npy --drop k || test $? = 3",
            "nnprep report --stats s.json --train k.csv --val x.npy --drop k -o o.html",
        ] {
            let outcome = try folder.shell(line)
            #expect(outcome.status == 0, "\(line): \(outcome.errors)")
            #expect(
                !outcome.errors.contains("are for") && !outcome.errors.contains("is for"), "\(line): \(outcome.errors)")
        }
    }

    @Test("options that only describe a table are warned of, once")
    func harmless() throws {
        let folder = try folder()
        for option in ["--delimiter ;", "--decimal comma", "--header yes"] {
            let name = option.split(separator: " ")[0]
            let words = "x.npy -o o.json \(option)".split(separator: " ").map(String.init)
            let outcome = try folder.nnprep(["fit"] + words)
            #expect(outcome.status == 0)
            #expect(
                outcome.errors == "nnprep: warning: \(name) is for tables (csv, tsv), and x.npy is npy\n")
        }
        let table = try folder.nnprep("convert", "x.npy", "-o", "o.csv", "--delimiter", ";")
        #expect(table.status == 0 && table.errors.isEmpty)
        #expect(try String(decoding: folder.read("o.csv"), as: UTF8.self).hasPrefix("x1;x2\n"))
    }

    @Test("what statistics remember need not apply")
    func remembered() throws {
        let folder = try folder()
        try folder.write("holes.csv", "a,b\n1,\n3,4\n5,7\n")
        try folder.nnprep("fit", "--missing", "mean", "holes.csv", "-o", "h.json")
        try folder.write("bytes.idx", Data([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]))
        let outcome = try folder.nnprep("apply", "--stats", "h.json", "bytes.idx", "-o", "o.npy")
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test("options of the output, and options that have no effect beside others")
    func combinations() throws {
        let folder = try folder()
        for (line, words) in [
            ("convert x.npy -o o.npy --compress", "--compress is for npz files"),
            ("convert x.npy -o o.npy --labels l.npy", "the rows have no labels"),
            ("convert c.bin --dtype float32 -o o.bin --output-format cifar10", "cifar10 holds bytes"),
            ("apply --stats s.json x.npy --components 1 -o o.npy", "--components needs principal components"),
            ("inverse --stats s.json x.npy --labels k.csv -o o.npy", "npy has no place for labels"),
            ("split x.npy -o o --val 0 --test 0 --seed 3", "'--seed' has no effect where all rows go to train"),
            ("split k.csv -o o --val 0 --test 0 --stratify", "'--stratify' has no effect"),
            ("split x.npy -o o --stratify", "--stratify needs labels"),
            ("split x.npy -o o --threshold 0.3", "--threshold is of near-duplicates"),
            ("check --stats s.json --threshold 0.3 x.npy", "'--threshold' is of leaks"),
            ("check --train x.npy --only drift --threshold 0.3 y.npy", "'--threshold' is of leaks"),
            ("check --stats s.json --only drift y.npy --train x.npy", "'--train' is not read"),
            ("check --only drift --leaks l.csv y.npy --train x.npy", "--only drift looks for none"),
            (
                "check --stats p.json --nearest n.json --threshold 0.2 y.npy --train x.npy",
                "'--threshold' judges all parts"
            ),
            (
                "check --train x.npy --clean o.csv y.npy",
                "--clean o.csv: records are written as they stand, which are npy"
            ),
            ("plot spectrum --stats p.json --count 3 -o o.svg", "'--count' has no effect on plot spectrum"),
            ("plot histogram x.npy -x 1 -o o.svg", "'--x-feature' has no effect on plot histogram"),
            ("plot scatter --stats s.json x.npy --feature 1 -o o.svg", "'--feature' has no effect on plot scatter"),
            ("plot drift --stats s.json x.npy --seed 1 -o o.png", "'--seed' has no effect on plot drift"),
            ("init --layers 2,1 --scheme zeros --seed 3 -o o", "'--seed' has no effect with --scheme zeros"),
            ("init --layers 2,1 --connections 3 -o o", "'--connections' is for --scheme sparse"),
            ("export s.json --to python --input-shape flat", "--input-shape is of --to onnx"),
            ("probe --train x.npy --val y.npy --target a", "--target a is a column of a table"),
            ("fit x.npy -o o.json --quiet --progress always", "'--progress' cannot be always with --quiet"),
        ] {
            try check(folder, line, words)
        }
    }

    @Test("choices in help are those that the command takes")
    func choices() throws {
        let folder = try folder()
        try check(folder, "convert x.npy --output-format png", "--output-format takes cifar10, cifar100, csv, tsv, npy")
        #expect(try !folder.nnprep("convert", "x.npy", "--output-format", "png").errors.contains("pictures"))
        try check(
            folder, "apply --stats s.json x.npy --output-format idx", "--output-format takes csv, tsv, npy, npz or raw")
        for line in ["convert x.npy", "inspect x.npy", "moments x.npy -o o", "inverse --stats s.json x.npy"] {
            try check(folder, "\(line) --missing mean", "--missing takes error or skip")
        }
    }

    @Test("a name that says another format is an error that names --output-format")
    func outputNames() throws {
        let folder = try folder()
        for (line, format) in [
            ("inverse --stats s.json x.npy -o back.bin", "npy"), ("convert c.bin -o train.dat", "npy"),
            ("convert c.bin -o train.bin.gz", "npy"), ("apply --stats s.json x.npy -o a/../y.txt", "npy"),
            ("apply --stats s.json t.csv -o y.json", "csv"), ("convert t.csv -o y.dat", "csv"),
        ] {
            try check(
                folder, line, "hint: pass --output-format \(format), or another one, or end the name in .\(format)\n")
        }
        let outcome = try folder.shell(
            """
            nnprep convert x.npy -o plain && nnprep convert x.npy -o plain.gz && nnprep convert t.csv -o t.txt
            nnprep convert t.csv -o t.txt.gz && nnprep convert x.npy -o .hidden && nnprep convert x.npy -o /dev/null
            nnprep convert x.npy -o x.bin --output-format raw && nnprep convert x.npy -o - > /dev/null
            nnprep convert x.npy -o /dev/stdout > a.npy; mkfifo f.bin; nnprep convert x.npy -o f.bin & cat f.bin > b.npy; wait
            nnprep convert x.npy -o >(cat > c.npy); cmp a.npy b.npy; cmp a.npy x.npy || true
            """)
        #expect(outcome.status == 0 && !outcome.errors.contains("error"), "\(outcome.errors)")
        #expect(try Array2D(npy: folder.read("plain")).values == [1, 2, 3, 4, 5, 7])
        #expect(try folder.read("t.txt") == folder.read("t.csv"))
    }

    @Test("a folder or an archive with several splits is not learnt from")
    func severalSplits() throws {
        let folder = try Folder()
        let pictures = fixture("pictures")
        let outcome = try folder.shell(
            """
            mkdir -p p/train p/val; cp -r '\(pictures)/chelsea' p/train/cat; cp -r '\(pictures)/chelsea' p/val/cat
            tar -cf p.tar p; nnprep fit --rows pixels p/train -o ok.json && nnprep inspect --resize 8x8 p > /dev/null
            """)
        #expect(outcome.status == 0)
        #expect(
            outcome.errors.contains("warning: p: the folders 'train' and 'val' look like splits"), "\(outcome.errors)")
        for words in [["fit", "--rows", "pixels"], ["fit", "--resize", "8x8"], ["moments", "--resize", "8x8"]] {
            let folderOutcome = try folder.nnprep(words + ["p", "-o", "o.json"])
            #expect(folderOutcome.status == 1, "\(words)")
            #expect(
                folderOutcome.errors
                    == "nnprep: error: p: holds 'train' and 'val': statistics come from the training split alone\n"
                    + "  hint: name p/train\n")
            let archive = try folder.nnprep(words + ["p.tar", "-o", "o.json"])
            #expect(archive.status == 1 && archive.errors.contains("holds 'p/train' and 'p/val'"), "\(archive.errors)")
        }
        #expect(try !folder.files.contains("o.json"))
    }

    @Test("a header of numbers is told, with the option that overrules it")
    func countingHeader() throws {
        let folder = try Folder()
        try folder.write("t.csv", "0,1,2\n5,2,3\n4,5,6\n")
        let outcome = try folder.nnprep("fit", "t.csv")
        #expect(outcome.status == 0)
        #expect(
            outcome.errors
                == "nnprep: warning: t.csv: the first line counts up (0, 1, 2), so it is taken for a header; --header no "
                + "reads it as values, --header yes says no more\n")
        #expect(try folder.nnprep("apply", "--stats", "stats.json", "t.csv").errors.isEmpty)
        #expect(try folder.nnprep("apply", "--stats", "stats.json", "t.csv").text.hasPrefix("0,1,2\n"))
        let plot = try folder.nnprep("plot", "histogram", "t.csv", "-o", "o.svg")
        #expect(plot.status == 0 && plot.errors.contains("the first line counts up"))
    }
}
