import Datasets
import Flags
import Glibc
import Words
import Workflows

/// Shows a file with the program that the desktop has for it, which goes on by itself. Where there is no desktop, a warning
/// says so: the file is written all the same.
func openOnDesktop(_ path: String, in run: Run) {
    guard ["DISPLAY", "WAYLAND_DISPLAY"].contains(where: { !(environment($0) ?? "").isEmpty }) else {
        return run.onWarning("there is no desktop here to open \(path) on")
    }
    // A path that begins with a dash is no option.
    let words = ["xdg-open", path.hasPrefix("-") ? "./" + path : path]
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
    var process = pid_t()
    let failure = unsafe posix_spawnp(&process, words[0], nil, nil, &arguments, environ)
    guard failure == 0 else {
        let why = failure == ENOENT ? "xdg-open, of xdg-utils, is not installed" : "xdg-open: \(systemMessage(failure))"
        return run.onWarning("cannot open \(path): \(why)")
    }
    // xdg-open ends once it has found the program.
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    if status != 0 { run.onWarning("xdg-open found no program for \(path)") }
}

protocol OpensOutput: SendableMetatype {
    var opens: Bool { get set }
}

extension Flag where Arguments: OpensOutput {
    static var opens: Flag {
        Flag(switch: "open", group: "Picture", help: "show the result with the desktop's program for it") {
            $0.opens = true
        }
    }
}
