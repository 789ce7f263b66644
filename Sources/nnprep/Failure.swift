import Datasets
import Flags
import LinearAlgebra
import Models
import Preprocessing

/// Why a run ends without its result: everything that `main` turns into a message and an exit code.
enum Failure: Error {
    case dataset(DatasetError)
    case fit(FitError, files: String)
    case statistics(StatisticsError)
    case tensors(TensorFileError)
    case numerics(LinearAlgebraError)
    case model(ModelError)
    case usage(UsageError)
    /// An operation that the options and the data together rule out.
    case refused(String, hint: String?)

    var message: String {
        switch self {
        case .dataset(let error): "\(error)"
        case .fit(let error, let files): "\(files): \(error)"
        case .statistics(let error): "\(error)"
        case .tensors(let error): "\(error)"
        case .numerics(let error): "\(error)"
        case .model(let error): "\(error)"
        case .usage(let error): "\(error)"
        case .refused(let message, _): message
        }
    }

    var hint: String? {
        switch self {
        case .dataset(let error): error.hint
        case .fit(let error, _): error.hint
        case .statistics(let error): error.hint
        case .tensors(let error): error.hint
        case .numerics, .model: nil
        case .usage(let error): error.hint
        case .refused(_, let hint): hint
        }
    }

    /// 2 for a wrong command line, 1 for the data, a file or the numerics.
    var exitCode: Int32 {
        if case .usage = self { 2 } else { 1 }
    }
}

extension Failure {
    /// Rows of two files that cannot be counted together.
    static func unlike(_ path: String, _ other: String, _ difference: ShardDifference) -> Failure {
        .refused(
            "\(displayName(path)): its \(difference.what) is \(difference.one), and that of \(displayName(other)) is "
                + difference.other,
            hint: "moments can be merged only of rows that are alike")
    }
}

// Each turns one library's errors into failures.

func dataset<Value: ~Copyable>(_ body: () throws(DatasetError) -> Value) throws(Failure) -> Value {
    do throws(DatasetError) { return try body() } catch { throw .dataset(error) }
}

func numerics<Value: ~Copyable>(_ body: () throws(LinearAlgebraError) -> Value) throws(Failure) -> Value {
    do throws(LinearAlgebraError) { return try body() } catch { throw .numerics(error) }
}

func model<Value>(_ body: () throws(ModelError) -> Value) throws(Failure) -> Value {
    do throws(ModelError) { return try body() } catch { throw .model(error) }
}

/// Hands over a value of which there is only one.
func dataset<Value: ~Copyable, Result: ~Copyable>(
    consuming value: consuming Value, _ body: (consuming Value) throws(DatasetError) -> Result
) throws(Failure) -> Result {
    do throws(DatasetError) { return try body(value) } catch { throw .dataset(error) }
}
