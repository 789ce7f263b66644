import Datasets
import LinearAlgebra
import Preprocessing

/// The rows of files that are read again for each pass.
final class FilePasses: RowPasses {
    private let inputs: Inputs
    private let step: RowStep
    private let rows: Int
    private let common: CommonOptions
    /// Why a pass was `interrupted`.
    private(set) var failure: Failure?

    /// - Parameter rows: how many there are.
    init(_ inputs: Inputs, _ step: RowStep, rows: Int, _ common: CommonOptions) {
        self.inputs = inputs
        self.step = step
        self.rows = rows
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
        try pipeline.forEachPart(again) { part throws(DatasetError) in
            step.applied(to: try part.format.decode(part.piece))
        } _: { (block, _) throws(Failure) in
            count += block.count
            guard count <= rows else { return }
            try numerics { () throws(LinearAlgebraError) in try body(block) }
        }
        guard count == rows else {
            throw .refused(
                "the input had \(rows) rows at first, and \(count) when it was read again",
                hint: "keep it as it is until the fit is done")
        }
    }
}
