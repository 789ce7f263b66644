public import Words

/// What is wrong with a file, and where.
public struct DatasetError: ExplainedError, Equatable {
    /// The file as the user named it, or "standard input".
    public let file: String
    public let place: Place?
    public let problem: Problem

    public init(_ file: String, at place: Place? = nil, _ problem: Problem) {
        self.file = file
        self.place = place
        self.problem = problem
    }

    public enum Place: Equatable, Sendable {
        case byte(Int)
        /// A line of a text file, from 1.
        case line(Int)
        /// A line and a column of a table, both from 1, with the column's name where it has one.
        case column(Int, line: Int, name: String?)
        /// A value of a binary file: its row, from 1, and the name of its feature.
        case value(row: Int, feature: String)
        /// A file in an archive.
        case member(String)
    }

    public enum Problem: Equatable, Sendable {
        case system(call: String, code: Int32)
        case isDirectory
        case empty
        case unknownFormat
        case ambiguousRecords(bytes: Int)
        case noWholeRecords(bytes: Int)
        case truncatedRecord(bytes: Int, of: Int)
        case changedWhileRead(rows: Int, expected: Int)
        case notNPY(String)
        case unreadableArray(String)
        /// `found` is nil where there are more bytes than were promised.
        case arraySize(promised: Int, found: Int?)
        case rowsUnseen(features: Int, limit: Int)
        case tooManyFeatures
        case tooManyRows(Int)
        case notIDX(String)
        case labelsFile
        case noRawShape
        case gzip(String)

        case lineTooLong(limit: Int)
        case tooManyColumns(limit: Int)
        case invalidUTF8
        case unclosedQuote
        case strayQuote
        case fieldCount(Int, expected: Int)
        case notANumber(String)
        case outOfRange(String)
        case notFinite(String)
        case missingValue
        case duplicateColumn(String)
        case noSuchColumn(String, columns: [String])
        case noFeatures
        case noMeans
        case missingColumns([String])
        case unknownColumns([String])

        case unequalWidth(Int, first: String, expected: Int)
        case differentColumns(first: String)
        case notOfType(String, ScalarType)
        /// A whole number that a double does not hold, and the double in its place.
        case rounded(String, Double)
        case labelCount(Int, needed: Int, Format)
        case labelNotAByte(String, row: Int)
        case labelNotWhole(String, row: Int)
        case notCIFAR(label: UInt8, row: Int, largest: UInt8, Format)
        case labelTooLarge(UInt8, row: Int, largest: UInt8, Format)
        /// Options that are for none of the inputs.
        case unusedOptions([InputOption], found: [FoundInput])
        case wrongShape([Int], needed: [Int], Format)
        case headerTooLong(bytes: Int, limit: Int)
        /// A value to be written that is infinite or no number.
        case overflow(row: Int, feature: String, WorkingScalar)
        case outputTwice
        case packedTwice
        case zip(String)
        case noArray(String?, names: [String])
        case foreign(ForeignKind)
        case picture(PictureProblem)
    }
}

extension DatasetError {
    public var kind: ErrorKind {
        switch problem {
        case .system(call: "write", code: brokenPipe): .closedPipe
        case .unusedOptions: .usage
        default: .failure
        }
    }
}

extension DatasetError: CustomStringConvertible {
    public var description: String {
        // The words say which of the files are meant.
        if case .unusedOptions = problem { return problem.words }
        return switch place {
        case nil: "\(file): \(problem.words)"
        case .member(let name): "\(file): \(name): \(problem.words)"
        case .byte(let offset): "\(file): byte \(offset): \(problem.words)"
        case .line(let line): "\(file): line \(line): \(problem.words)"
        case .value(let row, let feature): "\(file): row \(row), feature \(feature): \(problem.words)"
        case .column(let column, let line, let name):
            "\(file): line \(line), column \(column)\(name.map { " (\(shown($0)))" } ?? ""): \(problem.words)"
        }
    }

    /// What the user can do about it, where there is something.
    public var hint: String? {
        switch problem {
        // What such bytes were replaced by is not what the file is called.
        case .system where file.contains("\u{FFFD}"): "a name that is not UTF-8 cannot be opened: rename the file"
        case .isDirectory: "name the files in it"
        case .unknownFormat: "name it with --input-format \(Format.allCases.map(\.rawValue).joined(separator: "|"))"
        case .ambiguousRecords: "say which with --input-format cifar10 or --input-format cifar100"
        case .noWholeRecords: "is the file whole? If it has another format, name it with --input-format"
        case .truncatedRecord: "the file ends in the middle of a record; copy or download it again"
        case .changedWhileRead: "wait until it is written completely"
        case .unreadableArray: "save it as a C-ordered array of numbers with at least two axes, samples first"
        case .arraySize: "copy or save it again"
        case .labelCount(0, _, _): "inverse takes them from a file: --labels FILE"
        case .noRawShape: "give it with --shape, such as --shape 3x32x32 or --shape 784"
        case .labelsFile: "name the file of images"
        case .gzip: "copy or download it again"
        case .strayQuote, .unclosedQuote: "a field with quotes in it is written \"like \"\"this\"\"\" (RFC 4180)"
        case .headerTooLong: "make it of fewer files, or of files with shorter names"
        case .overflow(_, _, let scalar):
            scalar == .float32
                ? "pass --dtype float64, or look at the row: it is far from what was fitted"
                : "look at the row: it is far from what was fitted"
        case .outputTwice: "give each output a name of its own"
        case .lineTooLong: "is it a table, and is every quote closed?"
        case .notANumber(let text):
            if case .column(let column, _, let name) = place {
                isNumberWithComma(text)
                    ? "if numbers have a comma before their decimals, pass --decimal comma"
                    : "if this column is a label, pass --label-column \(name ?? String(column)); --drop leaves it out"
            } else {
                nil
            }
        case .missingValue: "leave such rows out with --missing skip, or fill in the training mean with --missing mean"
        case .noMeans: "fit learns them with --missing mean, and apply fills them in; or pass --missing skip"
        case .fieldCount(let found, let expected):
            found > 1 && expected == 1 ? "say what is between the fields, such as --delimiter ';'" : nil
        case .noSuchColumn(_, let columns): columns.isEmpty ? nil : "it has \(listed(columns))"
        case .unknownColumns(let names):
            names.count == 1
                ? "if it is a label, pass --label-column \(names[0]); --drop leaves it out"
                : "if they are labels, pass --keep NAME,NAME; --drop NAME,NAME leaves them out"
        case .missingColumns: "the columns must have the names that the statistics were fitted on"
        case .notCIFAR(_, _, _, let format):
            "if its records are others, pass --input-format raw --shape 3072 --label-bytes \(format.recordLabels.count)"
        case .labelTooLarge: "write npy or csv, which take any labels"
        case .labelNotWhole: "write csv or tsv, which keep text"
        case .notOfType(_, .uint8): "write npy or csv instead, which keep every value"
        case .notOfType(_, let type):
            "write csv, which keeps every digit"
                + (type.isFloating ? "; or pass --dtype \(type.rawValue) to round it" : "")
        case .rounded: "doubles hold whole numbers up to 2^53: drop columns of ids, or subtract a constant first"
        case .noFeatures: "leave at least one column that is not a label"
        case .packedTwice: "npz has a compression of its own: end the name in .npz, and pass --compress"
        case .zip: "copy or download it again"
        case .noArray(_, let names): "say which with --array \(names.first ?? "NAME")"
        case .foreign(let kind): kind.hint
        case .picture(let problem): problem.hint
        default: nil
        }
    }
}

extension DatasetError.Problem {
    var words: String {
        switch self {
        case .system(let call, let code): "cannot \(call): \(systemMessage(code))"
        case .isDirectory: "is a folder"
        case .empty: "is empty"
        case .unknownFormat: "cannot tell its format"
        case .ambiguousRecords(let bytes):
            "\(bytes) bytes are whole records of both cifar10 (3073 bytes) and cifar100 (3074 bytes)"
        case .noWholeRecords(let bytes):
            "\(bytes) bytes are not whole records of cifar10 (3073 bytes) or cifar100 (3074 bytes)"
        case .truncatedRecord(let bytes, let size): "a record of \(size) bytes begins here, but only \(bytes) are left"
        case .changedWhileRead(let rows, let expected):
            "changed while it was read: it had \(expected) rows, then \(rows)"
        case .notNPY(let what): "is not an npy file: \(what)"
        case .unreadableArray(let what): "an array with \(what) cannot be read"
        case .arraySize(let promised, let found):
            "its header promises \(promised == .max ? "over 2^63" : "\(promised)") bytes of values, but "
                + "\(found.map(String.init) ?? "more") follow"
        case .rowsUnseen(let features, let limit):
            "rows of \(features) values: more than \(limit) are read only from a file that holds them"
        case .tooManyRows(let most): "its format has room for \(most) rows"
        case .notIDX(let what): "is not an idx file of bytes: \(what)"
        case .labelsFile: "is an idx file of labels, not of rows"
        case .noRawShape: "raw records do not tell their shape"
        case .gzip(let what): "the gzip data \(what)"
        case .tooManyFeatures: "has rows with no values, or more of them than can be addressed"
        case .lineTooLong(let limit): "a line of more than \(limit) bytes begins here"
        case .tooManyColumns(let limit): "has more than \(limit) columns"
        case .invalidUTF8: "is not UTF-8 text"
        case .unclosedQuote: "the quote that opens here is never closed"
        case .strayQuote: "a quote inside a field"
        case .fieldCount(let found, let expected):
            "\(found) \(found == 1 ? "field" : "fields") where \(expected) were expected"
        case .notANumber(let text): "\(shown(text)) is not a number"
        case .outOfRange(let text): "\(shown(text)) is too large for a double"
        case .notFinite(let text): "\(text) is not a finite number"
        case .missingValue: "the value is missing"
        case .duplicateColumn(let name): "two columns are named \(shown(name))"
        case .noSuchColumn(let name, _): "has no column \(shown(name))"
        case .noFeatures: "every column is a label, or left out"
        case .noMeans: "missing values can be filled only where the training means are known"
        case .missingColumns(let names):
            "\(names.count == 1 ? "column" : "columns") \(listed(names)) missing"
        case .unknownColumns(let names):
            "\(names.count == 1 ? "column" : "columns") \(listed(names)) unknown to the statistics"
        case .unequalWidth(let width, let first, let expected):
            "has \(width) features where \(first) has \(expected)"
        case .differentColumns(let first): "does not have the columns of \(first)"
        case .notOfType(let value, .uint8): "\(value) is not a whole number from 0 to 255"
        case .notOfType(let value, let type): "\(value) is not a number that \(type.rawValue) holds to the last digit"
        case .rounded(let value, let double):
            "\(value) is more than a double holds to the last digit: computed as \(double.wholeDigits)"
        case .labelCount(let count, let needed, let format):
            "\(format.rawValue) records have \(needed) \(needed == 1 ? "label" : "labels"), these rows have \(count)"
        case .labelNotWhole(let label, let row): "row \(row): the label \(shown(label)) is not a whole number"
        case .labelNotAByte(let label, let row): "row \(row): the label \(shown(label)) is not a number from 0 to 255"
        case .notCIFAR(let label, let row, let largest, let format):
            "record \(row) has the label \(label), and \(format.rawValue) has \(format.labels(upTo: largest))"
        case .labelTooLarge(let label, let row, let largest, let format):
            "row \(row): the label is \(label), and \(format.rawValue) has \(format.labels(upTo: largest))"
        case .unusedOptions(let options, let found): unusedWords(options, found) { $0.rawValue }
        case .wrongShape(let shape, let needed, let format):
            "\(format.rawValue) rows are \(times(needed)), these are \(times(shape))"
        case .headerTooLong(let bytes, let limit):
            "the names to be kept in it take \(bytes) bytes, and readers take a header of \(limit) at the most"
        case .overflow(let row, let feature, let scalar):
            "row \(row): the value of \(shown(feature)) is beyond the range of \(scalar.rawValue)"
        case .outputTwice: "is the path of another output as well"
        case .packedTwice: "an npz file cannot be gzip as well"
        case .zip(let what): "the zip data \(what)"
        case .noArray(nil, let names): names.isEmpty ? "holds more than one array" : "holds the arrays \(listed(names))"
        case .noArray(let name?, let names):
            "has no array \(shown(name))\(names.isEmpty ? "" : ", only \(listed(names))")"
        case .foreign(let kind): "is \(kind.words), which is not read"
        case .picture(let problem): problem.words
        }
    }
}

extension Format {
    /// "fine labels from 0 to 99"
    fileprivate func labels(upTo largest: UInt8) -> String {
        let name = self == .cifar10 ? "" : largest == CIFAR.largestLabels(self)[0] ? "coarse " : "fine "
        return "\(name)labels from 0 to \(largest)"
    }
}

private func isNumberWithComma(_ text: String) -> Bool {
    var options = InputOptions()
    options.decimal = UInt8(ascii: ",")
    return text.contains(",") && CSVDialect(delimiter: UInt8(ascii: ";"), options).isNumber(text)
}

/// Text from a file as a message shows it: quoted, shortened, control characters escaped.
public func shown(_ text: String) -> String {
    var out = "'"
    for (i, scalar) in text.unicodeScalars.enumerated() {
        if i == 40 { return out + "...'" }
        out += scalar.value < 0x20 || scalar.value == 0x7F ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return out + "'"
}

func listed(_ names: [String]) -> String {
    let most = 8
    let list = names.prefix(most).map(shown).joined(separator: ", ")
    return names.count > most ? "\(list) and \(names.count - most) more" : list
}

private func times(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: " x ")
}

extension Double {
    /// All digits of a whole number.
    fileprivate var wholeDigits: String { Int128(exactly: self).map { "\($0)" } ?? "\(self)" }
}
