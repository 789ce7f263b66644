import Flags
import LinearAlgebra
import Workflows

let programName = "nnprep"
let programVersion = "0.1.0"
let programNameAndVersion = "\(programName) \(programVersion)"
/// The day of this version, as the manual page shows it.
let programDate = "2026-11-24"

/// What `--version` prints: the version, then what this processor computes with, for reports of bugs.
func versionText() -> String {
    let others = KernelSet.available.map(\.name).filter { $0 != KernelSet.current.name }
    let also = others.isEmpty ? "" : " (also here: \(others.joined(separator: ", ")))"
    return """
        \(programNameAndVersion)
        kernels: \(KernelSet.current.name)\(also)
        BLAS: \(blasName)
        threads: \(availableProcessors())

        """
}

/// Refuses kernels that the environment asks for and this processor does not have.
func checkKernels() throws {
    guard let name = KernelSet.missing else { return }
    let names = KernelSet.available.map(\.name).joined(separator: ", ")
    throw UsageError(
        command: programName,
        problem: .misuse("\(KernelSet.variable): this processor has no kernels '\(name)', only \(names)"))
}
