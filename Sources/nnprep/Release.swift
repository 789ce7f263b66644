let programName = "nnprep"
let programVersion = "0.1.0"
/// The day of this version, as the manual page shows it.
let programDate = "2026-11-23"
