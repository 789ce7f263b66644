import Foundation
import TestSupport
import Testing

/// Wrong command lines, files and data, as a new user would try them: a message that tells what and where, the right
/// exit code, nothing on standard output, and no file left or harmed.
@Suite struct ErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var words: [String]
        var status: Int32
        var errors: String

        init(_ line: String, _ status: Int32, _ errors: String) {
            words = line.split(separator: " ").map(String.init)
            self.status = status
            self.errors = errors
        }

        var testDescription: String { words.joined(separator: " ") }
    }

    static let usage: [Case] = [
        Case("fti a.bin", 2, "unknown command 'fti'; did you mean 'fit'?\n  hint: see 'nnprep --help'"),
        Case("fit", 1, "standard input: is empty"),
        Case(
            "fit --whitten pca a", 2,
            "unknown option '--whitten'; did you mean '--whiten'?\n  hint: see 'nnprep fit --help'"),
        Case(
            "fit --center chanel a", 2,
            "--center takes none, global, channel or feature; did you mean 'channel'?\n  hint: see 'nnprep fit --help'"),
        Case(
            "fit --pca 0 a", 2,
            "the value '0' is invalid for '--pca K|F|all': expected a number of components, a fraction between 0 and 1, or "
                + "all\n  hint: see 'nnprep fit --help'"),
        Case("fit --pca", 2, "missing value for '--pca K|F|all'\n  hint: see 'nnprep fit --help'"),
        Case("fit --ddof 0 --ddof 1 a", 2, "'--ddof' is given more than once\n  hint: see 'nnprep fit --help'"),
        Case(
            "fit --pca 3 --center none a", 2,
            "PCA needs every feature centered by its own mean, so --center none cannot be given with it\n"
                + "  hint: see 'nnprep fit --help'"),
        Case(
            "fit --whiten zca --center global a", 2,
            "whitening needs every feature centered by its own mean, so --center global cannot be given with it\n"
                + "  hint: see 'nnprep fit --help'"),
        Case(
            "fit --scale minmax --center feature a", 2,
            "--scale minmax defines its own shift, so --center feature cannot be given with it\n"
                + "  hint: see 'nnprep fit --help'"),
        Case("fit --epsilon 0.1 a", 2, "--epsilon needs --whiten pca or --whiten zca\n  hint: see 'nnprep fit --help'"),
        Case("fit --range 0,1 a", 2, "--range needs --scale minmax\n  hint: see 'nnprep fit --help'"),
        Case("apply a.bin", 2, "missing option '--stats FILE'\n  hint: see 'nnprep apply --help'"),
    ]

    @Test(arguments: usage)
    func usageErrors(wrong: Case) throws {
        let folder = try Folder()
        let outcome = try folder.nnprep(wrong.words)
        #expect(outcome.errors == "nnprep: error: \(wrong.errors)\n")
        #expect(outcome.status == wrong.status && !outcome.signalled)
        #expect(outcome.output.isEmpty)
        #expect(try folder.files.isEmpty)
    }

    /// Files of every kind of fault, by the names that the cases use.
    private func faultyFolder() throws -> Folder {
        let folder = try Folder()
        let image = Data(contentsOf: fixture("patches-val.bin"))
        try folder.write("two.bin", image.prefix(2 * 3073))
        try folder.write("cut.bin", image.prefix(2 * 3073 - 1))
        try folder.write("empty.bin", "")
        try folder.write("empty.csv", "")
        try folder.write("header.csv", "a,b\n")
        try folder.write("words.csv", "a,b\n1,2\n3,x\n")
        try folder.write("ragged.csv", "a,b\n1,2\n3\n")
        try folder.write("gap.csv", "a,b\n1,2\n3,\n")
        try folder.write("ok.csv", "a,b\n1,2\n3,5\n2,2\n")
        try folder.write("other.csv", "a,c\n1,2\n")
        try folder.write("wide.csv", "a,b,c\n1,2,3\n")
        try folder.write("noise.dat", Data([0, 1, 2, 3, 255]))
        try folder.write("text.json", "hello\n")
        try folder.write("other.json", "{\"a\": 1}\n")
        try folder.nnprep("fit", "ok.csv", "-o", "ok.json")
        let ok = String(decoding: try folder.read("ok.json"), as: UTF8.self)
        try folder.write("newer.json", ok.replacingOccurrences(of: "\"version\": 1,", with: "\"version\": 9,"))
        try folder.write("short.json", ok.replacingOccurrences(of: "\"subtract\": [2, 3]", with: "\"subtract\": [2]"))
        try folder.write("keyless.json", ok.replacingOccurrences(of: "\"ddof\": 0,", with: ""))
        try folder.write("half.json", Data(ok.utf8.prefix(ok.utf8.count / 2)))
        try folder.write("kept.json", "precious")
        return folder
    }

    static let data: [Case] = [
        Case("fit nothing.bin -o kept.json", 1, "nothing.bin: cannot open: no such file or directory"),
        Case(
            "fit . -o kept.json", 1,
            ".: holds no pictures, only files such as 'cut.bin'\n"
                + "  hint: pictures end in .jpg, .jpeg or .png; other files are named one by one"),
        Case(
            "fit cut.bin -o kept.json", 1,
            "cut.bin: 6145 bytes are not whole records of cifar10 (3073 bytes) or cifar100 (3074 bytes)\n"
                + "  hint: is the file whole? If it has another format, name it with --input-format"),
        Case(
            "fit cut.bin --input-format cifar10 -o kept.json", 1,
            "cut.bin: byte 3073: a record of 3073 bytes begins here, but only 3072 are left\n"
                + "  hint: the file ends in the middle of a record; copy or download it again"),
        Case("fit empty.bin -o kept.json", 1, "empty.bin: is empty"),
        Case("fit empty.csv -o kept.json", 1, "empty.csv: is empty"),
        Case("fit header.csv -o kept.json", 1, "header.csv: there are no rows to fit on"),
        Case(
            "fit words.csv -o kept.json", 1,
            "words.csv: line 3, column 2 ('b'): 'x' is not a number\n"
                + "  hint: if this column is a label, pass --label-column b; --drop leaves it out"),
        Case("fit ragged.csv -o kept.json", 1, "ragged.csv: line 3: 1 field where 2 were expected"),
        Case(
            "fit gap.csv -o kept.json", 1,
            "gap.csv: line 3, column 2 ('b'): the value is missing\n"
                + "  hint: leave such rows out with --missing skip, or fill in the training mean with --missing mean"),
        Case(
            "fit --pca 3 ok.csv -o kept.json", 1,
            "ok.csv: 3 components were asked for, but 3 rows of 2 features have at most 2 (the smaller of rows - 1 and "
                + "features)\n  hint: use --pca 2 or --pca all"),
        Case(
            "fit --center channel ok.csv -o kept.json", 1,
            "ok.csv: --center channel needs rows of channels x height x width; these are of shape 2\n"
                + "  hint: use global or feature"),
        Case(
            "fit ok.csv two.bin -o kept.json", 1, "two.bin: has 3072 features where ok.csv has 2"),
        Case("fit ok.csv -o no/where.json", 1, "no/where.json: cannot write: no such file or directory"),
        Case(
            "apply --stats nothing.json ok.csv -o kept.json", 1, "nothing.json: cannot open: no such file or directory"),
        Case(
            "apply --stats text.json ok.csv -o kept.json", 1,
            "text.json: is not a statistics file: line 1, column 1 (byte 0): expected a value, found 'hello'\n"
                + "  hint: nnprep fit writes statistics files"),
        Case(
            "apply --stats other.json ok.csv -o kept.json", 1,
            "other.json: is JSON, but not a statistics file of nnprep\n  hint: nnprep fit writes statistics files"),
        Case(
            "apply --stats newer.json ok.csv -o kept.json", 1,
            "newer.json: has version 9 of the statistics format; this program reads version 1\n  hint: update nnprep"),
        Case(
            "apply --stats short.json ok.csv -o kept.json", 1,
            "short.json: is not a statistics file: transform.subtract: expected 2 values, found 1\n"
                + "  hint: nnprep fit writes statistics files"),
        Case(
            "apply --stats keyless.json ok.csv -o kept.json", 1,
            "keyless.json: is not a statistics file: recipe.ddof: this key is missing\n"
                + "  hint: nnprep fit writes statistics files"),
        Case(
            "apply --stats ok.json other.csv -o kept.json", 1,
            "other.csv: column 'b' missing\n  hint: the columns must have the names that the statistics were fitted on"),
        Case(
            "apply --stats ok.json wide.csv -o kept.json", 1,
            "wide.csv: column 'c' unknown to the statistics\n  hint: if it is a label, pass --label-column c; --drop leaves it out"
        ),
        Case("apply --stats ok.json two.bin -o kept.json", 1, "two.bin: has 3072 features where ok.json has 2"),
        Case(
            "apply --stats ok.json --components 1 ok.csv -o kept.json", 2,
            "ok.json: --components needs principal components, and none were fitted"),
        Case(
            "convert ok.csv -o kept.bin --output-format cifar10", 1,
            "kept.bin: cifar10 rows are 3 x 32 x 32, these are 2"),
    ]

    @Test func dataErrors() throws {
        let folder = try faultyFolder()
        let before = try folder.files
        for wrong in Self.data {
            let outcome = try folder.nnprep(wrong.words)
            #expect(outcome.errors == "nnprep: error: \(wrong.errors)\n", "\(wrong.testDescription)")
            #expect(outcome.status == wrong.status && !outcome.signalled, "\(wrong.testDescription)")
            #expect(outcome.output.isEmpty, "\(wrong.testDescription)")
            #expect(try folder.files == before, "\(wrong.testDescription)")
            #expect(try folder.read("kept.json") == Data("precious".utf8), "\(wrong.testDescription)")
        }
    }

    @Test func aStatisticsFileCutAnywhereIsRefused() throws {
        let folder = try faultyFolder()
        let whole = try folder.read("ok.json")
        for count in stride(from: 0, to: whole.count - 2, by: 41) {
            try folder.write("cut.json", whole.prefix(count))
            let outcome = try folder.nnprep("apply", "--stats", "cut.json", "ok.csv")
            #expect(outcome.status == 1 && !outcome.signalled && outcome.errors.hasPrefix("nnprep: error: cut.json: "))
        }
    }

    /// `/dev/full` takes nothing: what a full disk does.
    @Test func aFullDiskIsAnError() throws {
        let folder = try faultyFolder()
        for words in [
            ["fit", "ok.csv", "-o", "/dev/full"], ["apply", "--stats", "ok.json", "ok.csv", "-o", "/dev/full"],
        ] {
            let outcome = try folder.nnprep(words)
            #expect(outcome.errors == "nnprep: error: /dev/full: cannot write: no space left on device\n")
            #expect(outcome.status == 1)
        }
        let outcome = try folder.shell("nnprep apply --stats ok.json ok.csv > /dev/full")
        #expect(outcome.errors == "nnprep: error: standard output: cannot write: no space left on device\n")
        #expect(outcome.status == 1)
        // A limit on the size of files stands for a disk that fills up while a file is written.
        let limited = try folder.shell("ulimit -f 1; nnprep convert two.bin -o big.csv")
        #expect(limited.status == 1 && !limited.signalled)
        #expect(try !folder.files.contains { $0.contains("big.csv") })
    }

    @Test func aClosedPipeEndsQuietly() throws {
        let folder = try Folder()
        let outcome = try folder.shell(
            "nnprep convert '\(fixture("patches-val.bin"))' --output-format csv | head -n 1 | cut -c 1-8")
        #expect(outcome.text == "label,x1\n")
        #expect(outcome.errors.isEmpty)
        #expect(outcome.status == 0)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aKilledRunLeavesNothing(signal: Int32) throws {
        let folder = try Folder()
        try folder.write("kept.csv", "precious")
        // The writer of the pipe keeps it open, so that the program waits in the middle of its work.
        let outcome = try folder.shell(
            """
            mkfifo in; (head -c 30730 '\(fixture("patches-val.bin"))'; sleep 5) > in &
            '\(nnprepBinary)' convert --input-format cifar10 in -o kept.csv & pid=$!
            for _ in $(seq 100); do ls -A | grep -q tmp && break; sleep 0.05; done
            ls -A | grep -c tmp; kill -\(signal) $pid; wait $pid; echo $?; pkill -P $$ sleep
            """)
        #expect(outcome.text == "1\n\(128 + signal)\n")
        #expect(try folder.files == ["in", "kept.csv"])
        #expect(try folder.read("kept.csv") == Data("precious".utf8))
    }
}

extension Data {
    fileprivate init(contentsOf path: String) { self = FileManager.default.contents(atPath: path)! }
}
