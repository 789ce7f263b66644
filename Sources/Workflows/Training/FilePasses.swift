internal import Datasets
internal import LinearAlgebra
internal import Preprocessing
internal import Words

/// The rows of files that are read again for each pass.
final class FilePasses {
    private let inputs: Inputs
    private let step: RowStep
    private let rows: Int
    /// Of the rows as they were read first.
    private let fingerprint: RowsFingerprint
    private let run: Run
    /// Why a pass was `interrupted`.
    private(set) var failure: (any Error)?

    /// - Parameters:
    ///   - rows: how many there are.
    ///   - fingerprint: theirs, which each pass must find again.
    init(_ inputs: Inputs, _ step: RowStep, rows: Int, fingerprint: RowsFingerprint, _ run: Run) {
        self.inputs = inputs
        self.step = step
        self.rows = rows
        self.fingerprint = fingerprint
        self.run = run.withoutProgress
    }

    /// A `RowPass`.
    func pass(_ body: (RowBlock) throws(LinearAlgebraError) -> Void) throws(LinearAlgebraError) {
        do {
            try read(body)
        } catch let error as LinearAlgebraError {
            throw error
        } catch {
            failure = error
            throw .interrupted
        }
    }

    private func read(_ body: (RowBlock) throws(LinearAlgebraError) -> Void) throws {
        let step = step
        let again = try Inputs(inputs.paths, options: inputs.options, in: run)
        var pipeline = Pipeline(run)
        var count = 0
        var found = RowsFingerprint()
        try pipeline.forEachPart(again) { part in
            let block = try part.format.decode(part.piece)
            var fingerprint = RowsFingerprint()
            fingerprint.add(block)
            return (step.applied(to: block), fingerprint)
        } _: { part, _ in
            let (block, more) = part
            count += block.count
            found += more
            if count <= rows { try body(block) }
        }
        guard count == rows, found == fingerprint else {
            let how = count == rows ? "other values" : "\(count) rows"
            throw Refusal(
                "the input had \(rows) rows at first, and \(how) when it was read again",
                hint: "keep it as it is until the fit is done")
        }
    }
}
