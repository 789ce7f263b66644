import Flags
import Glibc

protocol HasInputs: SendableMetatype {
    var inputs: [String] { get set }
}

extension Operands where Arguments: HasInputs {
    /// One or more input files.
    static var inputs: Operands {
        Operands(
            "INPUT",
            help: "files and folders of pictures to read, as if they were one; - is standard input, and so is no file "
                + "where it is a pipe or a file",
            completion: .file, fallback: impliedInput
        ) { (arguments, text) throws(FlagError) in arguments.inputs.append(try text.path()) }
    }
}

/// Standard input for a command without inputs, where something comes from there and no option takes it: as with sort and
/// jq.
@Sendable func impliedInput<Arguments>(_ arguments: Arguments) -> String? {
    if let arguments = arguments as? any HasStatistics, arguments.statistics == "-" { return nil }
    return impliedInput()
}

/// Standard input, where something comes from there.
func impliedInput() -> String? {
    var status = stat()
    guard unsafe fstat(STDIN_FILENO, &status) == 0 else { return nil }
    return [S_IFIFO, S_IFREG, S_IFSOCK].contains(status.st_mode & S_IFMT) ? "-" : nil
}
