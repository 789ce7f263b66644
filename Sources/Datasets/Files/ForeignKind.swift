/// Kinds of files that people have and that are not read, known by their first bytes, and what to do with them.
public struct ForeignKind: Sendable, Equatable {
    /// As in "is a WebP picture".
    let words: String
    let hint: String
    /// Whether such files are text.
    let isText: Bool
    /// Where these bytes are, the file is of this kind.
    private let marks: [(offset: Int, bytes: [UInt8])]

    /// - Parameter start: the file's first bytes, 512 of them if there are as many.
    public init?(start: [UInt8]) {
        guard
            let kind = Self.all.first(where: { kind in
                kind.marks.allSatisfy { mark in start.dropFirst(mark.offset).starts(with: mark.bytes) }
            })
        else { return nil }
        self = kind
    }

    public static func == (a: ForeignKind, b: ForeignKind) -> Bool { a.words == b.words }

    private init(_ words: String, _ hint: String, _ marks: (Int, [UInt8])...) {
        self.words = words
        self.hint = hint
        self.marks = marks
        isText = words.contains("HTML")
    }

    private init(_ words: String, _ hint: String, _ text: String, at offset: Int = 0) {
        self.init(words, hint, (offset, Array(text.utf8)))
    }

    /// A zip archive that holds no arrays.
    /// - Parameter names: of its members.
    static func zip(of names: [String]) -> ForeignKind {
        if names.contains("[Content_Types].xml") {
            return ForeignKind("an Office document", "export its table as CSV")
        }
        if names.contains(where: { $0.hasSuffix("data.pkl") }) {
            return ForeignKind(
                "a checkpoint of PyTorch", "save its tensor with numpy: np.save('x.npy', torch.load('x.pt').numpy())")
        }
        return ForeignKind("a zip archive without arrays", "unpack it, and name what was in it")
    }

    private static let pictureHint = "convert it to JPEG or PNG first"
    private static let pythonHint = "save it with numpy.save or numpy.savez first"

    private static let all: [ForeignKind] = [
        ForeignKind("a WebP picture", pictureHint, (0, Array("RIFF".utf8)), (8, Array("WEBP".utf8))),
        ForeignKind("a GIF picture", pictureHint, "GIF8"),
        ForeignKind("a BMP picture", pictureHint, (0, Array("BM".utf8)), (6, [0, 0, 0, 0])),
        ForeignKind("a TIFF picture", pictureHint, (0, [0x49, 0x49, 0x2A, 0])),
        ForeignKind("a TIFF picture", pictureHint, (0, [0x4D, 0x4D, 0, 0x2A])),
        ForeignKind("an AVIF picture", pictureHint, "ftypavif", at: 4),
        ForeignKind("a HEIF picture", pictureHint, "ftyp", at: 4),
        ForeignKind("a JPEG XL picture", pictureHint, (0, [0xFF, 0x0A])),
        ForeignKind("a JPEG XL picture", pictureHint, "JXL ", at: 4),
        ForeignKind("a JPEG 2000 picture", pictureHint, "jP  ", at: 4),
        ForeignKind("a picture of Netpbm's kinds", pictureHint, "P5\n"),
        ForeignKind("a picture of Netpbm's kinds", pictureHint, "P6\n"),
        ForeignKind("an Excel workbook", "export its sheet as CSV", (0, [0xD0, 0xCF, 0x11, 0xE0])),
        ForeignKind("an empty zip archive", "make it again", "PK\u{5}\u{6}"),
        ForeignKind(
            "an HDF5 file", "save its array with numpy: np.save('x.npy', h5py.File('x.h5')['NAME'][:])",
            (0, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A])),
        ForeignKind(
            "a Parquet file", "write it as CSV, or save it with numpy: pandas.read_parquet('x').to_numpy()", "PAR1"),
        ForeignKind("an Arrow file", "write it as CSV, or save it with numpy", "ARROW1"),
        ForeignKind("a Feather file", "write it as CSV, or save it with numpy", "FEA1"),
        ForeignKind("an Avro file", "write it as CSV first", "Obj\u{1}"),
        ForeignKind("an ORC file", "write it as CSV first", "ORC"),
        ForeignKind("an SQLite database", "export a table of it as CSV", "SQLite format 3\0"),
        ForeignKind(
            "a MATLAB file", "save its array with numpy: np.save('x.npy', scipy.io.loadmat('x.mat')['NAME'])",
            "MATLAB 5.0 MAT-file"),
        ForeignKind("a pickle of Python", pythonHint, (0, [0x80, 2])),
        ForeignKind("a pickle of Python", pythonHint, (0, [0x80, 3])),
        ForeignKind("a pickle of Python", pythonHint, (0, [0x80, 4, 0x95])),
        ForeignKind("a pickle of Python", pythonHint, (0, [0x80, 5, 0x95])),
        ForeignKind("compressed with bzip2", "pipe it through bzip2 -dc", "BZh"),
        ForeignKind("compressed with xz", "pipe it through xz -dc", (0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0])),
        ForeignKind("compressed with zstd", "pipe it through zstd -dc", (0, [0x28, 0xB5, 0x2F, 0xFD])),
        ForeignKind("a 7z archive", "unpack it, and name what was in it", (0, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C])),
        ForeignKind("a RAR archive", "unpack it, and name what was in it", "Rar!\u{1A}\u{7}"),
        ForeignKind("a PDF document", "export its tables as CSV", "%PDF-"),
        ForeignKind("a page of HTML", "was the right file downloaded?", "<!DOCTYPE html"),
        ForeignKind("a page of HTML", "was the right file downloaded?", "<!doctype html"),
        ForeignKind("a page of HTML", "was the right file downloaded?", "<html"),
    ]
}
