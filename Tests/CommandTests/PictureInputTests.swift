import Foundation
import TestSupport
import Testing

/// Folders and archives of pictures through the commands; that the pixels are right is tried elsewhere.
@Suite struct PictureInputTests {
    private let pictures = fixture("pictures")

    private struct Reference: Decodable {
        let mean: [Double]
        let std: [Double]
        let pixels: Int
    }

    private let reference = try! JSONDecoder().decode(
        Reference.self, from: Data(contentsOf: URL(fileURLWithPath: fixture("reference/pictures.json"))))

    /// The question that people ask most.
    @Test func pixelsGiveTheLineForNormalize() throws {
        let folder = try Folder()
        let outcome = try folder.shell(
            """
            nnprep fit --rows pixels --divide-by 255 --skip-broken '\(pictures)' -o - | nnprep export - --to torchvision
            """)
        #expect(outcome.status == 0)
        let numbers = outcome.text.split(separator: "(").last!.split { !"0123456789.e-".contains($0) }.compactMap {
            Double($0)
        }
        let expected = (reference.mean + reference.std).map { $0 / 255 }
        #expect(numbers.count == 6 && zip(numbers, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(outcome.text)")
        #expect(
            outcome.errors.contains("broken.jpg: is a broken JPEG file: the file ends in the middle of the picture")
                && outcome.errors.contains("1 broken picture left out"))
    }

    @Test func statisticsKeepTheClassesAndTheSize() throws {
        let folder = try Folder()
        let outcome = try folder.shell(
            """
            cp -r '\(pictures)' photos; rm photos/coffee/broken.jpg
            nnprep fit --resize 40 --crop 32 photos
            nnprep apply --stats stats.json photos -o all.npy --labels labels.npy
            mkdir val; cp -r photos/coffee val; nnprep apply --stats stats.json val -o val.npy --labels val-labels.npy
            nnprep apply --stats stats.json photos/coffee/cup.png -o cup.npy
            tar -C photos -cf photos.tar astronaut chelsea coffee
            nnprep apply --stats stats.json photos.tar -o tar.npy --labels tar-labels.npy
            cat photos.tar | nnprep apply --stats stats.json > piped.npy
            nnprep convert --resize 40 --crop 32 photos -o photos.bin --output-format cifar10
            """)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(try Array2D(npy: folder.read("labels.npy")).values == [0, 0, 0, 1, 1, 1, 2, 2])
        #expect(try Array2D(npy: folder.read("val-labels.npy")).values == [2, 2])
        let all = try Array2D(npy: folder.read("all.npy"))
        #expect(all.shape == [8, 3072])
        let val = try Array2D(npy: folder.read("val.npy"))
        #expect(val.row(0) == all.row(6)[...] || Array(val.row(0)) == Array(all.row(6)))
        #expect(Array(try Array2D(npy: folder.read("cup.npy")).row(0)) == Array(all.row(6)))
        #expect(try folder.read("tar.npy") == folder.read("piped.npy"))
        #expect(try Array2D(npy: folder.read("tar-labels.npy")).values.sorted() == [0, 0, 0, 1, 1, 1, 2, 2])
        #expect(try folder.read("photos.bin").count == 8 * 3073)
        let text = try folder.nnprep("inspect", "photos.bin").text
        #expect(text.contains("3 labels: 0 (3), 1 (3), 2 (2)"))
        let inspected = try folder.nnprep("inspect", "photos", "--resize", "8x8").text
        #expect(inspected.contains("3 labels: 0 astronaut (3), 1 chelsea (3), 2 coffee (2)"), "\(inspected)")
    }

    @Test func refusals() throws {
        let folder = try Folder()
        let sizes = try folder.nnprep("fit", pictures)
        #expect(sizes.status == 1)
        #expect(sizes.errors.contains("patch.jpg: is 90 x 60 pixels, and ") && sizes.errors.contains("--resize WxH"))
        let broken = try folder.nnprep("fit", "--resize", "8x8", pictures)
        #expect(
            broken.errors.contains("coffee/broken.jpg: is a broken JPEG file")
                && broken.errors.contains("--skip-broken"))
        #expect(try folder.files.isEmpty)
        let other = try folder.shell(
            """
            nnprep fit --resize 8x8 --skip-broken --quiet '\(pictures)'
            nnprep apply --stats stats.json --resize 4x4 '\(pictures)' -o x.npy; nnprep split '\(pictures)' -o parts
            nnprep convert --resize 8x8 --skip-broken --quiet '\(pictures)' -o x.png; ls
            """)
        #expect(other.text == "stats.json\n")
        #expect(other.errors.contains("is read with other options than the pictures of stats.json"))
        #expect(other.errors.contains("pictures are no records that can be copied"))
        #expect(other.errors.contains("x.png: pictures are read, and not written"))
        for bad in ["0", "4x4x4", "x", "-3"] {
            #expect(try folder.nnprep("fit", "--resize=\(bad)", pictures).status == 2, "\(bad)")
        }
    }

    /// Folders and pictures whose names are not UTF-8 are named, not passed over.
    @Test func namesThatAreNotText() throws {
        let folder = try Folder()
        let outcome = try folder.shell(
            """
            mkdir -p a/one b/one b/$'two\\xff'; cp '\(pictures)/coffee/cup.png' a/one/$'cup\\xfe.png'
            cp '\(pictures)/coffee/cup.png' b/one; cp '\(pictures)/coffee/cup.png' b/$'two\\xff'
            for path in a b $'b/two\\xff'; do nnprep fit --resize 8x8 $path; done; ls
            """)
        #expect(outcome.text == "a\nb\n")
        let lines = outcome.errors.split(separator: "\n").filter {
            $0.contains("cannot open") || $0.contains("not UTF-8")
        }
        #expect(lines.count == 6, "\(outcome.errors)")
    }

    @Test func labelsThatAreTextGoToNumpyWhereTheyAreNumbers() throws {
        let folder = try Folder()
        let outcome = try folder.shell(
            """
            mkdir w; for i in 1 2 3; do cp '\(pictures)/chelsea/fur.png' w/$i.png; echo ${i}00 > w/$i.cls; done
            tar -C w --sort=name -cf w.tar . && nnprep convert w.tar -o x.npy --labels labels.npy
            echo cat > w/2.cls; tar -C w --sort=name -cf w.tar . && nnprep convert w.tar -o y.npy --labels cat.npy
            nnprep convert w.tar -o y.npy --labels cat.csv && cat cat.csv
            """)
        #expect(outcome.text == "label\n100\ncat\n300\n")
        #expect(outcome.errors.contains("cat.npy: row 2: the label 'cat' is not a whole number"))
        let labels = try folder.read("labels.npy")
        #expect(String(decoding: labels.prefix(80), as: UTF8.self).contains("'<i8'"))
        #expect(labels.suffix(24) == Data([100, 200, 300].flatMap { littleEndian(Int64($0)) }))
    }

    @Test func pixelsGoThroughEveryCommand() throws {
        let folder = try Folder()
        let outcome = try folder.shell(
            """
            nnprep convert --rows pixels '\(pictures)/chelsea/fur.png' -o pixels.npy
            nnprep moments --rows pixels --skip-broken --quiet '\(pictures)' -o m.safetensors && nnprep fit m.safetensors
            nnprep fit --rows pixels --skip-broken --quiet '\(pictures)' -o direct.json
            nnprep export direct.json --to onnx -o m.onnx
            nnprep plot samples --resize 16x16 --skip-broken '\(pictures)' -o s.png
            nnprep probe --train '\(pictures)/../pictures' --val '\(pictures)' --resize 8x8 --skip-broken --epochs 1 --quiet >/dev/null
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try Array2D(npy: folder.read("pixels.npy")).shape == [2500, 3])
        let means = try ["stats.json", "direct.json"].map { name in
            let object = try JSONSerialization.jsonObject(with: folder.read(name)) as? [String: Any]
            return (object?["statistics"] as? [String: Any])?["mean"] as? [Double]
        }
        #expect(means[0] == means[1])
        #expect(zip(means[0] ?? [], reference.mean).allSatisfy { abs($0 - $1) < 1e-9 })
    }
}
