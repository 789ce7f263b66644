import Foundation
import TestSupport
import Testing

@testable import Datasets

private func fixture(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures").appendingPathComponent(name).path
}

/// What Pillow makes of a picture of Fixtures.
struct PillowPicture: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let width: Int
    let height: Int
    let rgb: UInt32
    let grey: UInt32
    /// Stretched to 32 x 24.
    let stretched: UInt32
    /// Grey, stretched to 90 x 7.
    let flat: UInt32
    /// The shorter side resized to 40, and 33 x 32 of its middle.
    let cropped: UInt32

    var testDescription: String { file }

    struct All: Decodable {
        let pictures: [PillowPicture]
        let pixels: Int
        let mean: [Double]
        let std: [Double]
    }

    static let all = try! JSONDecoder().decode(
        All.self, from: Data(contentsOf: URL(fileURLWithPath: fixture("reference/pictures.json"))))
}

/// All that comes of a folder, an archive or a picture.
struct ReadPictures {
    var description: DatasetDescription
    var rowCount: Int?
    var values: [UInt8] = []
    var labels: [String] = []
    var broken: [String] = []
    var beside: [String] = []

    init(_ path: String, _ options: InputOptions = InputOptions()) throws {
        var reader = try RowReader(path: path, options: options)
        description = reader.description
        rowCount = reader.rowCount
        while let piece = try reader.next() {
            let block = try reader.format.decode(piece)
            guard case .bytes(let values) = block.values else { throw CocoaError(.fileReadUnknown) }
            #expect(values.count == block.count * block.features)
            self.values += values
            switch block.labels {
            case .none: break
            case .bytes(let labels): self.labels += labels.map(String.init)
            case .text(let labels): self.labels += labels
            }
            broken += block.broken.map { "\($0)" }
            beside += block.beside
        }
    }

    var rows: Int { values.count / description.features }
}

func pictureOptions(
    _ resize: PictureOptions.Resize? = nil, crop: PictureSize? = nil, grey: Bool = false, pixels: Bool = false,
    channelsLast: Bool = false, skipsBroken: Bool = false
) -> InputOptions {
    var pictures = PictureOptions()
    (pictures.resize, pictures.crop, pictures.isGrey) = (resize, crop, grey)
    pictures.rows = pixels ? .pixels : .pictures
    var options = InputOptions()
    (options.pictures, options.channelsLast, options.skipsBroken) = (pictures, channelsLast, skipsBroken)
    return options
}

/// The hint and the words of the error, with the folder's path left out.
func refusal(_ path: String, _ options: InputOptions = InputOptions()) -> (words: String, hint: String?) {
    do {
        _ = try ReadPictures(path, options)
        return ("no error", nil)
    } catch let error as DatasetError {
        let folder = (path as NSString).deletingLastPathComponent + "/"
        return ("\(error)".replacingOccurrences(of: folder, with: ""), error.hint)
    } catch {
        return ("\(error)", nil)
    }
}

@Suite struct PicturePixelTests {
    private func checksum(_ picture: PillowPicture, _ options: InputOptions) throws -> (crc: UInt32, shape: [Int]) {
        let read = try ReadPictures(fixture(picture.file), options)
        var sum = CRC32()
        sum.add(read.values.span)
        return (sum.value, read.description.shape)
    }

    @Test(arguments: PillowPicture.all.pictures)
    func pixelsAreThoseOfPillow(picture: PillowPicture) throws {
        let colours = try checksum(picture, pictureOptions(channelsLast: true))
        #expect(colours.shape == [picture.height, picture.width, 3])
        #expect(colours.crc == picture.rgb)
        let grey = try checksum(picture, pictureOptions(grey: true))
        #expect(grey.shape == [1, picture.height, picture.width])
        #expect(grey.crc == picture.grey)
    }

    @Test(arguments: PillowPicture.all.pictures)
    func resizedPicturesAreThoseOfPillow(picture: PillowPicture) throws {
        let small = try checksum(
            picture, pictureOptions(.stretch(PictureSize(width: 32, height: 24)), channelsLast: true))
        #expect(small.shape == [24, 32, 3])
        #expect(small.crc == picture.stretched)
        let low = try checksum(picture, pictureOptions(.stretch(PictureSize(width: 90, height: 7)), grey: true))
        #expect(low.shape == [1, 7, 90])
        #expect(low.crc == picture.flat)
        let middle = try checksum(
            picture, pictureOptions(.shorterSide(40), crop: PictureSize(width: 33, height: 32), channelsLast: true))
        #expect(middle.shape == [32, 33, 3])
        #expect(middle.crc == picture.cropped)
    }

    @Test func planesAreTheSamePixelsOneChannelAfterTheOther() throws {
        let path = fixture("pictures/chelsea/fur.png")
        let planes = try ReadPictures(path)
        let pixels = try ReadPictures(path, pictureOptions(channelsLast: true))
        #expect(planes.description.shape == [3, 50, 50])
        #expect(planes.rowCount == 1)
        for i in 0..<2500 {
            for channel in 0..<3 { #expect(planes.values[channel * 2500 + i] == pixels.values[3 * i + channel]) }
        }
    }

    @Test func pixelsAsRowsHaveTheMeansAndDeviationsThatNumpyFinds() throws {
        let read = try ReadPictures(fixture("pictures"), pictureOptions(pixels: true, skipsBroken: true))
        let expected = PillowPicture.all
        #expect(read.description.shape == [3, 1, 1])
        #expect(read.description.labelNames.isEmpty)
        #expect(read.rowCount == nil)
        try #require(read.rows == expected.pixels)
        for channel in 0..<3 {
            let values = stride(from: channel, to: read.values.count, by: 3).map { Double(read.values[$0]) }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            #expect(abs(mean - expected.mean[channel]) < 1e-9)
            #expect(abs(variance.squareRoot() - expected.std[channel]) < 1e-9)
        }
    }

    @Test func windowsAreThoseOfTorchvision() throws {
        var options = PictureOptions()
        options.resize = .shorterSide(256)
        options.crop = PictureSize(width: 224, height: 224)
        // Halves are rounded to even numbers, as Python's round does: 85 / 2 is 42, 87 / 2 is 44.
        for (size, scaled, left, top) in [
            ((500, 375), (341, 256), 58, 16), ((375, 500), (256, 341), 16, 58), ((100, 100), (256, 256), 16, 16),
            ((309, 256), (309, 256), 42, 16), ((311, 256), (311, 256), 44, 16), ((1, 300), (256, 76800), 16, 38288),
        ] {
            let window = try options.window(of: PictureSize(width: size.0, height: size.1))
            #expect(window.scaled == PictureSize(width: scaled.0, height: scaled.1))
            #expect((window.left, window.top) == (left, top))
        }
    }

    @Test func whatClaimsTooManyPixelsIsRefusedBeforeTheyAreMade() throws {
        var png = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture("kinds/png-0-8.png"))))
        png.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
        // The checksum of the header, as any writer would give it.
        var sum = CRC32()
        sum.add(png.span.extracting(12..<29))
        png.replaceSubrange(29..<33, with: littleEndian(sum.value).reversed())
        try withFile("huge.png", png) { path in
            #expect(
                refusal(path).words
                    == "huge.png: claims 2147483647 x 2147483647 pixels, and more than 178956970 are refused")
        }
    }

    @Test(arguments: seedOfThisRun)
    func damagedPicturesAreRefusedOrDecoded(seed: UInt64) throws {
        var random = SeededRandom(seed)
        for name in ["kinds/jpeg-420-progressive.jpg", "kinds/jpeg-restarts.jpg", "kinds/png-3-8-interlaced.png"] {
            let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture(name))))
            for _ in 0..<100 {
                var damaged = Array(whole.prefix(Int.random(in: 1...whole.count, using: &random)))
                damaged[Int.random(in: damaged.indices, using: &random)] = .random(in: 0...255, using: &random)
                guard let codec = PictureCodec(start: damaged) else { continue }
                let picture = try? codec.decode(damaged.span, grey: false)
                if let picture {
                    #expect(picture.pixels.count == picture.size.width * picture.size.height * 3)
                    #expect(try codec.size(of: damaged.span) == picture.size)
                }
            }
        }
    }
}
