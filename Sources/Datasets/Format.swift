/// A file format that nnprep reads or writes, by the name that `--input-format` and the statistics file use.
public enum Format: String, Sendable, CaseIterable {
    case cifar10, cifar100, csv, tsv, npy, npz, idx, raw, pictures

    /// The format that a file name's extension stands for, if it stands for one. `.bin` is not here: two formats use it.
    public init?(fileName: String) {
        let fileName = fileName.lowercased().hasSuffix(".gz") ? String(fileName.dropLast(3)) : fileName
        guard let dot = fileName.lastIndex(of: ".") else { return nil }
        switch fileName[fileName.index(after: dot)...].lowercased() {
        case "csv": self = .csv
        case "tsv", "tab": self = .tsv
        case "npy": self = .npy
        case "npz": self = .npz
        case "idx": self = .idx
        case "raw": self = .raw
        case "tar", "tgz", "jpg", "jpeg", "png": self = .pictures
        default: return nil
        }
    }

    /// What the names of such files end in.
    public var ending: String { recordLabels.isEmpty ? ".\(rawValue)" : ".bin" }

    public var isText: Bool { self == .csv || self == .tsv }

    /// Whether it is records in a file, which can be written and copied; pictures are files of their own.
    public var hasRecords: Bool { self != .pictures }

    /// Whether its values can only be bytes.
    public var holdsBytes: Bool { self == .cifar10 || self == .cifar100 || self == .idx }

    /// The label bytes at the head of each record, by name.
    public var recordLabels: [String] {
        switch self {
        case .cifar10: ["label"]
        case .cifar100: ["coarse_label", "fine_label"]
        case .csv, .tsv, .npy, .npz, .idx, .raw, .pictures: []
        }
    }
}
