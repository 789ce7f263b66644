/// The name of an input or output in messages.
package func displayName(_ path: String, output: Bool = false) -> String {
    path == "-" ? (output ? "standard output" : "standard input") : path
}

/// The name of an input as statistics remember it: without the folders of this machine.
package func baseName(_ path: String) -> String {
    path == "-" ? displayName(path) : String(path.split(separator: "/").last ?? "")
}
