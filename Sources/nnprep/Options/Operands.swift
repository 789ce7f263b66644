import Flags

protocol HasInputs: SendableMetatype {
    var inputs: [String] { get set }
}

extension Operands where Arguments: HasInputs {
    /// One or more input files.
    static var inputs: Operands {
        Operands("INPUT", help: "files to read, as if they were one; - is standard input", completion: .file) {
            (arguments, text) throws(FlagError) in arguments.inputs.append(try text.path())
        }
    }
}
