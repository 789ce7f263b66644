internal import Datasets

/// Warns where a file's name says that it is not training data: statistics of it would be a leak.
func warnOfHeldOutData(_ path: String, _ run: Run) {
    guard let word = heldOutWord(inName: baseName(path)) else { return }
    run.warn("\(baseName(path)): the name says \(word); statistics should come from the training split alone")
}

/// The word of a file's name, if there is one, that says it holds validation or test data.
func heldOutWord(inName name: String) -> String? {
    let words = name.lowercased().split { !$0.isLetter }.map(String.init)
    if let word = words.first(where: heldOutNames.contains) { return word }
    // MNIST's test split, which is known by its size.
    return name.split { !$0.isLetter && !$0.isNumber }.contains("t10k") ? "t10k (MNIST's test split)" : nil
}

/// Warns where files have the same content: their rows count more than once.
func warnOfRepeatedData(_ paths: [String], _ fingerprints: [ContentFingerprint], _ run: Run) {
    var first: [ContentFingerprint: String] = [:]
    for (path, fingerprint) in zip(paths, fingerprints) where fingerprint.bytes > 0 {
        if let other = first[fingerprint] {
            run.warn("\(displayName(path)): has the same content as \(displayName(other)), so its rows count twice")
        } else {
            first[fingerprint] = path
        }
    }
}
