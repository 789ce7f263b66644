import Foundation
import TestSupport
import Testing

/// A world that refuses, breaks off or promises too much: each time one clear error, the old file whole, and no litter.
@Suite struct HostileTests {
    private func folder() throws -> Folder {
        let folder = try Folder()
        try folder.write("ok.csv", "a,b\n1,2\n3,5\n2,2\n")
        try folder.write("kept.json", "precious")
        return folder
    }

    /// A sanitizer's shadow of the memory takes terabytes of addresses, so that no limit is set then.
    private static let limit = "if [ -z \"$NNPREP_SANITIZE\" ]; then ulimit -v 4000000; fi;"

    /// The run failed with this message, and left everything as it was.
    private func expectRefusal(
        _ outcome: Outcome, _ message: String, in folder: Folder, with files: [String] = ["kept.json", "ok.csv"],
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(outcome.errors == "nnprep: error: \(message)\n", sourceLocation: location)
        #expect(outcome.status == 1 && !outcome.signalled, sourceLocation: location)
        #expect(try folder.files == files, sourceLocation: location)
        #expect(try folder.read("kept.json") == Data("precious".utf8), sourceLocation: location)
    }

    @Test func aFolderIsNoOutput() throws {
        let folder = try folder()
        let hint = "is a folder\n  hint: name the files in it"
        try expectRefusal(folder.nnprep("fit", "ok.csv", "-o", "."), ".: \(hint)", in: folder)
        try expectRefusal(
            folder.nnprep("fit", "ok.csv", "-o", "none/"), "none/: cannot write: no such file or directory", in: folder)
    }

    /// Under whatever name: a slip of the keyboard does not cost the rows or the statistics. Moments may grow in place.
    @Test(arguments: [
        ("fit x.csv -o x.csv", "x.csv: is read too, and would be replaced"),
        ("fit x.csv -o link.csv", "link.csv: is read too, as x.csv, and would be replaced"),
        ("moments x.csv -o ./x.csv", "./x.csv: is read too, as x.csv, and would be replaced"),
        ("apply --stats s.json --output-format csv x.csv -o s.json", "s.json: is read too"),
        ("apply --stats s.json x.csv -o x.csv", "x.csv: is read too"),
        ("apply --stats s.json x.csv -o y.npy --labels x.csv", "x.csv: is read too"),
        ("apply --stats s.json x.csv -o y.csv --labels y.csv", "y.csv: is the path of another output as well"),
        ("apply --stats s.json x.csv -o y.csv --labels ./y.csv", "./y.csv: is the path of another output as well"),
        ("inverse --stats s.json --output-format csv x.csv -o s.json", "s.json: is read too"),
        ("convert x.csv -o x.csv", "x.csv: is read too"),
        ("export s.json --to python -o s.json", "s.json: is read too"),
        ("plot histogram --stats s.json x.csv -o plot.svg", "plot.svg: is read too, as x.csv, and would be replaced"),
        ("init --layers 2,1 --stats s.json --data x.csv -o s.json", "s.json: is read too"),
        ("init --layers 2,1 --stats s.json --data x.csv -o w/", "w/layer1.bias.npy: is read too, as x.csv"),
    ])
    func whatIsReadIsNotReplaced(line: String, words: String) throws {
        let folder = try Folder()
        try folder.write("x.csv", "a,b,kind\n1,2,p\n3,5,q\n4,4,q\n")
        try folder.nnprep("fit", "x.csv", "--label-column", "kind", "-o", "s.json")
        try folder.nnprep("moments", "x.csv", "--label-column", "kind", "-o", "m.safetensors")
        let outcome = try folder.shell(
            """
            ln x.csv link.csv; ln -s x.csv plot.svg; mkdir w; ln -s ../x.csv w/layer1.bias.npy
            md5sum *.* > before
            label=; case '\(line)' in fit*|moments*|convert*) label='--label-column kind';; esac
            nnprep \(line) $label; status=$?; md5sum --check --quiet before; ls -A; exit $status
            """)
        #expect(outcome.status == 1 && outcome.errors.hasPrefix("nnprep: error: \(words)"), "\(outcome.errors)")
        #expect(outcome.text == "before\nlink.csv\nm.safetensors\nplot.svg\ns.json\nw\nx.csv\n")
        #expect(try folder.nnprep("moments", "m.safetensors", "x.csv", "-o", "m.safetensors").status == 0)
    }

    /// Finite rows whose results are not: an error that names the row, in every format, and no half file.
    @Test(
        arguments: [
            ("apply --stats small.json far.csv", "far.csv: row 2: the value of 'a' is beyond the range of float32"),
            (
                "inverse --stats wide.json far30.csv",
                "far30.csv: row 1: the value of 'a' is beyond the range of float32"
            ),
            (
                "convert near.csv far300.csv --dtype float32",
                "far300.csv: row 1: the value of 'a' is beyond the range of float32"
            ),
        ], ["csv", "npy", "raw"])
    func whatBecomesInfiniteIsAnError(_ run: (line: String, words: String), format: String) throws {
        let folder = try Folder()
        try folder.write("small.csv", "a,b\n1e-30,1\n2e-30,2\n3e-30,4\n")
        try folder.write("wide.csv", "a,b\n1000,1\n2e38,3\n3,9\n")
        try folder.nnprep("fit", "small.csv", "-o", "small.json")
        try folder.nnprep("fit", "wide.csv", "-o", "wide.json")
        try folder.write("far.csv", "a,b\n1e-30,1\n5e9,2\n")
        try folder.write("far30.csv", "a,b\n1e30,1\n")
        try folder.write("near.csv", "a,b\n1,1\n3,2\n")
        try folder.write("far300.csv", "a,b\n1e300,1\n-1e300,2\n")
        let before = try folder.files
        let outcome = try folder.shell("nnprep \(run.line) --output-format \(format) -o out")
        #expect(
            outcome.status == 1 && outcome.errors.hasPrefix("nnprep: error: \(run.words)"), "\(outcome.errors)")
        #expect(outcome.errors.contains("--dtype float64"))
        #expect(try folder.files == before)
    }

    /// Sums and differences of the largest numbers leave the range of doubles.
    @Test func theLargestNumbersAreDescribedAndNotDrawn() throws {
        let folder = try Folder()
        try folder.write("x.csv", "a,b\n1e308,1\n-1e308,2\n")
        let told = try folder.nnprep("inspect", "x.csv", "--json")
        #expect(told.status == 0 && told.text.contains("\"std\": null"), "\(told.errors)")
        try folder.write("y.csv", "a,b\n1,1\n2,2\n")
        try folder.nnprep("fit", "--scale", "none", "y.csv", "-o", "s.json")
        for words in [["histogram"], ["scatter", "--stats", "s.json"]] {
            let drawn = try folder.nnprep(["plot"] + words + ["x.csv", "-o", "x.png"])
            #expect(
                drawn.status == 1 && drawn.errors.contains("x.csv: 1e308 is too large to be drawn"), "\(drawn.errors)")
        }
    }

    /// Records of label 9, a tab, with a first value of 123, a brace; and a table of such a name.
    @Test func whatBeginsLikeJSONIsLookedAt() throws {
        let folder = try Folder()
        try folder.write("truck.bin", Data([9, 123]) + Data((0..<3071).map { UInt8($0 % 251) }))
        try folder.write("brace.csv", "{a},b\n1,2\n3,4\n")
        #expect(try folder.nnprep("inspect", "truck.bin").text.contains("cifar10"))
        #expect(try folder.nnprep("inspect", "brace.csv").text.contains("csv"))
        try folder.write("broken.json", "{ \"format\": 3")
        #expect(try folder.nnprep("inspect", "broken.json").errors.contains("is not a statistics file"))
    }

    /// As another user where the tests run as root, whom permissions do not stop.
    @Test func permissionsAreErrors() throws {
        let folder = try folder()
        try folder.write("locked.csv", "a\n1\n")
        // Copied by a process of its own: what another test starts meanwhile must not inherit a program open for writing.
        #expect(try folder.shell("cp '\(nnprepBinary)' copy").status == 0)
        let files = ["copy", "kept.json", "locked.csv", "ok.csv"]
        func run(_ words: String) throws -> Outcome {
            try folder.shell(
                """
                chmod 000 locked.csv; chmod 444 kept.json; chmod 555 .
                as=; [ "$(id -u)" != 0 ] || as="setpriv --reuid=65534 --regid=65534 --clear-groups"
                $as ./copy \(words); status=$?; chmod 755 .; exit $status
                """)
        }
        try expectRefusal(
            run("fit locked.csv -o -"), "locked.csv: cannot open: permission denied", in: folder, with: files)
        try expectRefusal(
            run("fit ok.csv -o kept.json"), "kept.json: cannot write: permission denied", in: folder, with: files)
        try expectRefusal(
            run("fit ok.csv -o new.json"), "new.json: cannot write: permission denied", in: folder, with: files)
    }

    /// The memory of a process cannot be read where nothing is mapped: what a bad disk does.
    @Test func aReadErrorIsAnError() throws {
        let folder = try folder()
        try expectRefusal(
            folder.nnprep("fit", "/proc/self/mem", "-o", "kept.json"),
            "/proc/self/mem: cannot read: input/output error", in: folder)
    }

    /// The system's signal for it, which the tests may have been started without, must not end the program.
    @Test func aLimitOnTheSizeOfFilesIsAnError() throws {
        let folder = try folder()
        let limited = try folder.shell(
            """
            ulimit -f 1; input='\(fixture("patches-val.bin"))'
            env --default-signal=XFSZ '\(nnprepBinary)' convert --quiet "$input" -o kept.json --output-format npy
            """)
        try expectRefusal(limited, "kept.json: cannot write: file too large", in: folder)
    }

    /// A file system of 64 KiB.
    @Test(.enabled("no file system may be mounted") { succeeds("unshare -m mount -t tmpfs tmpfs /mnt") })
    func aDiskThatFillsUpKeepsTheOldFile() throws {
        let folder = try folder()
        let outcome = try folder.shell(
            """
            mkdir disk
            export nnprep='\(nnprepBinary)' input='\(fixture("patches-val.bin"))'
            unshare -m bash -c 'mount -t tmpfs -o size=64k tmpfs disk; echo precious > disk/kept.npy
            "$nnprep" convert --quiet "$input" -o disk/kept.npy; status=$?; ls -A disk; cat disk/kept.npy; exit $status'
            status=$?; rmdir disk; exit $status
            """)
        #expect(outcome.text == "kept.npy\nprecious\n")
        try expectRefusal(outcome, "disk/kept.npy: cannot write: no space left on device", in: folder)
    }

    @Test func namedPipesAreReadAndWritten() throws {
        let folder = try folder()
        let outcome = try folder.shell(
            """
            mkfifo in out; cat ok.csv > in & cat out & nnprep convert in -o out --input-format csv --output-format csv
            status=$?; wait; [ -p out ] && exit $status
            """)
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.text == "a,b\n1,2\n3,5\n2,2\n")
        #expect(try folder.files == ["in", "kept.json", "ok.csv", "out"])
    }

    private static func header(_ shape: String) -> [UInt8] { [UInt8](npy("|u1", shape: shape, [])) }

    /// A header that promises terabytes, over a few bytes, in a file and from a pipe.
    @Test(arguments: [
        [0, 0, 8, 3, 0, 255, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255],
        [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 255, 255],
        header("1, 1000000000000"), header("0, 1000000000000"), header("1000000000000, 10"),
        header("9223372036854775807, 10"),
    ])
    func terabytesThatAreNotThereAreNotAllocated(header: [UInt8]) throws {
        let folder = try folder()
        try folder.write("in", Data(header + [1, 2, 3, 4]))
        // Far less memory than the header would need.
        for line in ["nnprep fit in -o kept.json", "cat in | nnprep fit - -o kept.json"] {
            let outcome = try folder.shell("\(Self.limit) \(line)")
            #expect(
                outcome.errors.contains("bytes of values, but ") || outcome.errors.contains(": rows of "),
                "\(outcome.errors)")
            #expect(outcome.status == 1 && !outcome.signalled)
            #expect(try folder.files == ["in", "kept.json", "ok.csv"])
            #expect(try folder.read("kept.json") == Data("precious".utf8))
        }
    }

    @Test(
        "a picture without end is refused in bounded memory",
        arguments: [
            (#"printf '\211PNG\r\n\032\n'"#, "is a broken PNG file"),
            (#"printf '\377\330\377'"#, "is a broken JPEG file"),
            ("cat one.png", "which its pixels do not need"),
        ])
    func endlessPictures(start: String, words: String) throws {
        let folder = try folder()
        try folder.write(
            "one.png", Data(contentsOf: URL(fileURLWithPath: fixture("../Tests/Fuzz/seeds/png/png-2-8.png"))))
        // The writer ends by the closed pipe, which is no failure of ours.
        let outcome = try folder.shell(
            "set +o pipefail; \(Self.limit) (\(start); cat /dev/zero) 2> writer | nnprep inspect -")
        #expect(outcome.status == 1 && outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test("pictures are not made larger than those that are read")
    func sizesAreBounded() throws {
        let folder = try folder()
        try folder.write(
            "one.png", Data(contentsOf: URL(fileURLWithPath: fixture("../Tests/Fuzz/seeds/png/png-2-8.png"))))
        for size in ["--resize 65536x65536", "--resize 65536", "--resize 9 --crop 65536x65536"] {
            let outcome = try folder.shell("\(Self.limit) nnprep convert \(size) one.png -o x.npy")
            #expect(
                outcome.status == 1 && outcome.errors.contains("and more than 178956970 are refused"),
                "\(outcome.errors)")
        }
    }

    @Test func manyFilesNeedFewDescriptors() throws {
        let folder = try folder()
        let outcome = try folder.shell(
            """
            for i in $(seq 2000); do echo "$i" > $i.one; done
            ulimit -n 32; nnprep fit --quiet --input-format csv --header no *.one -o - | tr -d ' \\n'; rm *.one
            """)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.text.contains("\"samples\":2000,") && outcome.text.contains("\"mean\":[1000.5]"))
    }

    @Test func twoHundredThousandColumns() throws {
        let folder = try folder()
        let columns = 200_000
        let rows = (0..<4).map { row in (0..<columns).map { "\($0 % 7 * row)" }.joined(separator: ",") }
        try folder.write("wide.csv", rows.joined(separator: "\n"))
        try #require(folder.nnprep("fit", "--quiet", "wide.csv", "-o", "wide.json").status == 0)
        try #require(folder.nnprep("apply", "--stats", "wide.json", "wide.csv", "-o", "wide.npy").status == 0)
        #expect(try Array2D(npy: folder.read("wide.npy")).shape == [4, columns])
        // Their products would take 320 GB: the few rows themselves do as well.
        let components = try folder.shell("\(Self.limit) nnprep fit --quiet --pca 2 wide.csv -o components.json")
        #expect(components.status == 0 && components.errors.isEmpty, "\(components.errors)")
    }

    /// Whatever the command is doing: it waits in the middle of its input.
    @Test(arguments: ["fit in -o kept.json", "split in -o ."], [SIGINT, SIGHUP, SIGQUIT])
    func anInterruptedCommandLeavesNothing(words: String, signal: Int32) throws {
        let folder = try folder()
        let outcome = try folder.shell(
            """
            mkfifo in; (head -c 30730 '\(fixture("patches-val.bin"))'; exec sleep 5) > in & writer=$!
            '\(nnprepBinary)' \(words) --input-format cifar10 & pid=$!
            for _ in $(seq 100); do ls -A | grep -q tmp && break; sleep 0.05; done
            ls -A | grep -q tmp && echo waiting; kill -\(signal) $pid; wait $pid; echo $?; kill $writer
            """)
        #expect(outcome.text == "waiting\n\(128 + signal)\n")
        #expect(try folder.files == ["in", "kept.json", "ok.csv"])
        #expect(try folder.read("kept.json") == Data("precious".utf8))
    }
}
