/// The name of an input or output in messages.
package func displayName(_ path: String, output: Bool = false) -> String {
    path == "-" ? (output ? "standard output" : "standard input") : path
}

/// The name of an input as statistics remember it: without the folders of this machine.
package func baseName(_ path: String) -> String {
    path == "-" ? displayName(path) : String(path.split(separator: "/").last ?? "")
}

/// The ending of a file's name in lowercase, without its dot and without `.gz`; nil where it has none.
func ending(of path: String) -> String? {
    var name = baseName(path).lowercased()[...]
    if name.hasSuffix(".gz") { name = name.dropLast(3) }
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex, dot < name.index(before: name.endIndex) else {
        return nil
    }
    return String(name[name.index(after: dot)...])
}
