import Datasets
import LinearAlgebra
import Preprocessing

/// The rows of files that are read again for each pass.
final class FilePasses: RowPasses {
    private let inputs: Inputs
    private let step: RowStep
    private let rows: Int
    /// Of the rows as they were read first.
    private let fingerprint: RowsFingerprint
    private let common: CommonOptions
    /// Why a pass was `interrupted`.
    private(set) var failure: Failure?

    /// - Parameters:
    ///   - rows: how many there are.
    ///   - fingerprint: theirs, which each pass must find again.
    init(
        _ inputs: Inputs, _ step: RowStep, rows: Int, fingerprint: RowsFingerprint, _ common: CommonOptions
    ) {
        self.inputs = inputs
        self.step = step
        self.rows = rows
        self.fingerprint = fingerprint
        self.common = common
    }

    func pass(_ body: (RowBlock) throws(LinearAlgebraError) -> Void) throws(LinearAlgebraError) {
        do throws(Failure) {
            try read(body)
        } catch {
            if case .numerics(let error) = error { throw error }
            failure = error
            throw .interrupted
        }
    }

    private func read(_ body: (RowBlock) throws(LinearAlgebraError) -> Void) throws(Failure) {
        let step = step
        let again = try dataset { () throws(DatasetError) in try Inputs(inputs.paths, options: inputs.options) }
        var pipeline = Pipeline(common, showsProgress: false)
        var count = 0
        var found = RowsFingerprint()
        try pipeline.forEachPart(again) { part throws(DatasetError) in
            let block = try part.format.decode(part.piece)
            var fingerprint = RowsFingerprint()
            fingerprint.add(block)
            return (step.applied(to: block), fingerprint)
        } _: { (part, _) throws(Failure) in
            let (block, more) = part
            count += block.count
            found += more
            guard count <= rows else { return }
            try numerics { () throws(LinearAlgebraError) in try body(block) }
        }
        guard count == rows, found == fingerprint else {
            let how = count == rows ? "other values" : "\(count) rows"
            throw .refused(
                "the input had \(rows) rows at first, and \(how) when it was read again",
                hint: "keep it as it is until the fit is done")
        }
    }
}
