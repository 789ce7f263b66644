/// Folders that lie side by side and whose names say that they are splits: `train` and `val`.
struct SplitFolders {
    typealias Pair = (train: String, heldOut: String)

    /// The first two of them, with the folders that they are in.
    private(set) var found: Pair?
    /// The splits seen so far, by the folder that they are in.
    private var seen: [Substring: (train: Substring?, heldOut: Substring?)] = [:]

    /// - Parameter path: of a folder with pictures.
    mutating func add(_ path: some StringProtocol) {
        guard found == nil else { return }
        let path = Substring(path.drop { $0 == "/" })
        for name in path.split(separator: "/") {
            guard let isTraining = Self.isTraining(name) else { continue }
            let parent = path[..<name.startIndex]
            let whole = path[..<name.endIndex]
            if isTraining { seen[parent, default: (nil, nil)].train = whole }
            if !isTraining { seen[parent, default: (nil, nil)].heldOut = whole }
            if case (let train?, let heldOut?)? = seen[parent] { found = (String(train), String(heldOut)) }
        }
    }

    /// Whether a folder's name (`train`, `val2017`, `test_images`) stands for the training split; nil for no split.
    private static func isTraining(_ name: Substring) -> Bool? {
        let words = name.lowercased().split { !$0.isLetter }.map(String.init).filter {
            !["set", "data", "images", "imgs", "split"].contains($0)
        }
        guard words.count == 1 else { return nil }
        if words[0] == "train" || words[0] == "training" { return true }
        return heldOutNames.contains(words[0]) ? false : nil
    }
}

/// What people call splits that are not for training.
package let heldOutNames: Set<String> = ["val", "valid", "validation", "test", "testing", "holdout", "dev"]
