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
        ("plot samples", 2, "plot samples needs a file of rows"),
        ("plot spectrum --stats white.json x.bin", 2, "plot spectrum takes no data"),
        ("plot white x.bin", 2, "plot white needs --stats FILE"),
        ("plot spectrum --stats iris.json -o a.svg", 1, "iris.json: has no principal components to draw"),
        ("plot components --stats white.json -o a.jpg", 1, "a.jpg: pictures are written as png or svg"),
        ("plot components --stats white.json -o a.svg", 1, "a.svg: plot components makes a PNG"),
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
}
