import Flags

extension Program {
    /// All commands, and what is said of them together.
    static let nnprep = Program(
        name: programName, version: programVersion, date: programDate,
        summary: "learn preprocessing statistics from the training split, apply them to every other split",
        pages: Command.all.map(\.page),
        examples: [
            Example("nnprep fit train.bin", "learn mean and deviation of every feature; write stats.json"),
            Example("nnprep apply --stats stats.json val.bin > val.npy", "transform the validation split"),
        ])
}
