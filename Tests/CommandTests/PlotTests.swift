import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// `nnprep plot`, every kind and file, on the fixtures; `PlotContentTests` looks at what is in them.
@Suite struct PlotTests {
    private func prepared() throws -> Folder {
        let folder = try Folder()
        try folder.nnprep("fit", "--pca", "20", "--whiten", "pca", fixture("small-train.npy"), "-o", "white.json")
        try folder.nnprep("fit", "--label-column", "species", fixture("iris-train.csv"), "-o", "iris.json")
        return folder
    }

    /// Width and height, from the header of a PNG file.
    private func size(_ data: Data) throws -> (width: Int, height: Int) {
        try #require(data.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(data[at + $1]) } }
        return (number(16), number(20))
    }

    @Test func everyKindDraws() throws {
        let folder = try prepared()
        let val = fixture("small-val.npy")
        let iris = fixture("iris-val.csv")
        let pictures: [(name: String, words: [String])] = [
            ("samples.png", ["samples", val]),
            ("components.png", ["components", "--stats", "white.json"]),
            ("reconstruction.png", ["reconstruction", "--stats", "white.json", val]),
            ("white.png", ["white", "--stats", "white.json", val]),
            ("figure.png", ["figure", "--stats", "white.json", val]),
            ("drift.png", ["drift", "--stats", "white.json", val]),
            ("figure.svg", ["figure", "--stats", "white.json", val]),
            ("spectrum.svg", ["spectrum", "--stats", "white.json"]),
            ("spectrum.png", ["spectrum", "--stats", "white.json"]),
            ("scatter.svg", ["scatter", "--stats", "iris.json", iris, "-x", "petal_length", "-y", "4"]),
            ("histogram.svg", ["histogram", val]),
            ("after.svg", ["histogram", iris, "--stats", "iris.json", "--feature", "petal_width"]),
        ]
        for picture in pictures {
            let outcome = try folder.nnprep(["plot"] + picture.words + ["-o", picture.name])
            try #require(outcome.status == 0, "\(picture.name): \(outcome.errors)")
            #expect(outcome.errors.isEmpty)
            let data = try folder.read(picture.name)
            if picture.name.hasSuffix(".png") {
                let (width, height) = try size(data)
                #expect((200...4000).contains(width) && (200...4000).contains(height), "\(picture.name)")
            } else {
                #expect(XMLParser(data: data).parse(), "\(picture.name)")
            }
        }
        let scatter = String(decoding: try folder.read("scatter.svg"), as: UTF8.self)
        for word in ["petal_length", "petal_width", "setosa", "original", "zero-centered", "normalized"] {
            #expect(scatter.contains(word))
        }
        let figure = String(decoding: try folder.read("figure.svg"), as: UTF8.self)
        for word in ["original images", "eigenvectors", "reduced images", "whitened images"] {
            #expect(figure.contains(word))
        }
    }

    @Test(arguments: [
        ("plot spectrum --stats white.json x.bin", 2, "plot spectrum takes no data"),
        ("plot white x.bin", 2, "plot white needs --stats FILE"),
        ("plot spectrum --stats iris.json -o a.svg", 1, "iris.json: has no principal components to draw"),
        ("plot components --stats white.json -o a.jpg", 1, "a.jpg: pictures are written as png or svg"),
        ("plot components --stats white.json -o a.svg", 1, "a.svg: plot components makes a PNG"),
        (
            "plot white --stats white.json --stats iris.json x.bin", 2,
            "--stats is given more than once: only plot spectrum compares files"
        ),
        ("plot spectrum --stats - --stats -", 2, "--stats: standard input can be read only once"),
        ("plot spectrum --stats white.json --open", 2, "--open needs -o FILE"),
        ("plot drift --stats two.json two.csv -o a.png", 1, "two.csv: its rows are not images"),
        ("plot samples two.csv -o a.png", 1, "two.csv: rows of shape 2 are not images"),
        ("plot scatter --stats two.json two.csv -x z -o a.svg", 1, "two.csv: has no feature 'z'"),
    ])
    func refusals(line: String, status: Int32, message: String) throws {
        let folder = try prepared()
        try folder.write("two.csv", "a,b\n1,2\n3,5\n")
        try folder.nnprep("fit", "two.csv", "-o", "two.json")
        let outcome = try folder.nnprep(line.split(separator: " ").map(String.init))
        #expect(outcome.status == status)
        #expect(outcome.errors.hasPrefix("nnprep: error: \(message)\n"), "\(outcome.errors)")
        #expect(try !folder.files.contains { $0.hasPrefix("a.") || $0.hasPrefix(".a") })
    }

    /// A panel is named after what it shows.
    @Test(arguments: [
        ("", ["original", "zero-centered", "normalized"]),
        ("--divide-by 10", ["original", "zero-centered (of x / 10)", "normalized"]),
        ("--center none", ["original", "over the deviation"]),
        ("--center global", ["original", "less the mean of all values", "over the deviation, one for all"]),
        ("--scale none", ["original", "zero-centered"]),
        ("--center none --scale none", ["original"]),
        ("--scale maxabs", ["original", "zero-centered", "over the largest magnitude"]),
        ("--scale minmax", ["original", "less the middle of the range", "mapped to -1…1"]),
        ("--scale minmax --range 0,1", ["original", "less the minimum", "mapped to 0…1"]),
        ("--scale minmax --range 2,3", ["original", "shifted", "mapped to 2…3"]),
        ("--per-sample standardize --center none --scale none", ["original", "each row standardized"]),
        ("--pca 2", ["original", "decorrelated", "whitened"]),
    ])
    func scatterPanelsAreNamedAfterWhatTheyShow(options: String, titles: [String]) throws {
        let folder = try Folder()
        let words = options.split(separator: " ").map(String.init)
        try folder.nnprep(["fit", "--label-column", "species", fixture("iris-train.csv"), "-o", "s.json"] + words)
        let outcome = try folder.nnprep("plot", "scatter", "--stats", "s.json", fixture("iris-val.csv"), "-o", "a.svg")
        try #require(outcome.status == 0, "\(outcome.errors)")
        let svg = String(decoding: try folder.read("a.svg"), as: UTF8.self)
        #expect(svg.matches(of: /font-size="15"[^>]*>([^<]+)</).map { String($0.output.1) } == titles)
    }

    @Test func spectraAreCompared() throws {
        let folder = try prepared()
        try folder.nnprep("fit", "--pca", "5", fixture("small-train.npy"), "-o", "five.json")
        let words = ["plot", "spectrum", "--stats", "white.json", "--stats", "five.json", "-o", "both.svg"]
        let outcome = try folder.nnprep(words)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let svg = String(decoding: try folder.read("both.svg"), as: UTF8.self)
        #expect(svg.contains("white.json: 90 %") && svg.contains("five.json: 90 %: more than 5"))
    }

    /// The opener of this desktop is a script that keeps what it is told to open. The shell writes it: a file that this
    /// process has open for writing may still be open in a child that another test forks, and cannot be run then (ETXTBSY).
    @Test func openShowsThePicture() throws {
        let folder = try prepared()
        let script = #"#!/bin/sh\nprintf %%s "$1" > opened\nexit $STATUS\n"#
        _ = try folder.shell("printf '\(script)' > xdg-open; chmod +x xdg-open")
        let plot = "nnprep plot components --stats white.json --open --output="
        let opened = try folder.shell("export PATH=$PWD:$PATH DISPLAY=:1 STATUS=0; \(plot)-c.png")
        #expect(opened.status == 0 && opened.errors.isEmpty, "\(opened.errors)")
        #expect(String(decoding: try folder.read("opened"), as: UTF8.self) == "./-c.png")
        let failed = try folder.shell("export PATH=$PWD:$PATH DISPLAY=:1 STATUS=3; \(plot)c.png")
        #expect(failed.status == 0 && failed.errors == "nnprep: warning: xdg-open found no program for c.png\n")
        let nowhere = try folder.shell("unset DISPLAY WAYLAND_DISPLAY; \(plot)d.png")
        #expect(nowhere.status == 0 && nowhere.errors == "nnprep: warning: there is no desktop here to open d.png on\n")
        #expect(try folder.files.contains("d.png"))
    }

    /// A picture or an error, never a trap.
    @Test(arguments: ["1.7e308", "1e300", "9e299", "1e154", "1e-320", "0"])
    func extremeValuesAreDrawnOrRefused(value: String) throws {
        let folder = try prepared()
        let number = try #require(Double(value))
        try folder.write("plain.csv", "a,b\n1,2\n3,5\n2,2\n")
        try folder.write("far.csv", "a,b\n\(value),2\n\(-number),5\n1,\(value)\n")
        try folder.write("alike.csv", "a,b\n\(value),\(value)\n\(value),\(value)\n")
        let image: [Double] = Array(repeating: [number, -number, 1], count: 4).flatMap(\.self)
        try folder.write("far.raw", unsafe image.withUnsafeBytes { unsafe Data($0) })
        for (name, words) in [("plain", ""), ("far", ""), ("far", "--pca all"), ("far", "--scale minmax")] {
            try folder.nnprep(["fit", "\(name).csv", "-o", "s.json"] + words.split(separator: " ").map(String.init))
            for data in ["far.csv", "alike.csv"] {
                for line in [
                    "scatter \(data) --stats s.json", "histogram \(data)", "histogram \(data) --stats s.json",
                    "spectrum --stats s.json",
                ] {
                    let outcome = try folder.nnprep(
                        ["plot"] + line.split(separator: " ").map(String.init) + [
                            "-o", name == "far" && words.isEmpty ? "a.png" : "a.svg",
                        ])
                    #expect(!outcome.signalled && outcome.status <= 1, "\(line): \(outcome.status) \(outcome.errors)")
                }
            }
            guard words.isEmpty else { continue }
            let raw = ["--input-format", "raw", "--shape", "1x2x2", "--dtype-in", "float64"]
            for kind in ["samples", "histogram"] {
                let outcome = try folder.nnprep(["plot", kind, "far.raw", "-o", "b.png"] + raw)
                #expect(!outcome.signalled && outcome.status <= 1, "\(kind): \(outcome.errors)")
            }
        }
    }
}
