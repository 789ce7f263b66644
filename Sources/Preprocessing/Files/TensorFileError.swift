public import Datasets
public import Words

/// What is wrong with a safetensors file that should hold moments, or with what it says.
public struct TensorFileError: ExplainedError, Equatable {
    /// The file as the user named it, or "standard input".
    public let file: String
    public let problem: Problem

    init(_ file: String, _ problem: Problem) {
        self.file = file
        self.problem = problem
    }

    public enum Problem: Equatable, Sendable {
        case unreadable(DatasetError)
        /// The header is no JSON, or not what it should be.
        case header(JSONError)
        case headerLength(UInt64)
        case endsEarly(bytes: Int, of: Int)
        case goesOn(expected: Int)
        case checksum
        case anotherFile
        case newerVersion(Int)
        /// A tensor's values are not what they should be.
        case tensor(String, String)
        case rowsOfSources(Int, count: Int)
    }
}

extension TensorFileError: CustomStringConvertible {
    public var description: String {
        switch problem {
        case .unreadable(let error): "\(error)"
        case .header(let error): "\(file): is not a moments file: its header: \(error)"
        case .headerLength(let length): "\(file): is not a moments file: its header would have \(length) bytes"
        case .endsEarly(let bytes, let expected): "\(file): ends after \(bytes) bytes of \(expected)"
        case .goesOn(let expected): "\(file): goes on after the \(expected) bytes that its header promises"
        case .checksum: "\(file): its bytes do not add up to its checksum, so it was changed after it was written"
        case .anotherFile: "\(file): is a safetensors file, but not a moments file of nnprep"
        case .newerVersion(let version):
            "\(file): has version \(version) of the moments format; this program reads version \(MomentsFile.version)"
        case .tensor(let name, let words): "\(file): is not a moments file: tensor \(shown(name)): \(words)"
        case .rowsOfSources(let rows, let count):
            "\(file): is not a moments file: its sources have \(rows) rows, its moments \(count)"
        }
    }

    public var hint: String? {
        switch problem {
        case .unreadable(let error): error.hint
        case .newerVersion: "update nnprep"
        case .anotherFile: "nnprep moments writes moments files"
        case .endsEarly, .goesOn, .checksum: "copy it again, or make it again with nnprep moments"
        case .header, .headerLength, .tensor, .rowsOfSources: "nnprep moments writes moments files"
        }
    }
}
