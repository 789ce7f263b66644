/// What is wrong with a picture, a folder of them, or an archive.
public enum PictureProblem: Error, Equatable, Sendable {
    case broken(PictureCodec, String)
    /// Its first bytes are those of no picture that can be read; the kind, where they are those of something known.
    case notAPicture(kind: String?)
    case tooManyPixels(PictureSize)
    /// The size that `--resize` or `--crop` asks for.
    case becomesTooLarge(PictureSize)
    case tooManyBytes(limit: Int)
    /// `first` is the picture whose size all others must have.
    case otherSize(PictureSize, first: String, PictureSize)
    case smallerThanCrop(PictureSize, crop: PictureSize)
    case otherOptions(first: String)

    /// `other` is one of the files that were looked at in vain.
    case noPictures(other: String?)
    case beside(classFolder: String)
    /// `folder` is the one that holds both; nil in an archive.
    case severalSplits(train: String, heldOut: String, folder: String?)
    case tooDeep(limit: Int)
    case unknownClass(String, known: [String])
    case noLabel
    case labelUnlike
    case labelAlone
    case noPlainPicture(names: [String])
    case notSideBySide(key: String)
    case memberTwice
    case labelText
    case link(to: String)
    case tar(String)
    case notRecords
    case notWritten
}

extension PictureProblem {
    var words: String {
        switch self {
        case .broken(let codec, let words): "is a broken \(codec.rawValue) file: \(words)"
        case .notAPicture(let kind?): "is \(kind), not a JPEG or PNG picture"
        case .notAPicture(nil): "is not a JPEG or PNG picture"
        case .tooManyPixels(let size): "claims \(size) pixels, and more than \(PictureCodec.mostPixels) are refused"
        case .becomesTooLarge(let size):
            "would become \(size) pixels, and more than \(PictureCodec.mostPixels) are refused"
        case .tooManyBytes(let limit): "is a picture of more than \(limit) bytes, which its pixels do not need"
        case .otherSize(let size, let first, let expected): "is \(size) pixels, and \(first) is \(expected)"
        case .smallerThanCrop(let size, let crop): "is \(size) pixels, smaller than the crop of \(crop)"
        case .otherOptions(let first): "is read with other options than the pictures of \(first)"
        case .noPictures(nil): "holds no pictures"
        case .noPictures(let other?): "holds no pictures, only files such as \(shown(other))"
        case .beside(let folder):
            "is a picture beside folders of pictures such as \(shown(folder)): folders are classes, and it has none"
        case .severalSplits(let train, let heldOut, _):
            "holds \(shown(train)) and \(shown(heldOut)): statistics come from the training split alone"
        case .tooDeep(let limit): "is more than \(limit) folders deep"
        case .unknownClass(let name, let known):
            "is in the folder \(shown(name)), and the classes are \(listed(known))"
        case .noLabel: "has no label beside it, as those before it have"
        case .labelUnlike: "is a label, and the pictures before it have no label beside them"
        case .labelAlone: "has no picture beside it: the files of a sample must follow each other"
        case .noPlainPicture(let names):
            names.count == 1
                ? "is the only picture of its sample, and its name has more than one dot"
                : "the sample has the pictures \(listed(names)): which is its own cannot be told"
        case .notSideBySide(let key):
            "belongs to the sample \(shown(key)), which came before: the files of a sample must follow each other"
        case .memberTwice: "is in the archive twice"
        case .labelText: "is no label: a short text or a number was expected"
        case .link(let target): "is a link to \(shown(target)), which an archive that is read once cannot follow"
        case .tar(let words): "the tar data \(words)"
        case .notWritten: "pictures are read, and not written"
        case .notRecords: "pictures are no records that can be copied from file to file"
        }
    }

    var hint: String? {
        switch self {
        case .broken: "leave broken pictures out with --skip-broken"
        case .notAPicture: "convert it to JPEG or PNG, or leave it out with --skip-broken"
        case .otherSize:
            "give all one size with --resize WxH, or with --resize N --crop M; or make each pixel a row: --rows pixels"
        case .smallerThanCrop: "enlarge pictures first with --resize N"
        case .noPictures: "pictures end in .jpg, .jpeg or .png; other files are named one by one"
        case .beside: "move it into a folder of its class, or name the folders one by one to have no labels"
        case .severalSplits(let train, _, let folder?): "name \(join(folder, train))"
        case .severalSplits: "make an archive of the training pictures alone"
        case .link: "make the archive with tar's option --dereference --hard-dereference"
        case .tar: "copy or make it again"
        case .notRecords: "write them to one file first: nnprep convert FOLDER -o FILE.npy"
        case .otherOptions: "leave out --resize, --crop, --grey and --rows: they follow from what was fitted"
        case .notWritten: "write npy, csv, raw, cifar10, cifar100 or idx"
        case .unknownClass: "the folders must be named as those that the statistics were fitted on"
        case .noPlainPicture: "name the picture of the sample KEY KEY.jpg or KEY.png, without another dot"
        case .labelAlone, .notSideBySide: "make the archive with tar's option --sort=name"
        case .memberTwice: "unpack it and make it again: what was added later replaces what came before"
        case .labelUnlike: "give every picture a label, or none"
        case .becomesTooLarge: "ask for a smaller size"
        case .tooManyPixels, .tooManyBytes, .tooDeep, .noLabel, .labelText: nil
        }
    }
}
