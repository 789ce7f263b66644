import Datasets
import Preprocessing
import Words
import Workflows

/// The files that `check` writes of the leaks it finds. They are opened before the work: a path that cannot be written fails
/// at once.
struct LeakOutputs: ~Copyable {
    private let leaks: LeakFile?
    private let nearest: ByteSink?
    private let picture: LeakPicture?

    init(_ arguments: Check.Arguments, reading read: [String]) throws {
        let leaks = try arguments.leaks.map { try LeakFile($0, reading: read) }
        let nearest = try arguments.nearest.map { try openOutput($0, reading: read, option: "--nearest") }
        picture = try arguments.picture.map { try LeakPicture($0, reading: read) }
        self.leaks = leaks
        self.nearest = nearest
    }

    consuming func write(_ outcome: CheckOutcome, in run: Run) throws {
        guard let found = outcome.leaks else { return }
        if let leaks { try leaks.write(found) }
        if let nearest, let rows = outcome.nearest {
            try NearestFile.write(rows, by: programNameAndVersion, to: nearest)
            try nearest.finish()
        }
        if let picture { try picture.write(found, in: run) }
    }
}

extension Check.Arguments {
    /// The paths that are written, those of leaks.
    var outputs: [String] { [leaks, nearest, picture, options.clean].compactMap { $0 } }
}

extension Check.Arguments: HasInputOptions {
    var input: InputOptions {
        get { options.reading }
        set { options.reading = newValue }
    }
}
