internal import Datasets

/// Which of the options that were given are for none of the inputs.
struct OptionUse {
    private let options: InputOptions
    private var unused: Set<InputOption>
    private var found: [FoundInput] = []

    init(_ options: InputOptions) {
        self.options = options
        unused = options.given
    }

    /// Whether an option has had no use so far.
    var isLacking: Bool { !unused.isEmpty }

    mutating func add(_ reader: borrowing RowReader) {
        found.append(FoundInput(reader.name, .data(reader.fileFormat)))
        for option in unused where reader.uses(option, of: options) { unused.remove(option) }
    }

    /// An input that is read later, of which nothing but the format is known.
    mutating func add(_ format: Format, _ file: String) {
        found.append(FoundInput(file, .data(format)))
        unused = unused.filter { !$0.formats.contains(format) }
    }

    /// Files that are read by the same options, and can be opened here without harm.
    mutating func add(companions: Set<String>, _ options: InputOptions) {
        for path in companions.sorted() where isLacking {
            if isFolder(path) {
                add(.pictures, path)
            } else if isRegularFile(path), var source = try? ByteSource(path: path),
                let format = try? RowReader.format(of: path, &source, options)
            {
                add(format, path)
            }
        }
    }

    /// An input that holds no rows.
    mutating func add(_ kind: FoundInput.Kind, _ path: String) { found.append(FoundInput(displayName(path), kind)) }

    /// - Throws: where an option is for none of the inputs; where such options do no harm, the run is told of them.
    func check(in run: Run) throws(DatasetError) {
        let unused = InputOption.allCases.filter(unused.contains)
        let file = found.first?.file ?? ""
        let harmful = unused.filter { !$0.isHarmless }
        guard harmful.isEmpty else { throw DatasetError(file, .unusedOptions(harmful, found: found)) }
        if !unused.isEmpty { run.tell(DatasetNote(file, .unusedOptions(unused, found: found))) }
    }
}
