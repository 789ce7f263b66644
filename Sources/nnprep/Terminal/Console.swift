import Datasets
import Flags
import Glibc

/// Standard error, where everything goes that is not asked for.
struct Console: Sendable {
    var quiet = false

    func warn(_ text: String) {
        if !quiet { Self.write("\(programName): warning: \(text)\n") }
    }

    /// For a person alone: a script's log need not have it.
    func note(_ text: String) {
        if isatty(STDERR_FILENO) == 1 { warn(text) }
    }

    func fail(_ message: String, hint: String?) {
        Self.write("\(programName): error: \(message)\n" + (hint.map { "  hint: \($0)\n" } ?? ""))
    }

    /// One call for the whole text, so that the lines of several processes do not mix.
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        unsafe bytes.withUnsafeBufferPointer { unsafe _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

/// Prints text that was asked for.
func printOut(_ text: String) throws {
    try ByteSink(path: "-").write(Array(text.utf8))
}

/// How wide help may be: the terminal's width, within reason.
func helpWidth() -> Int {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return min(max(Int(size.ws_col), 40), 100)
}

/// Whether text may hold more than ASCII, by the locale's variables in their order of precedence.
func isUnicodeTerminal() -> Bool {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
        guard let value = environment(name), !value.isEmpty else { continue }
        return value.uppercased().contains("UTF")
    }
    return false
}

/// Bold headings on a terminal that can show them, unless the user wants no such thing (https://no-color.org).
func helpStyle() -> HelpStyle {
    let isPlain = environment("NO_COLOR").map { !$0.isEmpty } ?? false || environment("TERM") ?? "dumb" == "dumb"
    return isatty(STDOUT_FILENO) == 1 && !isPlain ? .bold : .plain
}

/// An environment variable.
func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
}
